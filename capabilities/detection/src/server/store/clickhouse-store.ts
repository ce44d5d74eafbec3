/**
 * Events in ClickHouse: the store of many machines. The same questions as the embedded store, in ClickHouse's words; values travel as query
 * parameters. How statements reach a server is an argument, so that the SQL can be tried on an embedded ClickHouse.
 * @module
 */
import type { PivotField } from '../../declared/event-fields.ts';
import { columns, eventOf, storedNames } from './columns.ts';
import { type Dialect, type ParameterType, whereOf } from './conditions.ts';
import { placeOf } from './duck-store.ts';
import {
  type EventQuery,
  type EventStore,
  type Histogram,
  intervalFor,
  type StoredEvent,
  type StoreStatistics,
  type WriteRange,
} from './event-store.ts';

export type Row = Readonly<Record<string, unknown>>;
export interface ClickHouse {
  rows(sql: string, parameters: Readonly<Record<string, unknown>>): Promise<readonly Row[]>;
  command(sql: string, parameters: Readonly<Record<string, unknown>>): Promise<void>;
  insert(table: string, rows: readonly Row[]): Promise<void>;
  close(): Promise<void>;
}

const quote = (name: string) => `\`${name}\``;
const types = {
  text: 'String',
  word: 'LowCardinality(String)',
  count: 'UInt32',
  time: 'Int64',
  address: 'UInt32',
  port: 'UInt16',
} as const;
const parameterTypes: Readonly<Record<ParameterType, string>> = {
  text: 'String',
  number: 'Int64',
  texts: 'Array(String)',
};

class ClickDialect implements Dialect {
  readonly parameters: Record<string, unknown> = {};
  readonly numericAddress = { srcIp: 'srcNumber', dstIp: 'dstNumber' };
  readonly quote = quote;
  parameter(value: unknown, type: ParameterType): string {
    const name = `p${Object.keys(this.parameters).length}`;
    this.parameters[name] = value;
    return `{${name}:${parameterTypes[type]}}`;
  }
  like(expression: string, pattern: string): string {
    return `${expression} ILIKE ${pattern}`;
  }
  equalText(expression: string, value: string): string {
    return `(${expression} = ${value} OR lowerUTF8(${expression}) = lowerUTF8(${value}))`;
  }
  oneOf(expression: string, texts: string): string {
    return `${expression} IN ${texts}`;
  }
  own(name: string): string {
    const key = this.parameter(name, 'text');
    return `if(JSONType(fields, ${key}) = 'String', JSONExtractString(fields, ${key}), JSONExtractRaw(fields, ${key}))`;
  }
}

const day = "toYYYYMMDD(fromUnixTimestamp64Milli(`time`, 'UTC'))";
const dayMs = 86_400_000;

export class ClickHouseEventStore implements EventStore {
  readonly #house: ClickHouse;
  readonly #table: string;

  private constructor(house: ClickHouse, table: string) {
    this.#house = house;
    this.#table = table;
  }

  /** @param table a name of the configuration, never of a person's input */
  static async open(house: ClickHouse, table = 'hedun_events'): Promise<ClickHouseEventStore> {
    if (!/^[a-z_][a-z0-9_.]{0,80}$/i.test(table)) throw new TypeError(`table: expected a plain name, got ${table}`);
    const list = columns.map(({ name, kind }) => `${quote(name)} ${types[kind]}`).join(', ');
    await house.command(
      `CREATE TABLE IF NOT EXISTS ${table} (${list}, \`partition\` LowCardinality(String), \`offset\` UInt64, \`epoch\` UInt32, INDEX raw_words lower(raw) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 4)
       ENGINE = MergeTree PARTITION BY ${day} ORDER BY (organisationId, time, id)`,
      {},
    );
    return new ClickHouseEventStore(house, table);
  }

  async write({ partition, from, to, epoch = 0 }: WriteRange, events: readonly StoredEvent[]): Promise<void> {
    if (events.length === 0) return;
    const dialect = new ClickDialect();
    const [there] = await this.#house.rows(
      `SELECT count() AS n FROM ${this.#table} WHERE \`partition\` = ${dialect.parameter(partition, 'text')} AND \`offset\` >= ${dialect.parameter(from, 'number')} AND \`offset\` < ${dialect.parameter(to, 'number')} AND \`epoch\` = ${dialect.parameter(epoch, 'number')}`,
      dialect.parameters,
    );
    if (Number(there?.n ?? 0) > 0) return;
    // No deduplication token: a rewind takes events back without forgetting the token, and the second write would be swallowed.
    await this.#house.insert(
      this.#table,
      events.map((event) => ({
        ...Object.fromEntries(columns.map((column) => [column.name, column.read(event)])),
        partition,
        epoch,
        offset: placeOf(event.id)[1],
      })),
    );
  }

  async rewind(partition: string, offset: number, before?: number): Promise<void> {
    const dialect = new ClickDialect();
    await this.#house.command(
      `ALTER TABLE ${this.#table} DELETE WHERE \`partition\` = ${dialect.parameter(partition, 'text')} AND \`offset\` >= ${dialect.parameter(offset, 'number')}${before === undefined ? '' : ` AND \`epoch\` < ${dialect.parameter(before, 'number')}`} SETTINGS mutations_sync = 1`,
      dialect.parameters,
    );
  }

  async search(
    query: EventQuery,
    limit: number,
    after?: { readonly time: number; readonly id: string },
  ): Promise<readonly StoredEvent[]> {
    const dialect = new ClickDialect();
    const page = after
      ? ` AND (time, id) < (${dialect.parameter(after.time, 'number')}, ${dialect.parameter(after.id, 'text')})`
      : '';
    return await this.#events(
      `WHERE ${whereOf(query, dialect)}${page} ORDER BY time DESC, id DESC LIMIT ${limit}`,
      dialect,
    );
  }

  async get(id: string, organisations: readonly string[] | null): Promise<StoredEvent | null> {
    const dialect = new ClickDialect();
    const scope = organisations
      ? ` AND ${organisations.length === 0 ? '1 = 0' : dialect.oneOf('organisationId', dialect.parameter([...organisations], 'texts'))}`
      : '';
    const [event] = await this.#events(`WHERE id = ${dialect.parameter(id, 'text')}${scope} LIMIT 1`, dialect);
    return event ?? null;
  }

  async count(query: EventQuery): Promise<number> {
    const dialect = new ClickDialect();
    const [row] = await this.#house.rows(
      `SELECT count() AS n FROM ${this.#table} WHERE ${whereOf(query, dialect)}`,
      dialect.parameters,
    );
    return Number(row?.n ?? 0);
  }

  async histogram(query: EventQuery, buckets: number): Promise<Histogram> {
    const interval = intervalFor(query.from, query.to, buckets);
    const start = Math.floor(query.from / interval) * interval;
    const counts = new Array<number>(Math.max(1, Math.ceil((query.to - start) / interval))).fill(0);
    const dialect = new ClickDialect();
    const rows = await this.#house.rows(
      `SELECT intDiv(time - ${start}, ${interval}) AS bucket, count() AS n FROM ${this.#table} WHERE ${whereOf(query, dialect)} GROUP BY bucket`,
      dialect.parameters,
    );
    let total = 0;
    for (const { bucket, n } of rows) {
      counts[Number(bucket)] = Number(n);
      total += Number(n);
    }
    return { start, interval, counts, total };
  }

  async suggest(query: EventQuery, field: PivotField, prefix: string, limit: number) {
    const dialect = new ClickDialect();
    const value = `toString(${quote(field)})`;
    const begins =
      prefix === ''
        ? ''
        : ` AND ${dialect.like(value, dialect.parameter(`${prefix.replace(/[\\%_]/g, '\\$&')}%`, 'text'))}`;
    const rows = await this.#house.rows(
      `SELECT ${value} AS value, count() AS n FROM ${this.#table} WHERE ${whereOf(query, dialect)} AND ${value} <> ''${begins} GROUP BY value ORDER BY n DESC, value LIMIT ${limit}`,
      dialect.parameters,
    );
    return rows.map((row) => ({ value: String(row.value), count: Number(row.n) }));
  }

  async pivot(query: EventQuery, field: PivotField, limit: number) {
    const dialect = new ClickDialect();
    const value = `toString(${quote(field)})`;
    const rows = await this.#house.rows(
      `SELECT ${value} AS value, count() AS n, min(time) AS first, max(time) AS last FROM ${this.#table} WHERE ${whereOf(query, dialect)} AND ${value} <> '' GROUP BY value ORDER BY n DESC, value LIMIT ${limit}`,
      dialect.parameters,
    );
    return rows.map((row) => ({
      value: String(row.value),
      count: Number(row.n),
      first: Number(row.first),
      last: Number(row.last),
    }));
  }

  async *scan(query: EventQuery, block: number): AsyncIterable<readonly StoredEvent[]> {
    let after: { readonly time: number; readonly id: string } | undefined;
    for (;;) {
      const dialect = new ClickDialect();
      const page = after
        ? ` AND (time, id) > (${dialect.parameter(after.time, 'number')}, ${dialect.parameter(after.id, 'text')})`
        : '';
      const events: readonly StoredEvent[] = await this.#events(
        `WHERE ${whereOf(query, dialect)}${page} ORDER BY time, id LIMIT ${block}`,
        dialect,
      );
      if (events.length > 0) yield events;
      const last = events.at(-1);
      if (!last || events.length < block) return;
      after = { time: last.time, id: last.id };
    }
  }

  async retain(before: number): Promise<number> {
    const dialect = new ClickDialect();
    const whole = Math.floor(before / dayMs) * dayMs;
    const old = `time < ${dialect.parameter(whole, 'number')}`;
    const [row] = await this.#house.rows(
      `SELECT count() AS n, groupUniqArray(toString(${day})) AS days FROM ${this.#table} WHERE ${old}`,
      dialect.parameters,
    );
    const days = ((row?.days ?? []) as readonly string[]).filter((each) => /^\d{8}$/.test(each));
    for (const each of days) await this.#house.command(`ALTER TABLE ${this.#table} DROP PARTITION ${each}`, {});
    return Number(row?.n ?? 0);
  }

  /** ClickHouse merges by itself; this only asks it to do so now. */
  async compact(): Promise<number> {
    const before = (await this.statistics()).segments;
    if (before > 1) await this.#house.command(`OPTIMIZE TABLE ${this.#table} FINAL`, {});
    return before - (await this.statistics()).segments;
  }

  async statistics(): Promise<StoreStatistics> {
    const [row] = await this.#house.rows(
      `SELECT count() AS n, min(time) AS oldest, max(time) AS newest FROM ${this.#table}`,
      {},
    );
    const dialect = new ClickDialect();
    const [parts] = await this.#house.rows(
      `SELECT count() AS n, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND table = ${dialect.parameter(this.#table.replace(/^.*\./, ''), 'text')}`,
      dialect.parameters,
    );
    const events = Number(row?.n ?? 0);
    return {
      events,
      bytes: Number(parts?.bytes ?? 0),
      segments: Number(parts?.n ?? 0),
      oldest: events === 0 ? null : Number(row?.oldest),
      newest: events === 0 ? null : Number(row?.newest),
    };
  }

  close(): Promise<void> {
    return this.#house.close();
  }

  async #events(rest: string, dialect: ClickDialect): Promise<readonly StoredEvent[]> {
    const rows = await this.#house.rows(
      `SELECT ${storedNames.map(quote).join(', ')} FROM ${this.#table} ${rest}`,
      dialect.parameters,
    );
    return rows.map(eventOf);
  }
}
