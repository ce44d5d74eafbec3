/**
 * How the console is built: hashed chunks under `assets/`, relative to wherever the server puts the page, each also compressed.
 * @module
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react(), compressed()],
  build: {
    target: 'es2023',
    outDir: 'dist',
    assetsDir: 'assets',
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 30 }],
        },
      },
    },
  },
  server: { proxy: { '/api': { target: process.env.HEDUN_SERVER ?? 'http://127.0.0.1:8080', changeOrigin: false } } },
});

/** `.gz` and `.br` beside every text asset; the server picks what the browser takes. Quality 9 is within 3 % of 11 and ten times faster. */
function compressed(): Plugin {
  let folder = '';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir, build.assetsDir);
    },
    closeBundle() {
      for (const name of readdirSync(folder)) {
        if (!/\.(js|css|svg)$/.test(name)) continue;
        const bytes = readFileSync(path.join(folder, name));
        if (bytes.length < 1400) continue;
        writeFileSync(path.join(folder, `${name}.gz`), gzipSync(bytes, { level: 9 }));
        writeFileSync(
          path.join(folder, `${name}.br`),
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
        );
      }
    },
  };
}
