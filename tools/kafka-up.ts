/**
 * A real single-node Kafka (KRaft) on loopback, from jars that Maven resolves, in a temporary folder. `node tools/kafka-up.ts` prints the
 * bootstrap address and runs until interrupted; tests import `startKafka`.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';

const version = '3.9.1';
const cache = path.resolve(import.meta.dirname, `../node_modules/.cache/kafka-${version}`);

/** Null when Java, Maven and the jars it resolves are there; otherwise what is missing. */
export function kafkaLacks(): string | null {
  for (const [program, flag] of [
    ['java', '-version'],
    ['mvn', '-v'],
  ] as const) {
    try {
      execFileSync(program, [flag], { stdio: 'ignore' });
    } catch {
      return program;
    }
  }
  try {
    resolveJars();
    return null;
  } catch (error) {
    // A machine may have Maven and no way to its repository; that is a reason to skip, no fault of the code under test.
    return `Kafka jars from Maven: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** A first resolution fetches some 46 MB; without a repository Maven would try on for many minutes. */
const resolveMs = 240_000;

/** The broker and all it needs, in a folder that is complete or not there: several test files may ask at the same time. */
function resolveJars(): string {
  const folder = path.join(cache, 'jars');
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const part = mkdtempSync(path.join(cache, 'part-'));
  const dependency = (artifact: string, of: string, group = 'org.apache.kafka') =>
    `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${of}</version></dependency>`;
  try {
    writeFileSync(
      path.join(part, 'pom.xml'),
      `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>hedun</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><dependencies>${dependency('kafka_2.13', version)}${dependency('slf4j-nop', '1.7.36', 'org.slf4j')}</dependencies></project>`,
    );
    const jars = path.join(part, 'jars');
    execFileSync(
      'mvn',
      [
        '-q',
        '-B',
        '-f',
        path.join(part, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${jars}`,
        '-DincludeScope=runtime',
      ],
      { stdio: 'ignore', timeout: resolveMs },
    );
    if (globSync('kafka_2.13-*.jar', { cwd: jars }).length === 0)
      throw new Error('kafka: expected the broker among the jars, got none');
    if (!existsSync(folder)) renameSync(jars, folder);
    return folder;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

export interface RunningKafka {
  readonly bootstrap: string;
  stop(): Promise<void>;
}

export async function startKafka(): Promise<RunningKafka> {
  const jars = resolveJars();
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-kafka-'));
  const [port, controller] = [await freePort(), await freePort()];
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controller}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': path.join(folder, 'data'),
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.num.partitions': 1,
  };
  const file = path.join(folder, 'server.properties');
  writeFileSync(
    file,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  );
  const java = (...args: string[]) => ['-Xmx512m', '-cp', `${jars}/*`, ...args];
  execFileSync('java', java('kafka.tools.StorageTool', 'format', '-t', 'aGVkdW4tdGVzdC1rYWZrYQ', '-c', file), {
    stdio: 'ignore',
  });
  const child: ChildProcess = spawn('java', java('kafka.Kafka', file), { stdio: 'ignore' });
  const began = performance.now();
  while (!(await accepts(port))) {
    if (child.exitCode !== null) throw new Error(`kafka ended with ${child.exitCode}`);
    if (performance.now() - began > 240_000) throw new Error('kafka: expected a broker within four minutes, got none');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return {
    bootstrap: `127.0.0.1:${port}`,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

if (import.meta.main) {
  const missing = kafkaLacks();
  if (missing) {
    console.error(`kafka: expected ${missing}, got none (apt install default-jre-headless maven)`);
    process.exit(1);
  }
  const kafka = await startKafka();
  console.log(`HEDUN_KAFKA_BROKERS=${kafka.bootstrap}`);
  const end = () => void kafka.stop().then(() => process.exit(0));
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}
