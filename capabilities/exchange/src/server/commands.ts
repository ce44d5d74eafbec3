/**
 * Commands on local files: a holder's pair of keys, sealing a file before it is uploaded, opening it after it was fetched. What opens a file
 * never leaves the machine they run on.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  CurveError,
  createHolderPair,
  FormatError,
  holderPairOf,
  loadCurve,
  OpenError,
  openSealed,
  PolicyNotMet,
  readHolderKey,
  readParameters,
} from '@hedun/exchange/abe';
import {
  blockSize,
  openHeader,
  openStream,
  prefixSize,
  readHeader,
  rekeyStream,
  release,
  StreamError,
  type Suite,
  sealHeader,
  sealStream,
  suites,
} from '@hedun/exchange/envelope';
import { describePolicy } from '@hedun/exchange/policy';
import { type CommandIo, Failure, type LocalCommand } from '@hedun/sdk';
import { fromBase64, toBase64 } from './here.ts';
import { keyPurpose } from './keys/issue.ts';
import { readPolicy } from './publish/policies.ts';
import { cipherOf } from './storage/ciphers.ts';

const random = (size: number) => Uint8Array.from(randomBytes(size));
type Values = Readonly<Record<string, string | undefined>>;

/** A value given as itself or as the path of a file that holds it. */
async function textOf(value: string): Promise<string> {
  return await readFile(value, 'utf8').then(
    (text) => text.trim(),
    () => value.trim(),
  );
}
/** `name=N`, as often as there are epochs. */
function epochsOfWords(words: unknown): Record<string, number> {
  return Object.fromEntries(
    ((words ?? []) as readonly string[]).map((word) => {
      const at = word.lastIndexOf('=');
      return [word.slice(0, at), Number(word.slice(at + 1))];
    }),
  );
}
function usage(command: LocalCommand, io: CommandIo): number {
  io.warn(`hedun ${command.words} ${command.usage}\n`);
  return 2;
}
/** What cannot be opened is told in one way, whatever was wrong with it; a policy that is not met is no secret. */
async function opening<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const known = [FormatError, CurveError, OpenError, StreamError, PolicyNotMet].some((kind) => cause instanceof kind);
    if (!known) throw cause;
    throw new Failure('exchange.cannot_open', {
      expected: 'the newest key of a holder who meets the policy, and unchanged files',
      got: (cause as Error).message,
      cause,
    });
  }
}

const pair: LocalCommand = {
  title: {
    'zh-CN': '生成持有者密钥对（私钥只写入本地文件）',
    en: 'Make a holder’s pair of keys (the private half stays in a local file)',
  },
  words: 'exchange keygen',
  usage: '--out FILE',
  options: { out: { type: 'string' } },
  run: async ({ values }, io) => {
    const { out } = values as Values;
    if (!out) return usage(pair, io);
    const made = createHolderPair(random);
    // Never over an existing file: a lost private half cannot be made again.
    await writeFile(out, `${toBase64(made.privateKey)}\n`, { mode: 0o600, flag: 'wx' });
    io.write(`${toBase64(made.publicKey)}\n`);
    return 0;
  },
};

const seal: LocalCommand = {
  title: { 'zh-CN': '按策略加密文件', en: 'Encrypt a file under a policy' },
  words: 'exchange seal',
  usage:
    '--parameters TEXT|FILE --policy TEXT [--epoch name=N …] [--suite aes-256-gcm|sm4-ctr-hmac-sm3] --out FILE FILE',
  options: {
    parameters: { type: 'string' },
    policy: { type: 'string' },
    epoch: { type: 'string', multiple: true },
    suite: { type: 'string' },
    out: { type: 'string' },
  },
  run: async ({ values, positionals: [file] }, io) => {
    const { parameters, policy, out, suite = suites[0] } = values as Values;
    if (!parameters || !policy || !out || !file || !suites.includes(suite as Suite)) return usage(seal, io);
    await loadCurve();
    const tree = readPolicy(policy);
    const epochs = epochsOfWords(values.epoch);
    const contentKey = random(32);
    const prefix = random(prefixSize);
    const header = await opening(async () =>
      sealHeader(
        readParameters(fromBase64(await textOf(parameters))),
        { policy, epochs, suite: suite as Suite, object: random(16), prefix },
        contentKey,
        random,
      ),
    );
    const source = createReadStream(file, { highWaterMark: 1_048_576 });
    await pipeline(
      Readable.from(sealStream(source, cipherOf(suite as Suite, contentKey), prefix)),
      createWriteStream(out),
    );
    await writeFile(`${out}.header`, `${toBase64(header)}\n`);
    io.write(`${describePolicy(tree, io.locale)}\n${out}\n${out}.header\n`);
    return 0;
  },
};

/** What opens a sealed file: the holder's key file, the sealed attribute key, parameters and header. */
const openingOptions = {
  'private-key': { type: 'string' },
  key: { type: 'string' },
  serial: { type: 'string' },
  parameters: { type: 'string' },
  header: { type: 'string' },
  out: { type: 'string' },
} as const;
async function unlock(values: Values) {
  const { 'private-key': secret, key: sealed, serial, parameters, header } = values;
  if (!secret || !sealed || !serial || !parameters || !header) return undefined;
  await loadCurve();
  const authority = readParameters(fromBase64(await textOf(parameters)));
  const { privateKey } = holderPairOf(fromBase64(await textOf(secret)));
  const purpose = keyPurpose(authority.authority, Number(serial));
  const key = readHolderKey(openSealed(privateKey, fromBase64(await textOf(sealed)), purpose));
  const bytes = fromBase64(await textOf(header));
  const facts = readHeader(bytes);
  const contentKey = openHeader(authority, key, bytes);
  return { authority, facts, cipher: cipherOf(facts.suite, contentKey) };
}
/** The file gets its name only when its last chunk has been checked: half a file is never taken for a whole one. */
async function writeWhole(out: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const side = `${out}.part`;
  try {
    const handle = await open(side, 'w', 0o600);
    try {
      for await (const part of parts) {
        await handle.write(part);
        release(part);
      }
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(side, { force: true });
    throw error;
  }
  await rename(side, out);
}

const openFile: LocalCommand = {
  title: { 'zh-CN': '用本人的属性密钥解密文件', en: 'Decrypt a file with your own attribute key' },
  words: 'exchange open',
  usage: '--private-key FILE --key TEXT|FILE --serial N --parameters TEXT|FILE --header TEXT|FILE --out FILE FILE',
  options: openingOptions,
  run: async ({ values, positionals: [file] }, io) => {
    const { out } = values as Values;
    if (!out || !file) return usage(openFile, io);
    return await opening(async () => {
      const unlocked = await unlock(values as Values);
      if (!unlocked) return usage(openFile, io);
      const source = createReadStream(file, { highWaterMark: 1_048_576 });
      await writeWhole(out, openStream(source, unlocked.cipher, unlocked.facts.prefix, blockSize, { owned: true }));
      io.write(`${out}\n`);
      return 0;
    });
  },
};

const rekey: LocalCommand = {
  title: {
    'zh-CN': '换内容密钥重新加密文件（撤销第三级），明文不落盘',
    en: 'Encrypt a file again under a new content key (revocation, tier 3); no plain text reaches a disk',
  },
  words: 'exchange rekey',
  usage:
    '--private-key FILE --key TEXT|FILE --serial N --parameters TEXT|FILE --header TEXT|FILE [--policy TEXT] [--epoch name=N …] --out FILE FILE',
  options: { ...openingOptions, policy: { type: 'string' }, epoch: { type: 'string', multiple: true } },
  run: async ({ values, positionals: [file] }, io) => {
    const { out, policy } = values as Values;
    if (!out || !file) return usage(rekey, io);
    return await opening(async () => {
      const unlocked = await unlock(values as Values);
      if (!unlocked) return usage(rekey, io);
      const { authority, facts, cipher } = unlocked;
      const contentKey = random(32);
      const prefix = random(prefixSize);
      const header = sealHeader(
        authority,
        {
          policy: policy ?? facts.policy,
          epochs: { ...facts.epochs, ...epochsOfWords(values.epoch) },
          suite: facts.suite,
          object: random(16),
          prefix,
        },
        contentKey,
        random,
      );
      const source = createReadStream(file, { highWaterMark: 1_048_576 });
      const after = { cipher: cipherOf(facts.suite, contentKey), prefix };
      await writeWhole(out, rekeyStream(source, { cipher, prefix: facts.prefix }, after));
      await writeFile(`${out}.header`, `${toBase64(header)}\n`);
      io.write(`${out}\n${out}.header\n`);
      return 0;
    });
  },
};

export const exchangeCommands: readonly LocalCommand[] = [pair, seal, openFile, rekey];
