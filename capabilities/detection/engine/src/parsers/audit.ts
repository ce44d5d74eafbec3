/**
 * Linux audit records (auditd, kernel and user space): the records of one event share `audit(time:serial)` and become one event, however
 * they interleave. Values in hexadecimal are decoded where the format says they are.
 * Source: Linux audit documentation, "Audit event fields" and "Audit record types".
 * @module
 */

import { type Fields, UnparsedLine } from './shape.ts';
import { contain } from './text.ts';

export interface AuditEvent {
  readonly time: number;
  readonly fields: Fields;
  readonly raw: string;
}
interface Pending {
  readonly key: string;
  readonly time: number;
  readonly node: string | undefined;
  readonly types: string[];
  readonly fields: Fields;
  readonly raw: string[];
  touched: number;
}
export type AuditState = readonly Pending[];

const head = /^(?:node=(\S{1,255}) )?type=([A-Z0-9_[\]]{2,40}) msg=audit\((\d{1,12})\.(\d{1,3}):(\d{1,12})\): ?/;
/** Values that the kernel writes in hexadecimal when they hold more than plain characters. */
const hexNames = new Set([
  'proctitle',
  'cmd',
  'name',
  'comm',
  'exe',
  'cwd',
  'data',
  'acct',
  'key',
  'path',
  'dir',
  'exec',
]);
/** Records that follow a first one; anything else is complete by itself. */
const openers = new Set([
  'SYSCALL',
  'EXECVE',
  'CWD',
  'PATH',
  'PROCTITLE',
  'SOCKADDR',
  'AVC',
  'SECCOMP',
  'MMAP',
  'FD_PAIR',
  'OBJ_PID',
]);
/** Open events kept at once, and how long one waits for its end when no other tells: two seconds of event time, as ausearch does. */
const openLimit = 2048;
const patience = 2000;

export class AuditAssembler {
  #open = new Map<string, Pending>();

  get state(): AuditState {
    return [...this.#open.values()];
  }
  restore(state: AuditState): void {
    this.#open = new Map(state.map((each) => [each.key, each]));
  }

  /** @returns the events that this line completes */
  push(line: string): AuditEvent[] {
    const found = head.exec(line);
    if (!found) throw new UnparsedLine('audit-record');
    const [whole, node, type = '', seconds, fraction = '', serial] = found;
    const time = Number(seconds) * 1000 + Number(fraction.padEnd(3, '0'));
    const key = `${node ?? ''} ${seconds}.${fraction}:${serial}`;
    const done: AuditEvent[] = [];
    let open = this.#open.get(key);
    if (type === 'EOE') {
      if (open) done.push(this.#close(open));
      return done;
    }
    for (const other of this.#open.values())
      if (other.key !== key && time - other.touched > patience) done.push(this.#close(other));
    if (!open) {
      open = { key, time, node, types: [], fields: {}, raw: [], touched: time };
      this.#open.set(key, open);
    }
    open.touched = time;
    open.types.push(type);
    open.raw.push(line);
    merge(open.fields, type, line.slice(whole.length));
    if (!openers.has(type) && open.types.length === 1) done.push(this.#close(open));
    else if (this.#open.size > openLimit) {
      const [oldest] = this.#open.values();
      if (oldest) done.push(this.#close(oldest));
    }
    return done;
  }

  /** Closes what nothing was added to for a while, by the clock of the lines. @param now milliseconds of the source's own time */
  flush(now = Number.POSITIVE_INFINITY): AuditEvent[] {
    return [...this.#open.values()].filter((each) => now - each.touched > patience).map((each) => this.#close(each));
  }

  #close(open: Pending): AuditEvent {
    this.#open.delete(open.key);
    const { fields } = open;
    fields.type = open.types.length === 1 ? open.types[0] : [...new Set(open.types)];
    fields.auditId = open.key.trim();
    if (open.node) fields.node = open.node;
    const words: string[] = [];
    for (let index = 0; fields[`a${index}`] !== undefined && open.types.includes('EXECVE'); index += 1)
      words.push(String(fields[`a${index}`]));
    if (words.length > 0) fields.cmdline = words.join(' ');
    return { time: open.time, fields, raw: open.raw.join('\n') };
  }
}

const pair = /([A-Za-z][\w-]{0,40})=(?:"([^"]*)"|'((?:[^'\\]|\\.)*)'|(\S*))/g;
const pairLimit = 300;

function merge(fields: Fields, type: string, text: string): void {
  let count = 0;
  for (const found of text.matchAll(pair)) {
    count += 1;
    if (count > pairLimit) return;
    const [, name = '', quoted, grouped, bare] = found;
    if (grouped !== undefined) {
      // User-space records: msg='op=login acct="root" …'.
      merge(fields, type, grouped);
      continue;
    }
    let value = quoted ?? bare ?? '';
    if (quoted === undefined && isHex(type, name, value)) value = fromHex(value);
    if (value === '(null)' || value === '?') continue;
    // EXECVE arguments displace the syscall's a0…a3, which are addresses.
    if (type === 'SYSCALL' && /^a\d$/.test(name) && fields[name] !== undefined) continue;
    if (type === 'PATH' && name === 'name' && fields.name !== undefined) {
      const before = fields.name;
      fields.name = Array.isArray(before) ? [...before, value] : [before, value];
      continue;
    }
    if (type === 'PATH' && name !== 'name' && name !== 'nametype') continue;
    fields[name] = value;
  }
}

function isHex(type: string, name: string, value: string): boolean {
  if (value.length < 2 || value.length % 2 !== 0) return false;
  const named = hexNames.has(name) || (type === 'EXECVE' && /^a\d{1,3}(\[\d+\])?$/.test(name));
  return named && /^[0-9A-F]+$/.test(value) && !/^\d{1,3}$/.test(value);
}

function fromHex(value: string): string {
  const bytes = new Uint8Array(value.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = Number.parseInt(value.slice(index * 2, index * 2 + 2), 16);
  // Arguments are separated by NUL.
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] === 0) bytes[index] = 32;
  return contain(new TextDecoder().decode(bytes)).text;
}
