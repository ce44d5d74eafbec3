/**
 * The whole platform in one file: every table, every blob, the keys; checked by digests before anything is replaced.
 *
 * Form: gzip of records, each `<name length><name><body length><body>` (lengths as 32- and 64-bit big endian). The first record is
 * `manifest` (version, tables, counts), then `table/<name>` with JSON lines, `blob/<sha256>`, `key/<file>`, and last `digest` with the
 * SHA-256 of all records before it. With a passphrase the gzip is sealed by AES-256-GCM under a key from scrypt (RFC 7914).
 * @module
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes, scryptSync } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { type CapabilityServer, Failure } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Config, Database, Log } from '../contract.ts';
import { openBlobs } from './blobs.ts';
import { openStore } from './index.ts';
import { lockFolder } from './lock.ts';

export interface BackupOptions {
  readonly config: Config;
  readonly capabilities: readonly CapabilityServer[];
  readonly log: Log;
  readonly file: string;
  readonly passphraseFile: string | null;
  readonly version: string;
}
export interface BackupResult {
  readonly rows: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly sha256: string;
}
interface Manifest {
  readonly format: 'hedun-backup/1';
  readonly version: string;
  readonly at: string;
  readonly tables: readonly string[];
  readonly steps: readonly { readonly id: string; readonly checksum: string }[];
}

const rowsPerRecord = 1000;
const sealedMagic = Buffer.from('HEDUNBK1');
/** scrypt N = 2^15, r = 8, p = 1: about 32 MiB and 0.1 s. */
const scrypt = { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 } as const;

export async function createBackup(options: BackupOptions): Promise<BackupResult> {
  const store = await openStore(options);
  const temporary = `${options.file}.part`;
  const counts = { rows: 0, blobs: 0 };
  try {
    mkdirSync(path.dirname(path.resolve(options.file)), { recursive: true });
    // One snapshot for all tables, whoever writes meanwhile: what is backed up fits together.
    await store.system(async (db) => {
      await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY`.execute(db);
      const packed = Readable.from(records(db, options, counts)).pipe(createGzip({ level: 6 }));
      await pipeline(
        options.passphraseFile ? Readable.from(seal(packed, readPassphrase(options.passphraseFile))) : packed,
        createWriteStream(temporary, { mode: 0o600, flush: true }),
      );
    });
    renameSync(temporary, options.file);
  } finally {
    rmSync(temporary, { force: true });
    await store.close();
  }
  return { ...counts, bytes: statSync(options.file).size, sha256: await fileDigest(options.file) };
}

async function* records(
  db: Database,
  options: BackupOptions,
  counts: { rows: number; blobs: number },
): AsyncIterable<Buffer> {
  const hash = createHash('sha256');
  const emit = (name: string, body: Buffer) => {
    const record = encode(name, body);
    hash.update(record);
    return record;
  };
  const tables = await tablesInOrder(db);
  const steps = await sql<{
    id: string;
    checksum: string;
  }>`SELECT id, checksum FROM schema_steps WHERE id <> 'policies' ORDER BY id`.execute(db);
  const manifest: Manifest = {
    format: 'hedun-backup/1',
    version: options.version,
    at: new Date().toISOString(),
    tables,
    steps: steps.rows,
  };
  yield emit('manifest', Buffer.from(JSON.stringify(manifest)));
  for (const table of tables)
    for await (const lines of dumpTable(db, table)) {
      counts.rows += lines.length;
      yield emit(`table/${table}`, Buffer.from(lines.join('\n')));
    }
  const blobs = openBlobs(options.config);
  for await (const sha256 of blobs.list()) {
    const parts: Uint8Array[] = [];
    for await (const chunk of blobs.stream(sha256)) parts.push(chunk);
    counts.blobs += 1;
    yield emit(`blob/${sha256}`, Buffer.concat(parts));
  }
  const keys = path.join(options.config.dataFolder, 'keys');
  if (existsSync(keys))
    for (const name of readdirSync(keys))
      if (statSync(path.join(keys, name)).isFile()) yield emit(`key/${name}`, readFileSync(path.join(keys, name)));
  yield encode('digest', Buffer.from(hash.digest('hex')));
}

export async function restoreBackup(
  options: BackupOptions & { readonly replace: boolean },
): Promise<{ readonly rows: number; readonly blobs: number }> {
  const passphrase = options.passphraseFile ? readPassphrase(options.passphraseFile) : null;
  const manifest = await check(options.file, passphrase);
  const { dataFolder, databaseUrl } = options.config;
  const database = path.join(dataFolder, 'database');
  if (!options.replace && (databaseUrl !== null || existsSync(database))) {
    const store = await openStore(options);
    const used = await store.system((db) => db.selectFrom('organisations').select('id').limit(1).executeTakeFirst());
    await store.close();
    if (used)
      throw new Failure('record.exists', {
        where: databaseUrl === null ? dataFolder : 'DATABASE_URL',
        expected: 'an empty platform, or --replace',
        got: 'data',
        values: { what: '数据 / data' },
      });
  }
  const unlock = databaseUrl === null ? lockFolder(dataFolder) : () => undefined;
  try {
    const result = await load(options, manifest, passphrase);
    if (databaseUrl === null) swapDatabase(dataFolder);
    // Last, because the old database is of no use without the old keys.
    for await (const [name, body] of readRecords(options.file, passphrase)) {
      if (!name.startsWith('key/')) continue;
      const folder = path.join(dataFolder, 'keys');
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(path.join(folder, path.basename(name)), body, { mode: 0o600 });
    }
    return result;
  } finally {
    rmSync(path.join(dataFolder, restoring), { recursive: true, force: true });
    unlock();
  }
}

/** The new embedded database is made here, beside the old one, and takes its place when it is complete. */
const restoring = 'restoring';
function swapDatabase(dataFolder: string): void {
  const database = path.join(dataFolder, 'database');
  const aside = `${database}.before-restore`;
  rmSync(aside, { recursive: true, force: true });
  if (existsSync(database)) renameSync(database, aside);
  try {
    renameSync(path.join(dataFolder, restoring, 'database'), database);
  } catch (error) {
    if (existsSync(aside)) renameSync(aside, database);
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}

async function load(
  options: BackupOptions,
  manifest: Manifest,
  passphrase: string | null,
): Promise<{ rows: number; blobs: number }> {
  const { config } = options;
  const aside = path.join(config.dataFolder, restoring);
  rmSync(aside, { recursive: true, force: true });
  const store = await openStore({ ...options, config: { ...config, dataFolder: aside } });
  const blobs = openBlobs(config);
  let rows = 0;
  let blobCount = 0;
  try {
    const own = await store.system((db) =>
      sql<{ id: string; checksum: string }>`SELECT id, checksum FROM schema_steps WHERE id <> 'policies'`.execute(db),
    );
    const known = new Map(own.rows.map((step) => [step.id, step.checksum]));
    const foreign = manifest.steps.find(({ id, checksum }) => known.get(id) !== checksum);
    if (foreign)
      throw new Failure('store.backup_invalid', {
        where: foreign.id,
        expected: 'tables this version knows',
        got: `made by version ${manifest.version}`,
      });
    // Blobs first: they stand under their own digest and disturb nothing when the rest fails.
    for await (const [name, body] of readRecords(options.file, passphrase)) {
      if (!name.startsWith('blob/')) continue;
      const { sha256 } = await blobs.put(body);
      if (`blob/${sha256}` !== name) throw new Failure('store.backup_invalid', { where: name, got: sha256 });
      blobCount += 1;
    }
    await store.system(async (db) => {
      await sql.raw(`TRUNCATE ${manifest.tables.map((table) => `"${table}"`).join(', ')} CASCADE`).execute(db);
      for await (const [name, body] of readRecords(options.file, passphrase)) {
        if (!name.startsWith('table/')) continue;
        const lines = body.toString('utf8').split('\n').filter(Boolean);
        rows += lines.length;
        await insert(db, name.slice('table/'.length), lines);
      }
      await resetSequences(db);
    });
    await store.analyse();
  } finally {
    await store.close();
  }
  return { rows, blobs: blobCount };
}

/** Reads the whole file once: every record whole, the digest right, the manifest of a known form. */
async function check(file: string, passphrase: string | null): Promise<Manifest> {
  if (!existsSync(file)) throw new Failure('record.not_found', { where: file, values: { what: file } });
  const hash = createHash('sha256');
  let manifest: Manifest | null = null;
  let digest: string | null = null;
  try {
    for await (const [name, body] of readRecords(file, passphrase)) {
      if (digest !== null) throw new Error('records behind the digest');
      if (name === 'digest') digest = body.toString('utf8');
      else hash.update(encode(name, body));
      if (name === 'manifest') manifest = JSON.parse(body.toString('utf8')) as Manifest;
    }
  } catch (cause) {
    throw new Failure('store.backup_invalid', { where: file, got: (cause as Error).message, cause });
  }
  const own = hash.digest('hex');
  if (manifest?.format !== 'hedun-backup/1')
    throw new Failure('store.backup_invalid', { where: file, expected: 'hedun-backup/1', got: 'another file' });
  if (digest !== own)
    throw new Failure('store.backup_invalid', { where: file, expected: digest ?? 'a digest at the end', got: own });
  for (const table of manifest.tables)
    if (!/^[a-z_0-9]+$/.test(table)) throw new Failure('store.backup_invalid', { where: file, got: table });
  return manifest;
}

/** Parents before children, so that references hold while rows are inserted. */
async function tablesInOrder(db: Database): Promise<readonly string[]> {
  const tables = (
    await sql<{
      name: string;
    }>`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'schema_steps' ORDER BY 1`.execute(
      db,
    )
  ).rows.map(({ name }) => name);
  const links = (
    await sql<{
      child: string;
      parent: string;
    }>`SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent FROM pg_constraint WHERE contype = 'f'`.execute(
      db,
    )
  ).rows;
  const done: string[] = [];
  while (done.length < tables.length) {
    const next = tables.find(
      (table) =>
        !done.includes(table) &&
        links.every(({ child, parent }) => child !== table || parent === table || done.includes(parent)),
    );
    if (!next)
      throw new Error(
        `tables refer to each other in a circle: ${tables.filter((table) => !done.includes(table)).join(', ')}`,
      );
    done.push(next);
  }
  return done;
}

/** Rows as the database itself writes them in JSON, by a cursor; organisations come parents first. */
async function* dumpTable(db: Database, table: string): AsyncIterable<readonly string[]> {
  const order = table === 'organisations' ? " ORDER BY array_length(string_to_array(path, '/'), 1), id" : '';
  await sql
    .raw(`DECLARE backup_rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS line FROM "${table}" t${order}`)
    .execute(db);
  for (;;) {
    const { rows } = await sql<{ line: string }>`FETCH ${sql.raw(String(rowsPerRecord))} FROM backup_rows`.execute(db);
    if (rows.length > 0) yield rows.map(({ line }) => line);
    if (rows.length < rowsPerRecord) break;
  }
  await sql`CLOSE backup_rows`.execute(db);
}

async function insert(db: Database, table: string, lines: readonly string[]): Promise<void> {
  const name = sql.raw(`"${table}"`);
  await sql`INSERT INTO ${name} OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_recordset(null::${name}, ${`[${lines.join(',')}]`}::json)`.execute(
    db,
  );
}

async function resetSequences(db: Database): Promise<void> {
  const { rows } = await sql<{
    table: string;
    column: string;
  }>`SELECT table_name AS table, column_name AS column FROM information_schema.columns WHERE table_schema = 'public' AND is_identity = 'YES'`.execute(
    db,
  );
  for (const { table, column } of rows)
    await sql
      .raw(
        `SELECT setval(pg_get_serial_sequence('"${table}"', '${column}'), coalesce((SELECT max("${column}") FROM "${table}"), 0) + 1, false)`,
      )
      .execute(db);
}

function encode(name: string, body: Buffer): Buffer {
  const head = Buffer.alloc(12 + Buffer.byteLength(name));
  head.writeUInt32BE(Buffer.byteLength(name), 0);
  head.write(name, 4);
  head.writeBigUInt64BE(BigInt(body.length), 4 + Buffer.byteLength(name));
  return Buffer.concat([head, body]);
}
/** Records one by one. Chunks are joined once per record, so that a large blob costs its size and not its square. */
async function* readRecords(file: string, passphrase: string | null): AsyncIterable<readonly [string, Buffer]> {
  const plain = passphrase === null ? createReadStream(file) : Readable.from(unseal(file, passphrase));
  const unpacked = plain.pipe(createGunzip());
  plain.on('error', (error: Error) => unpacked.destroy(error));
  let held: Buffer[] = [];
  let size = 0;
  let needed = 4;
  for await (const chunk of unpacked as AsyncIterable<Buffer>) {
    held.push(chunk);
    size += chunk.length;
    while (size >= needed) {
      const joined = held.length === 1 && held[0] ? held[0] : Buffer.concat(held);
      held = [joined];
      const nameLength = joined.readUInt32BE(0);
      if (nameLength > 200) throw new Error('not a backup record');
      needed = 12 + nameLength;
      if (size < needed) break;
      needed += Number(joined.readBigUInt64BE(4 + nameLength));
      if (size < needed) break;
      yield [joined.toString('utf8', 4, 4 + nameLength), Buffer.from(joined.subarray(12 + nameLength, needed))];
      held = [joined.subarray(needed)];
      size -= needed;
      needed = 4;
    }
  }
  if (size > 0) throw new Error('the last record is cut off');
}

function readPassphrase(file: string): string {
  const text = readFileSync(file, 'utf8').trim();
  if ([...text].length < 12)
    throw new Failure('access.weak_password', {
      where: file,
      expected: '>= 12 characters',
      got: `${[...text].length}`,
      values: { minimum: 12 },
    });
  return text;
}
async function* seal(packed: AsyncIterable<Buffer>, passphrase: string): AsyncIterable<Buffer> {
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', scryptSync(passphrase, salt, 32, scrypt), nonce).setAAD(sealedMagic);
  yield Buffer.concat([sealedMagic, salt, nonce]);
  for await (const chunk of packed) yield cipher.update(chunk);
  yield Buffer.concat([cipher.final(), cipher.getAuthTag()]);
}
async function* unseal(file: string, passphrase: string): AsyncIterable<Buffer> {
  const head = Buffer.alloc(36);
  const { size } = statSync(file);
  const handle = openSync(file, 'r');
  const tag = Buffer.alloc(16);
  readSync(handle, head, 0, 36, 0);
  readSync(handle, tag, 0, 16, Math.max(0, size - 16));
  closeSync(handle);
  if (!head.subarray(0, 8).equals(sealedMagic)) throw new Error('not sealed with a passphrase');
  const decipher = createDecipheriv(
    'aes-256-gcm',
    scryptSync(passphrase, head.subarray(8, 24), 32, scrypt),
    head.subarray(24, 36),
  ).setAAD(sealedMagic);
  decipher.setAuthTag(tag);
  for await (const chunk of createReadStream(file, { start: 36, end: size - 17 }) as AsyncIterable<Buffer>)
    yield decipher.update(chunk);
  yield decipher.final();
}
async function fileDigest(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
