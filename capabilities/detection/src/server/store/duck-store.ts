/**
 * Events in Parquet segments, read by an embedded DuckDB: the store of one machine. DuckDB keeps no data of its own here, so its end is
 * never a loss; its memory is capped and what does not fit goes to disk.
 * Longer than other files because the contract of the store is one class over one set of segments.
 * @module
 */
import { mkdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, DuckDBInstance, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { PivotField } from '../../declared/event-fields.ts';
import { columns, eventOf, storedNames } from './columns.ts';
import { whereOf } from './conditions.ts';
import { DuckDialect, quote } from './duck-dialect.ts';
import {
  type EventQuery,
  type EventStore,
  type Histogram,
  intervalFor,
  type StoredEvent,
  type StoreStatistics,
  type WriteRange,
} from './event-store.ts';
import {
  compactedPartition,
  dayOf,
  endOfDay,
  inSpan,
  parquetOptions,
  publish,
  readCatalogue,
  replace,
  type Segment,
  segmentFile,
} from './parquet-files.ts';

export interface DuckStoreOptions {
  readonly memoryMb?: number;
  readonly threads?: number;
  /** Events a compacted segment should hold. */
  readonly segmentEvents?: number;
  /** Another thread writes here: nothing is tidied up, and the catalogue is read again when told. */
  readonly reader?: boolean;
}

const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
const chunkRows = 2048;
const sqlTypes = {
  text: 'VARCHAR',
  word: 'VARCHAR',
  count: 'INTEGER',
  time: 'BIGINT',
  address: 'UINTEGER',
  port: 'USMALLINT',
} as const;
const writing = columns.map(({ kind }) =>
  kind === 'text' || kind === 'word' ? VARCHAR : kind === 'count' || kind === 'port' ? INTEGER : DOUBLE,
);

export class DuckEventStore implements EventStore {
  readonly #folder: string;
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #idle: DuckDBConnection[] = [];
  readonly #segmentEvents: number;
  #segments: Segment[];
  #stale = false;
  /** Writes, rewinds, retention and compaction change the catalogue one after another. */
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: string,
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    segments: Segment[],
    segmentEvents: number,
  ) {
    this.#folder = folder;
    this.#instance = instance;
    this.#writer = writer;
    this.#segments = segments;
    this.#segmentEvents = segmentEvents;
  }

  static async open(folder: string, options: DuckStoreOptions = {}): Promise<DuckEventStore> {
    const temporary = path.join(folder, 'temporary');
    await mkdir(temporary, { recursive: true, mode: 0o700 });
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: `${options.memoryMb ?? 512}MB`,
      threads: String(options.threads ?? 2),
      temp_directory: temporary,
      // Nothing outside the folder, nothing from the network.
      autoinstall_known_extensions: 'false',
      preserve_insertion_order: 'false',
    });
    const writer = await instance.connect();
    await writer.run('SET parquet_metadata_cache = true');
    const list = columns.map(({ name }, index) => `${quote(name)} ${String(writing[index])}`).join(', ');
    await writer.run(`CREATE TABLE arriving (${list})`);
    const segments = await readCatalogue(folder, !options.reader);
    return new DuckEventStore(folder, instance, writer, segments, options.segmentEvents ?? 2_000_000);
  }

  /** The writer changed something: the next question looks first. */
  stale(): void {
    this.#stale = true;
  }

  write(range: WriteRange, events: readonly StoredEvent[]): Promise<void> {
    return this.#alone(async () => {
      const covered = this.#segments.some(
        ({ partition, from, to, epoch }) =>
          partition === range.partition && epoch === (range.epoch ?? 0) && from <= range.from && to >= range.to,
      );
      if (covered || events.length === 0) return;
      await this.#append(events);
      try {
        const days = new Map<string, { first: number; last: number; events: number }>();
        for (const { time } of events) {
          const day = dayOf(time);
          const known = days.get(day);
          if (!known) days.set(day, { first: time, last: time, events: 1 });
          else {
            known.first = Math.min(known.first, time);
            known.last = Math.max(known.last, time);
            known.events += 1;
          }
        }
        const written: { temporary: string; final: string; segment: Omit<Segment, 'file' | 'bytes'> }[] = [];
        for (const [day, span] of days) {
          const { partition, from, to, epoch = 0 } = range;
          const segment = { day, partition, from, to, epoch, ...span };
          await mkdir(path.join(this.#folder, `day=${day}`), { recursive: true, mode: 0o700 });
          const final = segmentFile(segment);
          const temporary = `${final}.writing`;
          const condition = days.size === 1 ? '' : `WHERE "time" >= ${span.first} AND "time" <= ${span.last}`;
          await this.#copy(
            `SELECT ${columns.map(({ name, kind }) => `CAST(${quote(name)} AS ${sqlTypes[kind]}) AS ${quote(name)}`).join(', ')} FROM arriving ${condition} ORDER BY "time"`,
            temporary,
          );
          written.push({ temporary, final, segment });
        }
        await publish(this.#folder, written);
        for (const { final, segment } of written)
          this.#segments.push({ ...segment, file: final, bytes: (await stat(path.join(this.#folder, final))).size });
      } finally {
        await this.#writer.run('DELETE FROM arriving');
      }
    });
  }

  rewind(partition: string, offset: number, before = Number.POSITIVE_INFINITY): Promise<void> {
    return this.#alone(async () => {
      // Another process may have written what is taken back here: the one that had the partition before.
      this.#segments = await readCatalogue(this.#folder, false);
      await this.#remove(
        this.#segments.filter((each) => each.partition === partition && each.from >= offset && each.epoch < before),
      );
    });
  }

  async search(
    query: EventQuery,
    limit: number,
    after?: { readonly time: number; readonly id: string },
  ): Promise<readonly StoredEvent[]> {
    const to = after ? Math.min(query.to, after.time + 1) : query.to;
    return await this.#ask(query.from, to, async (from, dialect, run) => {
      const page = after
        ? ` AND ("time" < ${dialect.parameter(after.time, 'number')} OR ("time" = ${dialect.parameter(after.time, 'number')} AND "id" < ${dialect.parameter(after.id, 'text')}))`
        : '';
      const where = `${whereOf({ ...query, to }, dialect)}${page}`;
      // First the time down to which the page reaches, from few columns; then whole events of the few row groups beyond it.
      const [reach] = await run(
        `SELECT min(t)::DOUBLE AS t FROM (SELECT "time" AS t FROM ${from} WHERE ${where} ORDER BY t DESC LIMIT ${limit})`,
      );
      if (reach?.t === null || reach?.t === undefined) return [];
      const rows = await run(
        `SELECT ${storedNames.map(quote).join(', ')} FROM ${from} WHERE ${where} AND "time" >= ${dialect.parameter(Number(reach.t), 'number')} ORDER BY "time" DESC, "id" DESC LIMIT ${limit}`,
      );
      return rows.map(eventOf);
    });
  }

  async get(id: string, organisations: readonly string[] | null): Promise<StoredEvent | null> {
    // An id says its partition and offset; segments that cannot hold it are not opened.
    const [partition, offset] = placeOf(id);
    const likely = (segments: readonly Segment[]) =>
      segments.filter(
        (each) =>
          each.partition === compactedPartition ||
          (each.partition === partition && each.from <= offset && each.to > offset),
      );
    return await this.#askIn(
      likely,
      async (from, dialect, run) => {
        const scope = organisations
          ? ` AND ${organisations.length === 0 ? 'false' : dialect.oneOf('"organisationId"', dialect.parameter([...organisations], 'texts'))}`
          : '';
        const [row] = await run(
          `SELECT ${storedNames.map(quote).join(', ')} FROM ${from} WHERE "id" = ${dialect.parameter(id, 'text')}${scope} LIMIT 1`,
        );
        return row ? eventOf(row) : null;
      },
      null,
    );
  }

  async count(query: EventQuery): Promise<number> {
    return await this.#ask(
      query.from,
      query.to,
      async (from, dialect, run) => {
        const [row] = await run(`SELECT count(*)::DOUBLE AS n FROM ${from} WHERE ${whereOf(query, dialect)}`);
        return Number(row?.n ?? 0);
      },
      0,
    );
  }

  async histogram(query: EventQuery, buckets: number): Promise<Histogram> {
    const interval = intervalFor(query.from, query.to, buckets);
    const start = Math.floor(query.from / interval) * interval;
    const counts = new Array<number>(Math.max(1, Math.ceil((query.to - start) / interval))).fill(0);
    const rows = await this.#ask(query.from, query.to, async (from, dialect, run) =>
      run(
        `SELECT (("time" - ${start}) // ${interval})::INTEGER AS bucket, count(*)::DOUBLE AS n FROM ${from} WHERE ${whereOf(query, dialect)} GROUP BY bucket`,
      ),
    );
    let total = 0;
    for (const { bucket, n } of rows) {
      counts[Number(bucket)] = Number(n);
      total += Number(n);
    }
    return { start, interval, counts, total };
  }

  async suggest(query: EventQuery, field: PivotField, prefix: string, limit: number) {
    return await this.#ask(query.from, query.to, async (from, dialect, run) => {
      const value = `CAST(${quote(field)} AS VARCHAR)`;
      const begins =
        prefix === ''
          ? ''
          : ` AND ${dialect.like(value, dialect.parameter(`${prefix.replace(/[\\%_]/g, '\\$&')}%`, 'text'))}`;
      const rows = await run(
        `SELECT ${value} AS value, count(*)::DOUBLE AS n FROM ${from} WHERE ${whereOf(query, dialect)} AND ${value} <> ''${begins} GROUP BY value ORDER BY n DESC, value LIMIT ${limit}`,
      );
      return rows.map((row) => ({ value: String(row.value), count: Number(row.n) }));
    });
  }

  async pivot(query: EventQuery, field: PivotField, limit: number) {
    return await this.#ask(query.from, query.to, async (from, dialect, run) => {
      const value = `CAST(${quote(field)} AS VARCHAR)`;
      const rows = await run(
        `SELECT ${value} AS value, count(*)::DOUBLE AS n, min("time")::DOUBLE AS first, max("time")::DOUBLE AS last FROM ${from} WHERE ${whereOf(query, dialect)} AND ${value} <> '' GROUP BY value ORDER BY n DESC, value LIMIT ${limit}`,
      );
      return rows.map((row) => ({
        value: String(row.value),
        count: Number(row.n),
        first: Number(row.first),
        last: Number(row.last),
      }));
    });
  }

  async *scan(query: EventQuery, block: number): AsyncIterable<readonly StoredEvent[]> {
    // Day by day, so that the sort of one day is all that stands in memory.
    await this.#refresh();
    const days = [...new Set(inSpan(this.#segments, query.from, query.to).map(({ day }) => day))].sort();
    for (const day of days) {
      let after: { readonly time: number; readonly id: string } | undefined;
      for (;;) {
        const rows: readonly StoredEvent[] = await this.#askIn(
          (segments) => inSpan(segments, query.from, query.to).filter((each) => each.day === day),
          async (from, dialect, run) => {
            const page = after
              ? ` AND ("time" > ${dialect.parameter(after.time, 'number')} OR ("time" = ${dialect.parameter(after.time, 'number')} AND "id" > ${dialect.parameter(after.id, 'text')}))`
              : '';
            // The bound alone lets row groups be left out; the page's own condition does not.
            const where = `${whereOf({ ...query, from: Math.max(query.from, after?.time ?? query.from) }, dialect)}${page}`;
            const [reach] = await run(
              `SELECT max(t)::DOUBLE AS t FROM (SELECT "time" AS t FROM ${from} WHERE ${where} ORDER BY t LIMIT ${block})`,
            );
            if (reach?.t === null || reach?.t === undefined) return [];
            const found = await run(
              `SELECT ${storedNames.map(quote).join(', ')} FROM ${from} WHERE ${where} AND "time" <= ${dialect.parameter(Number(reach.t), 'number')} ORDER BY "time", "id" LIMIT ${block}`,
            );
            return found.map(eventOf);
          },
          [],
        );
        if (rows.length > 0) yield rows;
        const last = rows.at(-1);
        if (!last || rows.length < block) break;
        after = { time: last.time, id: last.id };
      }
    }
  }

  retain(before: number): Promise<number> {
    return this.#alone(async () => {
      const gone = this.#segments.filter(({ day }) => endOfDay(day) <= before);
      await this.#remove(gone);
      for (const day of new Set(gone.map((each) => each.day)))
        await rmdir(path.join(this.#folder, `day=${day}`)).catch(() => undefined);
      return gone.reduce((sum, { events }) => sum + events, 0);
    });
  }

  /**
   * Joins segments of one day and of like size, so that each event is rewritten a few times only (a log-structured merge, tiers of eight).
   * @param committed joins nothing beyond it, since that may still be taken back
   * @param least segments of like size that make a join worth while
   */
  compact(committed: Readonly<Record<string, number>> = {}, least = 2): Promise<number> {
    return this.#alone(async () => {
      const before = this.#segments.length;
      const settled = this.#segments.filter(
        ({ partition, to, events }) =>
          events < this.#segmentEvents &&
          (partition === compactedPartition || committed[partition] === undefined || to <= committed[partition]),
      );
      const tier = (events: number) => (least > 2 ? Math.floor(Math.log(Math.max(1, events)) / Math.log(8)) : 0);
      const alike = Map.groupBy(settled, ({ day, events }) => `${day} ${tier(events)}`);
      for (const [key, small] of alike) {
        if (small.length < least) continue;
        const day = key.slice(0, 10);
        const serial =
          Math.max(
            0,
            ...this.#segments
              .filter((each) => each.day === day && each.partition === compactedPartition)
              .map(({ from }) => from),
          ) + 1;
        const joined = {
          day,
          partition: compactedPartition,
          from: serial,
          to: serial + 1,
          epoch: 0,
          first: Math.min(...small.map(({ first }) => first)),
          last: Math.max(...small.map(({ last }) => last)),
          events: small.reduce((sum, { events }) => sum + events, 0),
        };
        const final = segmentFile(joined);
        const temporary = `${final}.writing`;
        await this.#copy(`SELECT * FROM ${this.#from(small)} ORDER BY "time"`, temporary);
        await replace(
          this.#folder,
          temporary,
          final,
          small.map(({ file }) => file),
        );
        const bytes = (await stat(path.join(this.#folder, final))).size;
        this.#segments = this.#segments.filter((each) => !small.includes(each));
        this.#segments.push({ ...joined, file: final, bytes });
      }
      return before - this.#segments.length;
    });
  }

  async statistics(): Promise<StoreStatistics> {
    await this.#refresh();
    return {
      events: this.#segments.reduce((sum, { events }) => sum + events, 0),
      bytes: this.#segments.reduce((sum, { bytes }) => sum + bytes, 0),
      segments: this.#segments.length,
      oldest: this.#segments.length === 0 ? null : Math.min(...this.#segments.map(({ first }) => first)),
      newest: this.#segments.length === 0 ? null : Math.max(...this.#segments.map(({ last }) => last)),
    };
  }

  async close(): Promise<void> {
    await this.#changing;
    for (const each of [this.#writer, ...this.#idle]) each.closeSync();
    this.#instance.closeSync();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#changing.then(work);
    this.#changing = result.catch(() => undefined);
    return result;
  }

  async #append(events: readonly StoredEvent[]): Promise<void> {
    const appender = await this.#writer.createAppender('arriving');
    for (let at = 0; at < events.length; at += chunkRows) {
      const part = events.slice(at, at + chunkRows);
      const chunk = DuckDBDataChunk.create(writing, part.length);
      for (const [index, column] of columns.entries())
        chunk.setColumnValues(
          index,
          part.map((event) => column.read(event)),
        );
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
  }

  async #copy(select: string, file: string): Promise<void> {
    await this.#writer.run(`COPY (${select}) TO ${text(path.join(this.#folder, file))} (${parquetOptions})`);
  }

  async #remove(gone: readonly Segment[]): Promise<void> {
    this.#segments = this.#segments.filter((each) => !gone.includes(each));
    for (const { file } of gone) await rm(path.join(this.#folder, file), { force: true });
  }

  #from(segments: readonly Segment[]): string {
    return `read_parquet([${segments.map(({ file }) => text(path.join(this.#folder, file))).join(', ')}])`;
  }

  #ask<T>(from: number, to: number, work: Asking<T>, nothing: T = [] as T): Promise<T> {
    return this.#askIn((segments) => inSpan(segments, from, to), work, nothing);
  }

  async #askIn<T>(
    choose: (segments: readonly Segment[]) => readonly Segment[],
    work: Asking<T>,
    nothing: T,
  ): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      await this.#refresh();
      const segments = choose(this.#segments);
      if (segments.length === 0) return nothing;
      const connection = this.#idle.pop() ?? (await this.#instance.connect());
      const dialect = new DuckDialect();
      try {
        return await work(this.#from(segments), dialect, async (sql) => {
          const result = await connection.runAndReadAll(sql, dialect.values);
          return result.getRowObjectsJson() as unknown as Row[];
        });
      } catch (error) {
        // The writer joined or removed segments between the look and the question.
        if (attempt > 2 || !/no such file|cannot open file|no files found/i.test(String(error))) throw error;
        this.#stale = true;
      } finally {
        this.#idle.push(connection);
      }
    }
  }

  async #refresh(): Promise<void> {
    if (!this.#stale) return;
    this.#stale = false;
    this.#segments = await readCatalogue(this.#folder, false);
  }
}

type Row = Readonly<Record<string, unknown>>;
type Asking<T> = (from: string, dialect: DuckDialect, run: (sql: string) => Promise<readonly Row[]>) => Promise<T>;

/** `<partition>-<offset>` or `<partition>-<offset>-<number>`; partitions may have dashes themselves, offsets are digits. */
export function placeOf(id: string): readonly [partition: string, offset: number] {
  const found = /^(.*?)-(\d+)(?:\.\d+)?$/.exec(id);
  return found ? [found[1] as string, Number(found[2])] : [id, -1];
}
