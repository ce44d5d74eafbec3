/**
 * How conditions are said to DuckDB. Values are collected here and travel as parameters.
 * @module
 */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Dialect, ParameterType } from './conditions.ts';

export const quote = (name: string) => `"${name}"`;

export class DuckDialect implements Dialect {
  readonly values: DuckDBValue[] = [];
  readonly numericAddress = { srcIp: 'srcNumber', dstIp: 'dstNumber' };
  readonly quote = quote;
  parameter(value: unknown, type: ParameterType): string {
    if (type === 'texts') return `(${(value as string[]).map((each) => this.parameter(each, 'text')).join(', ')})`;
    this.values.push(value as DuckDBValue);
    return type === 'number' ? `CAST($${this.values.length} AS BIGINT)` : `$${this.values.length}`;
  }
  like(expression: string, pattern: string): string {
    return `${expression} ILIKE ${pattern} ESCAPE '\\'`;
  }
  equalText(expression: string, value: string): string {
    // Most values are written as they are asked for; the folded comparison is only for the rest.
    return `(${expression} = ${value} OR lower(${expression}) = lower(${value}))`;
  }
  oneOf(expression: string, texts: string): string {
    return `${expression} IN ${texts}`;
  }
  own(name: string): string {
    return `coalesce(json_extract_string("fields", ${this.parameter(`$."${name.replaceAll('"', '')}"`, 'text')}), '')`;
  }
}
