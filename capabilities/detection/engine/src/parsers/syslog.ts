/**
 * Syslog headers: RFC 5424 by the letter, RFC 3164 as devices write it (years, fractions, ISO times, missing hosts, Cisco sequence
 * numbers). It refuses nothing: a line without a header is all message.
 * @module
 */
import { parseTime } from '../time.ts';
import type { LineContext, SyslogHeader } from './shape.ts';
import { monthOf, nearestYear, plainStamp, plainStampLength, zoned, zoneOf } from './times.ts';

export interface SyslogLine extends SyslogHeader {
  readonly rfc: 5424 | 3164 | null;
  readonly messageId: string | undefined;
  /** Parameters by `<element id>.<name>`; null where there are none, to spare a line without any an object. */
  readonly structured: Readonly<Record<string, string>> | null;
  readonly message: string;
}

const nil = (text: string): string | undefined => (text === '-' || text === '' ? undefined : text);

export function parseSyslog(line: string, context: LineContext): SyslogLine {
  let at = 0;
  let priority: number | undefined;
  if (line.charCodeAt(0) === 60) {
    const close = line.indexOf('>', 1);
    const number = close > 1 && close <= 4 ? Number(line.slice(1, close)) : Number.NaN;
    // RFC 5424 6.2.1: 0 to 191.
    if (number >= 0 && number <= 191) {
      priority = number;
      at = close + 1;
    }
  }
  const facility = priority === undefined ? undefined : priority >> 3;
  const severity = priority === undefined ? undefined : priority & 7;
  if (priority !== undefined && line.charCodeAt(at) === 49 && line.charCodeAt(at + 1) === 32) {
    const modern = parse5424(line, at + 2);
    if (modern) return { ...modern, facility, severity };
  }
  return parse3164(line, at, context, facility, severity);
}

function parse5424(line: string, start: number): Omit<SyslogLine, 'facility' | 'severity'> | undefined {
  const parts: string[] = [];
  let at = start;
  for (let index = 0; index < 5; index += 1) {
    const space = line.indexOf(' ', at);
    if (space < 0) return undefined;
    parts.push(line.slice(at, space));
    at = space + 1;
  }
  const [stamp = '', host = '', app = '', process = '', messageId = ''] = parts;
  if (stamp !== '-' && !/^\d{4}-\d\d-\d\dT/.test(stamp)) return undefined;
  let structured: Record<string, string> | null = null;
  if (line.charCodeAt(at) === 45) at += 1;
  else if (line.charCodeAt(at) === 91) {
    structured = {};
    at = readElements(line, at, structured);
  }
  if (line.charCodeAt(at) === 32) at += 1;
  let message = line.slice(at);
  if (message.charCodeAt(0) === 0xfeff) message = message.slice(1);
  return {
    rfc: 5424,
    time: stamp === '-' ? undefined : parseTime(stamp),
    host: nil(host),
    app: nil(app),
    process: nil(process),
    messageId: nil(messageId),
    structured,
    message,
  };
}

const parameterLimit = 200;

/** RFC 5424 6.3: `[id name="value" …]…`; in a value `\"`, `\\` and `\]` are escapes. */
function readElements(line: string, start: number, into: Record<string, string>): number {
  let at = start;
  let count = 0;
  while (line.charCodeAt(at) === 91) {
    const head = /^\[([^\s=\]"]{1,64})/.exec(line.slice(at, at + 70));
    if (!head) return at;
    const id = head[1];
    at += head[0].length;
    for (;;) {
      while (line.charCodeAt(at) === 32) at += 1;
      if (line.charCodeAt(at) === 93) {
        at += 1;
        break;
      }
      const equals = line.indexOf('="', at);
      if (equals < 0 || equals - at > 64) return at;
      const name = line.slice(at, equals);
      let end = equals + 2;
      while (end < line.length && line.charCodeAt(end) !== 34) end += line.charCodeAt(end) === 92 ? 2 : 1;
      if (end >= line.length) return line.length;
      count += 1;
      if (count <= parameterLimit) into[`${id}.${name}`] = line.slice(equals + 2, end).replace(/\\(["\\\]])/g, '$1');
      at = end + 1;
    }
  }
  return at;
}

const stamp3164 =
  /^(?:\d{1,10}: )?[*.]?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: ([A-Z]{3,5}|[+-]\d\d:?\d\d)(?=[ :]))?:? /;
const stampIso = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)(Z|[+-]\d\d:?\d\d)? /;
const tag = /^([A-Za-z0-9_.\-/()%]{1,64})(?:\[([^\]\s]{1,32})\])?: ?/;
const headWindow = 96;

/** Any stamp in front of a line. @returns length 0 where there is none */
function readStamp(head: string, context: LineContext): { readonly time: number | undefined; readonly length: number } {
  const plain = stamp3164.exec(head);
  if (plain) {
    const month = monthOf(plain[1] as string);
    if (month === undefined) return noStamp;
    const zone = zoneOf(plain[8], context.zone);
    const make = (year: number) =>
      zoned([year, month, Number(plain[2]), Number(plain[4]), Number(plain[5]), Number(plain[6])], plain[7], zone);
    return {
      time: plain[3] ? make(Number(plain[3])) : nearestYear(make, context.received),
      length: plain[0].length,
    };
  }
  const iso = stampIso.exec(head);
  if (!iso) return noStamp;
  const value = parseTime(iso[1]);
  return {
    time: value === undefined ? undefined : value - zoneOf(iso[2], context.zone) * 60_000,
    length: iso[0].length,
  };
}
const noStamp = { time: undefined, length: 0 };

function parse3164(
  line: string,
  start: number,
  context: LineContext,
  facility: number | undefined,
  severity: number | undefined,
): SyslogLine {
  let at = start;
  let time: number | undefined = plainStamp(line, start, context);
  if (Number.isNaN(time)) {
    const stamp = readStamp(line.slice(start, start + headWindow), context);
    time = stamp.time;
    at += stamp.length;
  } else at += plainStampLength;
  const stamped = at > start;
  if (!stamped)
    return {
      rfc: facility === undefined ? null : 3164,
      facility,
      severity,
      time: undefined,
      host: undefined,
      app: undefined,
      process: undefined,
      messageId: undefined,
      structured: null,
      message: line.slice(at),
    };
  let host: string | undefined;
  const space = line.indexOf(' ', at);
  const word = space < 0 ? '' : line.slice(at, space);
  // A tag ends in a colon or has brackets; what is neither is the host.
  if (
    word !== '' &&
    !word.endsWith(':') &&
    !word.includes('[') &&
    !word.startsWith('CEF:') &&
    !word.startsWith('LEEF:')
  ) {
    host = word;
    at = space + 1;
  }
  const tagged =
    line.startsWith('CEF:', at) || line.startsWith('LEEF:', at) ? null : tag.exec(line.slice(at, at + headWindow + 8));
  return {
    rfc: 3164,
    facility,
    severity,
    time,
    host,
    app: tagged?.[1],
    process: tagged?.[2],
    messageId: undefined,
    structured: null,
    message: line.slice(at + (tagged?.[0].length ?? 0)),
  };
}
