/**
 * Looks at this machine: what Hedun needs, what only some functions or tests use, and how to get what is missing.
 * @module
 */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import type { Locale, Text } from '@hedun/sdk';
import type { Config } from '../contract.ts';
import { readLocalServer } from './transport.ts';

export interface MachineLine {
  readonly name: string;
  /** `optional`: something is absent that only one function or test wants. */
  readonly state: 'ok' | 'missing' | 'optional';
  readonly detail: string;
  readonly fix: string | null;
}

const run = promisify(execFile);
const gibibyte = 2 ** 30;

export async function examineMachine(config: Config, locale: Locale): Promise<readonly MachineLine[]> {
  const say = (text: Text) => text[locale];
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const nodeOk = major > 24 || (major === 24 && minor >= 7);
  const lines: MachineLine[] = [
    {
      name: 'Node',
      state: nodeOk ? 'ok' : 'missing',
      detail: `${process.versions.node} ${process.platform}-${process.arch}`,
      fix: nodeOk
        ? null
        : say({
            'zh-CN': '请通过 npm start 或 npx hedun 运行，它们自带 Node 24',
            en: 'Run it by npm start or npx hedun: they bring Node 24',
          }),
    },
    memory(say),
    folder(config, say),
    await port(config, say),
  ];
  lines.push(
    ...(await Promise.all(
      optionalPrograms.map(async ({ name, command, use, get }): Promise<MachineLine> => {
        const version = await run(command[0] ?? '', command.slice(1), { timeout: 5000 }).then(
          ({ stdout, stderr }) => (stdout || stderr).split('\n')[0] ?? '',
          () => null,
        );
        return version === null
          ? { name, state: 'optional', detail: say(use), fix: get }
          : { name, state: 'ok', detail: version, fix: null };
      }),
    )),
  );
  return lines;
}

const optionalPrograms: readonly { name: string; command: readonly string[]; use: Text; get: string }[] = [
  {
    name: 'java',
    command: ['java', '-version'],
    use: { 'zh-CN': '未安装；仅在本机试用 Kafka 时需要', en: 'absent; only to try Kafka on this machine' },
    get: 'apt install default-jre-headless',
  },
  {
    name: 'mvn',
    command: ['mvn', '-v'],
    use: { 'zh-CN': '未安装；仅在本机试用 Kafka 时需要', en: 'absent; only to try Kafka on this machine' },
    get: 'apt install maven',
  },
  {
    name: 'nats-server',
    command: ['nats-server', '--version'],
    use: { 'zh-CN': '未安装；仅 NATS 接入的测试需要', en: 'absent; only for the tests of NATS sources' },
    get: 'apt install nats-server',
  },
];

function memory(say: (text: Text) => string): MachineLine {
  const ok = totalmem() >= 2 * gibibyte;
  return {
    name: 'memory',
    state: ok ? 'ok' : 'missing',
    detail: `${(freemem() / gibibyte).toFixed(1)} / ${(totalmem() / gibibyte).toFixed(1)} GiB`,
    fix: ok ? null : say({ 'zh-CN': '至少需要 2 GiB 内存', en: 'At least 2 GiB are needed' }),
  };
}

function folder(config: Config, say: (text: Text) => string): MachineLine {
  const place = existsSync(config.dataFolder) ? config.dataFolder : process.cwd();
  try {
    accessSync(place, constants.W_OK);
  } catch {
    return {
      name: 'data',
      state: 'missing',
      detail: place,
      fix: say({
        'zh-CN': '当前用户无写权限，请更换 HEDUN_DATA',
        en: 'Not writable for this user; choose another HEDUN_DATA',
      }),
    };
  }
  const { bavail, bsize } = statfsSync(place);
  const free = (bavail * bsize) / gibibyte;
  return {
    name: 'data',
    state: free < 1 ? 'missing' : 'ok',
    detail: `${config.dataFolder} (${free.toFixed(1)} GiB)`,
    fix: free < 1 ? say({ 'zh-CN': '磁盘剩余不足 1 GiB', en: 'Less than 1 GiB free' }) : null,
  };
}

async function port(config: Config, say: (text: Text) => string): Promise<MachineLine> {
  const running = readLocalServer(config.dataFolder);
  if (running) return { name: 'port', state: 'ok', detail: `${running.url} (pid ${running.pid})`, fix: null };
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(config.port, config.host, () => probe.close(() => resolve(true)));
  });
  return {
    name: 'port',
    state: free ? 'ok' : 'missing',
    detail: `${config.host}:${config.port}`,
    fix: free ? null : say({ 'zh-CN': '端口被占用，请设置 HEDUN_PORT', en: 'Taken; set HEDUN_PORT' }),
  };
}
