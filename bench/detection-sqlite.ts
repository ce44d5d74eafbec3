/**
 * The peer of the detection benchmark: what Zircolite does. Events go into one SQLite table, each rule becomes one SELECT. Our own parser
 * reads the rules, so both sides run the same ones; a rule that has no SQL form here is left out of both.
 * @module
 */
import { DatabaseSync } from 'node:sqlite';
import {
  type Condition,
  concerns,
  type DetectionRule,
  type EventRecord,
  fieldNames,
  type Route,
  routeOf,
  type SigmaDocument,
  standardPipelines,
} from '@hedun/detection';

type Test = Extract<Condition, { kind: 'test' }>['test'];
class NoSql extends Error {}

const quote = (text: string) => `'${text.replaceAll("'", "''")}'`;
const name = (field: string) => `"${field.replaceAll('"', '""')}"`;

function expression(test: Test, column: string): string {
  if (test.kind === 'pattern') {
    if (test.cased) throw new NoSql('cased');
    const like = test.pattern
      .map((part) =>
        typeof part === 'string' ? part.replace(/[%_]|\p{Cc}/gu, '\u0001$&') : part.wildcard === '*' ? '%' : '_',
      )
      .join('');
    return `${column} LIKE ${quote(like)} ESCAPE '\u0001'`;
  }
  if (test.kind === 'null') return `${column} IS NULL`;
  if (test.kind === 'compare' && !test.part) {
    const sign = { lt: '<', lte: '<=', gt: '>', gte: '>=' }[test.comparison];
    return `CAST(${column} AS REAL) ${sign} ${test.value}`;
  }
  throw new NoSql(test.kind);
}

function sql(condition: Condition, columnOf: (field: string) => string): string {
  switch (condition.kind) {
    case 'test':
      if (condition.field === undefined) throw new NoSql('keywords');
      return `coalesce(${expression(condition.test, columnOf(condition.field))}, 0)`;
    case 'not':
      return `NOT ${sql(condition.child, columnOf)}`;
    case 'atleast':
      return `(${condition.children.map((child) => sql(child, columnOf)).join(' + ')}) >= ${condition.count}`;
    default:
      return `(${condition.children.map((child) => sql(child, columnOf)).join(condition.kind === 'and' ? ' AND ' : ' OR ')})`;
  }
}

/** Rules of a set that have an SQL form. */
export function expressible(documents: readonly SigmaDocument[]): readonly DetectionRule[] {
  return documents.filter((rule): rule is DetectionRule => {
    if (rule.kind !== 'detection') return false;
    try {
      return sql(rule.condition, name).length < 900_000;
    } catch (error) {
      if (error instanceof NoSql) return false;
      throw error;
    }
  });
}

/** Runs the rules over the events in SQLite. @returns matches and the CPU-seconds the detection took, loading not counted */
export function runInSqlite(
  rules: readonly DetectionRule[],
  events: readonly EventRecord[],
): { readonly matches: number; readonly seconds: number; readonly queries: number } {
  const routes = new Map<string, Route>();
  const columns = new Set<string>();
  for (const event of events) {
    const route = routeOf(event, undefined);
    routes.set(route.key, route);
    for (const field of Object.keys(event)) columns.add(field);
  }
  const database = new DatabaseSync(':memory:');
  // SQLite ignores case in column names.
  const byLower = new Map<string, string>();
  for (const column of columns) if (!byLower.has(column.toLowerCase())) byLower.set(column.toLowerCase(), column);
  const stored = [...byLower.values()].slice(0, 1900);
  database.exec(`CREATE TABLE logs (route TEXT, ${stored.map((column) => `${name(`f_${column}`)} TEXT`).join(', ')})`);
  const insert = database.prepare(`INSERT INTO logs VALUES (${['?', ...stored.map(() => '?')].join(', ')})`);
  database.exec('BEGIN');
  for (const event of events) {
    const value = (column: string) => {
      const found = event[column];
      if (found === undefined || found === null) return null;
      return typeof found === 'object' ? JSON.stringify(found) : String(found);
    };
    insert.run(routeOf(event, undefined).key, ...stored.map(value));
  }
  database.exec('COMMIT; CREATE INDEX by_route ON logs (route)');
  const present = new Set(stored);
  const before = process.cpuUsage();
  let matches = 0;
  let queries = 0;
  for (const rule of rules)
    for (const route of routes.values()) {
      if (!concerns(rule.logsource, route)) continue;
      const columnOf = (field: string) => {
        const known = fieldNames(field, route, standardPipelines).filter((each) => present.has(each));
        if (known.length === 0) return 'NULL';
        return known.length === 1
          ? name(`f_${known[0]}`)
          : `coalesce(${known.map((each) => name(`f_${each}`)).join(', ')})`;
      };
      const query = `SELECT count(*) AS n FROM logs WHERE route = ${quote(route.key)} AND ${sql(rule.condition, columnOf)}`;
      queries += 1;
      matches += Number((database.prepare(query).get() as { n: number }).n);
    }
  const used = process.cpuUsage(before);
  database.close();
  return { matches, seconds: (used.user + used.system) / 1e6, queries };
}
