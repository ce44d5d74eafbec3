/**
 * Gives the command line its capabilities, its streams and the server to start.
 * @module
 */
import { capabilities } from '@hedun/app-server';
import { start, version } from '@hedun/app-server/start';
import { runCli } from '@hedun/core/cli';

export async function main(argv: readonly string[]): Promise<number> {
  return await runCli({
    capabilities,
    version,
    argv,
    serve: (values) =>
      start({
        ...process.env,
        ...flag('HEDUN_PORT', values.port),
        ...flag('HEDUN_HOST', values.host),
        ...flag('HEDUN_DATA', values.data),
      }),
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  });
}

function flag(name: string, value: unknown): Record<string, string> {
  return typeof value === 'string' ? { [name]: value } : {};
}
