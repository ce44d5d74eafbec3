/**
 * Products that write one JSON object a line: told apart by what only they have. Nothing is renamed here.
 * Sources: Suricata EVE format; Zeek JSON streaming logs; Wazuh alert format; Microsoft's event schema and its exporters.
 * @module
 */
import type { LogSource } from '../sigma/rule.ts';
import { flattenWindowsEvent } from '../windows-event.ts';
import { type Fields, type Format, type LineContext, UnparsedLine } from './shape.ts';
import { logTime } from './times.ts';

export interface JsonEvent {
  readonly format: Format;
  readonly time: number | undefined;
  readonly fields: Fields;
  readonly logsource: LogSource | undefined;
}

/** Deeper objects are no log event but an attack on whoever walks through them. */
const depthLimit = 32;

export function parseJsonLine(text: string, context: LineContext, expected?: Format): JsonEvent {
  if (nesting(text) > depthLimit) throw new UnparsedLine('json');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UnparsedLine('json');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UnparsedLine('json-shape');
  const event = describeJson(value as Fields, context);
  if (expected && expected !== 'json' && event.format !== expected) throw new UnparsedLine('json-shape');
  return event;
}

/** The deepest nesting, looked at without recursion and without building anything. */
function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inText) {
      if (code === 92) index += 1;
      else if (code === 34) inText = false;
    } else if (code === 34) inText = true;
    else if (code === 123 || code === 91) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (code === 125 || code === 93) depth -= 1;
  }
  return deepest;
}

const isMap = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

export function describeJson(value: Fields, context: LineContext): JsonEvent {
  if (
    isMap(value.Event) ||
    isMap(value.winlog) ||
    (value.EventID !== undefined && (value.Channel !== undefined || value.SourceName !== undefined))
  ) {
    const fields = { ...flattenWindowsEvent(value) } as Fields;
    return {
      format: 'windows',
      time: first(fields, ['TimeCreated', 'SystemTime', 'UtcTime', '@timestamp', 'EventTime'], context),
      fields,
      logsource: fields.Channel === undefined ? { product: 'windows' } : undefined,
    };
  }
  if (
    typeof value.event_type === 'string' &&
    (value.flow_id !== undefined || value.src_ip !== undefined || value.event_type === 'stats')
  )
    return {
      format: 'suricata',
      time: first(value, ['timestamp'], context),
      fields: value,
      logsource: {
        product: 'suricata',
        service: value.event_type,
        ...(value.event_type === 'dns' ? { category: 'dns' } : {}),
      },
    };
  if (isMap(value.rule) && value.rule.level !== undefined && isMap(value.agent))
    return {
      format: 'wazuh',
      time: first(value, ['timestamp', '@timestamp'], context),
      fields: value,
      logsource: { product: 'wazuh' },
    };
  const path = typeof value._path === 'string' ? value._path : zeekPath(value);
  if (path)
    return {
      format: 'zeek',
      time: first(value, ['ts', '_write_ts', '@timestamp'], context),
      fields: value,
      logsource: zeekSource(path),
    };
  return {
    format: 'json',
    time: first(value, ['@timestamp', 'timestamp', 'time', 'eventTime', 'ts', 'datetime', 'date'], context),
    fields: value,
    logsource:
      value.eventSource !== undefined && value.eventName !== undefined
        ? { product: 'aws', service: 'cloudtrail' }
        : undefined,
  };
}

export function zeekSource(path: string): LogSource {
  return path === 'dns' ? { product: 'zeek', service: path, category: 'dns' } : { product: 'zeek', service: path };
}

function zeekPath(value: Fields): string | undefined {
  if (value.ts === undefined || typeof value.uid !== 'string' || value['id.orig_h'] === undefined) return undefined;
  if (value.conn_state !== undefined) return 'conn';
  if (
    value.qtype_name !== undefined ||
    value.rcode_name !== undefined ||
    (value.query !== undefined && value.trans_id !== undefined)
  )
    return 'dns';
  if (value.trans_depth !== undefined) return 'http';
  if (value.cipher !== undefined || value.ja3 !== undefined) return 'ssl';
  return 'other';
}

function first(fields: Fields, names: readonly string[], context: LineContext): number | undefined {
  for (const name of names) {
    const time = logTime(fields[name], context);
    if (time !== undefined) return time;
  }
  return undefined;
}

export interface ZeekState {
  readonly separator: string;
  readonly setSeparator: string;
  readonly empty: string;
  readonly unset: string;
  readonly path: string;
  readonly fields: readonly string[];
  readonly types: readonly string[];
}

const fresh: ZeekState = {
  separator: '\t',
  setSeparator: ',',
  empty: '(empty)',
  unset: '-',
  path: 'other',
  fields: [],
  types: [],
};

/** Zeek's tab-separated logs: the columns are what the `#fields` line above says. */
export class ZeekReader {
  state: ZeekState = fresh;

  /** @returns undefined for a line of the header */
  push(line: string, context: LineContext): JsonEvent | undefined {
    if (line.startsWith('#')) {
      this.#header(line);
      return undefined;
    }
    const { fields, types, separator, unset, empty, setSeparator, path } = this.state;
    if (fields.length === 0) throw new UnparsedLine('zeek-header');
    const cells = line.split(separator);
    if (cells.length !== fields.length) throw new UnparsedLine('zeek-columns');
    const event: Fields = {};
    for (let index = 0; index < cells.length; index += 1) {
      const cell = cells[index] as string;
      if (cell === unset) continue;
      event[fields[index] as string] = zeekValue(cell, types[index] ?? 'string', empty, setSeparator);
    }
    return { format: 'zeek', time: logTime(Number(event.ts), context), fields: event, logsource: zeekSource(path) };
  }

  #header(line: string): void {
    const { separator } = this.state;
    if (line.startsWith('#separator ')) {
      const value = line
        .slice(11)
        .replace(/\\x([0-9a-fA-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      this.state = { ...fresh, separator: value === '' ? '\t' : value };
      return;
    }
    const [name, ...values] = line.slice(1).split(separator);
    const rest = values.join(separator);
    if (name === 'set_separator') this.state = { ...this.state, setSeparator: rest };
    else if (name === 'empty_field') this.state = { ...this.state, empty: rest };
    else if (name === 'unset_field') this.state = { ...this.state, unset: rest };
    else if (name === 'path') this.state = { ...this.state, path: rest };
    else if (name === 'fields') this.state = { ...this.state, fields: values.filter((each) => each !== '__proto__') };
    else if (name === 'types') this.state = { ...this.state, types: values };
  }
}

function zeekValue(cell: string, type: string, empty: string, setSeparator: string): unknown {
  if (type.startsWith('set[') || type.startsWith('vector[')) {
    const inner = type.slice(type.indexOf('[') + 1, -1);
    return cell === empty ? [] : cell.split(setSeparator).map((each) => zeekValue(each, inner, empty, setSeparator));
  }
  if (
    type === 'count' ||
    type === 'int' ||
    type === 'port' ||
    type === 'double' ||
    type === 'interval' ||
    type === 'time'
  ) {
    const number = Number(cell);
    return Number.isFinite(number) ? number : cell;
  }
  if (type === 'bool') return cell === 'T';
  return cell === empty ? '' : cell;
}
