/**
 * Fabric's programs: those of the path (with FABRIC_CFG_PATH for their samples), otherwise what `go.mod` beside this file names, built once by Go.
 * @module
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const module = import.meta.dirname;
const shim = path.join(module, 'node_modules/fabric-shim/package.json');
const cache = path.resolve(import.meta.dirname, '../../node_modules/.cache/fabric-2.5.0');
const programs = ['peer', 'orderer', 'configtxgen', 'cryptogen'] as const;
type Program = (typeof programs)[number];
export interface Programs {
  readonly at: Readonly<Record<Program, string>>;
  /** Where `core.yaml` and `orderer.yaml` with Fabric's defaults lie. */
  readonly samples: string;
}

function onPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(path.delimiter))
    if (folder && existsSync(path.join(folder, program))) return path.join(folder, program);
  return null;
}
/** Whether a network starts at once, without anything to be built. */
export const fabricIsReady = (): boolean =>
  existsSync(shim) && (pathHasAll() || programs.every((each) => existsSync(path.join(cache, each))));
const pathHasAll = (): boolean => programs.every((each) => onPath(each)) && Boolean(process.env.FABRIC_CFG_PATH);
/** Null when a network can be started; otherwise what is missing. */
export function fabricLacks(): string | null {
  if (!existsSync(shim)) return 'fabric-shim (npm ci --prefix tools/fabric)';
  if (pathHasAll()) return null;
  return onPath('go') ? null : `${programs.join(', ')} and FABRIC_CFG_PATH, or Go`;
}
export function openPrograms(): Programs {
  const found = programs.map((each) => [each, onPath(each)] as const);
  const samples = process.env.FABRIC_CFG_PATH;
  if (samples && found.every(([, at]) => at))
    return { at: Object.fromEntries(found) as Programs['at'], samples: path.resolve(samples) };
  const go = (args: readonly string[]) =>
    execFileSync('go', args, {
      cwd: module,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly', GOBIN: cache },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
      .toString()
      .trim();
  if (!programs.every((each) => existsSync(path.join(cache, each)))) go(['install', 'tool']);
  return {
    at: Object.fromEntries(programs.map((each) => [each, path.join(cache, each)])) as Programs['at'],
    samples: path.join(go(['list', '-m', '-f', '{{.Dir}}', 'github.com/hyperledger/fabric']), 'sampleconfig'),
  };
}
