/**
 * A parsed event to the columns every store and page knows, and to an OCSF document. The product's own fields stay beside them untouched;
 * the raw line stays with both.
 * Source: Open Cybersecurity Schema Framework 1.x, classes and attributes by name.
 * @module
 */

import type { Fields, ParsedEvent } from '../parsers/shape.ts';
import type { EventRecord } from '../sigma/event.ts';
import type { LogSource } from '../sigma/rule.ts';
import { readLogin } from './login.ts';
import { type Column, cefNames, classes, names, windowsClasses } from './names.ts';

export interface Columns {
  readonly classUid: number;
  readonly activityId: number;
  /** OCSF: 0 unknown, 1 informational, 2 low, 3 medium, 4 high, 5 critical, 6 fatal. */
  readonly severityId: number;
  readonly host: string;
  readonly user: string;
  readonly srcIp: string;
  readonly srcPort: number;
  readonly dstIp: string;
  readonly dstPort: number;
  readonly process: string;
  readonly action: string;
  /** What a detecting product calls it; empty where the event is no detection. */
  readonly signature: string;
  readonly domain: string;
  readonly url: string;
  readonly message: string;
  readonly vendor: string;
  readonly product: string;
}
export interface NormalEvent extends Columns {
  readonly parsed: ParsedEvent;
}

function at(fields: Fields, path: string): unknown {
  const direct = fields[path];
  return direct !== undefined || !path.includes('.') ? direct : along(fields, path.split('.'));
}

function along(fields: Fields, steps: readonly string[]): unknown {
  let value: unknown = fields;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Fields)[step];
  }
  return value;
}

interface Place {
  readonly name: string;
  /** Of a dotted name. */
  readonly steps: readonly string[] | undefined;
}
type Places = Readonly<Record<Column, readonly Place[]>>;
const placesOf = (all: Readonly<Record<Column, readonly string[]>>): Places =>
  Object.fromEntries(
    Object.entries(all).map(([column, list]) => [
      column,
      list.map((name) => ({ name, steps: name.includes('.') ? name.split('.') : undefined })),
    ]),
  ) as unknown as Places;
const everywhere = placesOf(names);
const inCef = placesOf(cefNames);

const textLimit = 4096;

function text(value: unknown): string {
  if (typeof value === 'string') return value.length > textLimit ? value.slice(0, textLimit) : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return text(value[0]);
  return '';
}

function pick(fields: Fields, column: Column, places: Places = everywhere): string {
  const list = places[column];
  for (let index = 0; index < list.length; index += 1) {
    const { name, steps } = list[index] as Place;
    let value = fields[name];
    if (value === undefined) {
      if (!steps || fields[steps[0] as string] === undefined) continue;
      value = along(fields, steps);
      if (value === undefined) continue;
    }
    const found = text(value);
    if (found !== '' && found !== '-') return found;
  }
  return '';
}

function port(value: string): number {
  const number = Number(value);
  return Number.isInteger(number) && number >= 0 && number <= 65_535 ? number : 0;
}

const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+(?:%\w+)?)$/;
/** Up to three digits four times with dots between: what most addresses are. */
function isDotted(value: string): boolean {
  let dots = 0;
  let digits = 0;
  if (value.length > 15) return false;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === 46) {
      if (digits === 0) return false;
      dots += 1;
      digits = 0;
    } else if (code >= 48 && code <= 57 && digits < 3) digits += 1;
    else return false;
  }
  return dots === 3 && digits > 0;
}

/** Addresses as text: `::ffff:10.0.0.1` is 10.0.0.1, brackets and scopes go. Names are no addresses. */
function address(value: string): string {
  if (value === '' || isDotted(value)) return value;
  const plain = value.replace(/^\[|\]$/g, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return addressPattern.test(plain) ? plain : '';
}

const syslogSeverity = [6, 5, 5, 4, 3, 1, 1, 1];
const words: Readonly<Record<string, number>> = {
  unknown: 0,
  informational: 1,
  info: 1,
  notice: 1,
  debug: 1,
  low: 2,
  warning: 3,
  warn: 3,
  medium: 3,
  moderate: 3,
  error: 4,
  err: 4,
  high: 4,
  'very-high': 5,
  critical: 5,
  crit: 5,
  alert: 5,
  emergency: 6,
  fatal: 6,
  低: 2,
  中: 3,
  高: 4,
  严重: 5,
  低危: 2,
  中危: 3,
  高危: 4,
  信息: 1,
};

/** CEF and LEEF count 0 to 10. */
function tenths(value: unknown): number {
  const number = Number(value);
  if (value === undefined || value === '') return 0;
  if (Number.isFinite(number)) return number <= 0 ? 1 : number <= 3 ? 2 : number <= 6 ? 3 : number <= 8 ? 4 : 5;
  return words[String(value).toLowerCase()] ?? 0;
}

function severityOf({ format, fields, header }: ParsedEvent): number {
  if (format === 'cef') return tenths(fields.severity);
  if (format === 'leef') return tenths(fields.sev);
  if (format === 'wazuh') {
    const level = Number(at(fields, 'rule.level'));
    return level >= 15 ? 5 : level >= 12 ? 4 : level >= 7 ? 3 : level >= 4 ? 2 : 1;
  }
  if (format === 'suricata') {
    const level = at(fields, 'alert.severity');
    return level === undefined ? 1 : Number(level) <= 1 ? 4 : Number(level) === 2 ? 3 : 2;
  }
  const word = text(fields.severity ?? fields.level ?? fields.priority).toLowerCase();
  if (word !== '' && words[word] !== undefined) return words[word];
  return header?.severity === undefined ? 1 : (syslogSeverity[header.severity] ?? 0);
}

/** Products that only speak when they found something. */
const detectors =
  /ids|ips|intrusion|waf|edr|antivirus|anti-virus|sandbox|apt|threat|malware|defender|hids|nids|honeypot|蜜罐|入侵|威胁|防病毒|态势/i;
const login = /log ?[io]n|logout|authenticat|登录|认证/i;

const speaks = new Map<string, boolean>();
/** Whether a product only speaks when it found something; products are few, lines are many. */
function isDetector(product: string): boolean {
  let known = speaks.get(product);
  if (known === undefined) {
    known = detectors.test(product);
    if (speaks.size >= 2000) speaks.clear();
    speaks.set(product, known);
  }
  return known;
}

function classOf(event: ParsedEvent, columns: Partial<Record<Column, string>>): readonly [number, number] {
  const { format, fields, logsource, header } = event;
  switch (format) {
    case 'windows': {
      const channel = text(fields.Channel).toLowerCase();
      return windowsClasses[channel]?.[text(fields.EventID)] ?? [0, 99];
    }
    case 'zeek':
    case 'suricata': {
      const kind = logsource?.service ?? '';
      if (kind === 'alert' || kind === 'notice' || kind === 'anomaly') return [2004, 1];
      if (kind === 'dns') return [4003, 1];
      if (kind === 'http') return [4002, 99];
      if (kind === 'ssh') return [4007, 1];
      if (kind === 'fileinfo' || kind === 'files') return [1001, 99];
      return kind === 'stats' ? [0, 99] : [4001, 6];
    }
    case 'wazuh':
      return [2004, 1];
    case 'web':
      return fields.kind === 'error' ? [0, 99] : [4002, 99];
    case 'dns':
      return [4003, 1];
    case 'netflow':
      return [4001, 6];
    case 'auditd': {
      const type = text(Array.isArray(fields.type) ? fields.type.join(' ') : fields.type);
      if (/EXECVE/.test(type)) return [1007, 1];
      if (/USER_LOGIN|USER_AUTH|USER_START/.test(type)) return [3002, 1];
      if (/ADD_USER|DEL_USER|USER_MGMT|USER_CHAUTHTOK/.test(type)) return [3001, 99];
      if (/SOCKADDR/.test(type)) return [4001, 1];
      return /PATH/.test(type) ? [1001, 99] : [0, 99];
    }
    default:
  }
  if (fields.eventSource !== undefined && fields.eventName !== undefined) return [6003, 99];
  const product =
    fields.product === undefined && fields.cat === undefined
      ? text(fields.deviceProduct)
      : `${text(fields.deviceProduct)} ${text(fields.product)} ${text(fields.cat)}`;
  if (
    (format === 'cef' || format === 'leef' || fields.attack_type !== undefined || fields.threat_name !== undefined) &&
    isDetector(product)
  )
    return [2004, 1];
  if (fields.attack_type !== undefined || fields.threat_name !== undefined || fields.signature !== undefined)
    return [2004, 1];
  if (columns.url) return [4002, 99];
  if (columns.domain && columns.srcIp && !columns.dstIp) return [4003, 1];
  if (columns.user && login.test(`${text(fields.name)} ${columns.message ?? ''}`)) return [3002, 1];
  if (columns.srcIp && columns.dstIp) return [4001, 6];
  return header === undefined ? [0, 0] : [0, 99];
}

export function normalise(event: ParsedEvent): NormalEvent {
  const { fields, format, header } = event;
  let said: readonly [number, number] | undefined;
  if (format === 'syslog' && header) said = readLogin(header.app, text(fields.message), fields);
  const places = format === 'cef' ? inCef : everywhere;
  const srcIp = address(pick(fields, 'srcIp', places));
  const dstIp = address(pick(fields, 'dstIp', places));
  const user = pick(fields, 'user', places);
  const url = format === 'web' ? text(fields['cs-uri']) : pick(fields, 'url', places);
  const domain = pick(fields, 'domain', places);
  const message = pick(fields, 'message', places);
  const [classUid, activityId] = said ?? classOf(event, { srcIp, dstIp, user, url, domain, message });
  const signature = classUid === 2004 ? signatureOf(event, places) : '';
  const host = hostOf(event, places);
  return {
    parsed: event,
    classUid,
    activityId,
    severityId: severityOf(event),
    host,
    user,
    srcIp,
    srcPort: port(pick(fields, 'srcPort', places)),
    dstIp,
    dstPort: port(pick(fields, 'dstPort', places)),
    process: format === 'syslog' ? (header?.app ?? '') : pick(fields, 'process', places),
    action: pick(fields, 'action', places),
    signature,
    domain,
    url,
    message: message === '' ? signature || (format === 'cef' ? text(fields.name) : '') : message,
    vendor: text(fields.deviceVendor),
    product: text(fields.deviceProduct) || format,
  };
}

function signatureOf({ format, fields }: ParsedEvent, places: Places): string {
  if (format === 'suricata') return text(at(fields, 'alert.signature')) || text(at(fields, 'anomaly.event'));
  if (format === 'wazuh') return text(at(fields, 'rule.description'));
  if (format === 'zeek') return text(fields.note) || text(fields.msg);
  if (format === 'leef') return text(fields.name) || text(fields.eventId);
  return pick(fields, 'signature', places);
}

function hostOf({ format, fields, header }: ParsedEvent, places: Places): string {
  if (format === 'web') return text(fields['s-computername']) || (header?.host ?? '');
  if (format === 'suricata' || format === 'zeek') return text(fields.host) || (header?.host ?? '');
  const own = pick(fields, 'host', places);
  return own === '' ? (header?.host ?? '') : own;
}

const categories: Readonly<Record<number, LogSource>> = {
  1007: { category: 'process_creation' },
  2004: { category: 'ids' },
  3002: { category: 'authentication' },
  4001: { category: 'firewall' },
  4002: { category: 'proxy' },
  4003: { category: 'dns' },
};

/**
 * What rules are routed by: what the source or the format says, else what the event is. Without any of it every rule would be tried on every
 * line of a firewall, at ten times the cost, and Windows rules would speak about switches.
 */
export function logsourceOf({ parsed, classUid }: NormalEvent): LogSource | undefined {
  if (parsed.logsource || parsed.format === 'windows') return parsed.logsource;
  return (
    categories[classUid] ??
    (parsed.format === 'json' || parsed.format === 'pattern' ? undefined : { service: parsed.format })
  );
}

/** What rules see: the product's fields, and the OCSF paths that field mappings lead to where the product has no name for them. */
export function detectionRecord(event: NormalEvent): EventRecord {
  const { fields } = event.parsed;
  if (event.parsed.format === 'windows') return fields;
  const record: Fields = { ...fields };
  const set = (path: string, value: string | number) => {
    if (value !== '' && value !== 0 && record[path] === undefined) record[path] = value;
  };
  set('src_endpoint.ip', event.srcIp);
  set('src_endpoint.port', event.srcPort);
  set('dst_endpoint.ip', event.dstIp);
  set('dst_endpoint.port', event.dstPort);
  set('actor.user.name', event.user);
  set('query.hostname', event.classUid === 4003 ? event.domain : '');
  set('disposition', event.action);
  return record;
}

/** The event as an OCSF document: attributes under their OCSF names, the product's fields under `unmapped`. */
export function ocsfDocument(event: NormalEvent, time: number, received: number): Readonly<Record<string, unknown>> {
  const { classUid, activityId, severityId } = event;
  const described = classes[classUid] ?? { name: 'Base Event', category: 0 };
  const endpoint = (ip: string, portNumber: number) => ({ ip, ...(portNumber > 0 ? { port: portNumber } : {}) });
  return {
    class_uid: classUid,
    class_name: described.name,
    category_uid: described.category,
    activity_id: activityId,
    type_uid: classUid * 100 + activityId,
    severity_id: severityId,
    time,
    metadata: {
      version: '1.4.0',
      product: { name: event.product, ...(event.vendor ? { vendor_name: event.vendor } : {}) },
      logged_time: received,
      log_format: event.parsed.format,
    },
    ...(event.message ? { message: event.message } : {}),
    ...(event.host ? { device: { hostname: event.host, type_id: 0 } } : {}),
    ...(event.srcIp ? { src_endpoint: endpoint(event.srcIp, event.srcPort) } : {}),
    ...(event.dstIp ? { dst_endpoint: endpoint(event.dstIp, event.dstPort) } : {}),
    ...(event.user
      ? {
          [classUid === 3002 || classUid === 3001 ? 'user' : 'actor']:
            classUid === 3002 || classUid === 3001 ? { name: event.user } : { user: { name: event.user } },
        }
      : {}),
    ...(event.process
      ? { process: { name: event.process.replace(/^.*[\\/]/, ''), file: { path: event.process } } }
      : {}),
    ...(classUid === 2004 ? { finding_info: { title: event.signature, uid: event.signature } } : {}),
    ...(classUid === 4003 && event.domain ? { query: { hostname: event.domain } } : {}),
    ...(classUid === 4002 && event.url ? { http_request: { url: { url_string: event.url } } } : {}),
    ...(event.action ? { disposition: event.action } : {}),
    raw_data: event.parsed.raw,
    unmapped: event.parsed.fields,
  };
}
