/**
 * One source's lines to events: what a line is, is told from the line unless the source says it. Stateful where formats are (audit records
 * that belong together, columns of Zeek); the state is plain data, so that a restarted worker goes on where the old one stood.
 * @module
 */
import type { LogSource } from '../sigma/rule.ts';
import { AuditAssembler, type AuditEvent, type AuditState } from './audit.ts';
import { parseCef, parseLeef } from './cef.ts';
import { looksLikeDns, parseDns } from './dns.ts';
import { parseJsonLine, ZeekReader, type ZeekState } from './json.ts';
import { type LinePattern, readPairs } from './pattern.ts';
import { type Fields, type Format, type LineContext, type ParsedEvent, type Unparsed, UnparsedLine } from './shape.ts';
import { parseSyslog, type SyslogLine } from './syslog.ts';
import { type Damage, safeText } from './text.ts';
import { logTime } from './times.ts';
import { looksLikeWeb, parseWeb } from './web.ts';

export interface SourceSettings {
  readonly format: Format | 'auto';
  /** Minutes east of UTC, for times that do not say it. */
  readonly zone: number;
  readonly encoding: 'utf-8' | 'gb18030';
  /** What rules are routed by, where the source knows better. */
  readonly logsource?: LogSource;
  readonly pattern?: LinePattern;
}

export interface LineOutcome {
  readonly events: readonly ParsedEvent[];
  readonly damage: readonly Damage[];
  readonly failure?: { readonly reason: Unparsed; readonly text: string };
}
export interface SourceState {
  readonly audit?: AuditState;
  readonly zeek?: ZeekState;
}

const noEvents: readonly ParsedEvent[] = [];
const shownLimit = 2000;

export class SourceParser {
  readonly #settings: SourceSettings;
  #audit: AuditAssembler | undefined;
  #zeek: ZeekReader | undefined;

  constructor(settings: SourceSettings) {
    this.#settings = settings;
  }

  get state(): SourceState {
    const audit = this.#audit?.state ?? [];
    return {
      ...(audit.length > 0 ? { audit } : {}),
      ...(this.#zeek && this.#zeek.state.fields.length > 0 ? { zeek: this.#zeek.state } : {}),
    };
  }
  restore(state: SourceState): void {
    if (state.audit) this.#assembler().restore(state.audit);
    if (state.zeek) this.#zeekReader().state = state.zeek;
  }

  push(bytes: Uint8Array, received: number): LineOutcome {
    const { text, damage } = safeText(bytes, this.#settings.encoding);
    if (text.trim() === '') return { events: noEvents, damage, failure: { reason: 'empty', text: '' } };
    try {
      return { events: this.parse(text, { received, zone: this.#settings.zone }), damage };
    } catch (error) {
      if (!(error instanceof UnparsedLine)) throw error;
      return { events: noEvents, damage, failure: { reason: error.reason, text: text.slice(0, shownLimit) } };
    }
  }

  /** Throws {@link UnparsedLine}. */
  parse(line: string, context: LineContext): readonly ParsedEvent[] {
    const { format } = this.#settings;
    if (format === 'pattern') return [this.#byPattern(line, context)];
    const first = line.charCodeAt(0);
    // Formats that come without a syslog header: a brace, a hash, a C of CEF, an L of LEEF.
    if (first === 123) return [this.#json(line, line, context, undefined)];
    if (format === 'zeek' || (format === 'auto' && (line.startsWith('#separator') || this.#zeek))) {
      const event = this.#zeekReader().push(line, context);
      return event ? [{ ...event, logsource: this.#settings.logsource ?? event.logsource, raw: line }] : noEvents;
    }
    if (line.startsWith('CEF:')) return [this.#cef(0, line, context, undefined)];
    if (line.startsWith('LEEF:')) return [this.#leef(line, line, context, undefined)];
    if (line.startsWith('type=') || line.startsWith('node=')) return this.#auditLine(line, undefined);
    if (format === 'web' || (format === 'auto' && first !== 60 && looksLikeWeb(line)))
      return [this.#web(line, line, context, undefined)];
    const header = parseSyslog(line, context);
    return this.#message(line, header, context);
  }

  /** What still waited for more lines. @param now of the source's own time; left out: everything */
  flush(now?: number): readonly ParsedEvent[] {
    return this.#audit?.flush(now).map((each) => this.#auditEvent(each, undefined)) ?? noEvents;
  }

  #message(line: string, header: SyslogLine, context: LineContext): readonly ParsedEvent[] {
    const { format } = this.#settings;
    const { message } = header;
    const cef = message.startsWith('CEF:') ? 0 : message.indexOf('CEF:');
    // Some forwarders put words in front of CEF.
    if (cef >= 0 && cef < 64 && format !== 'dns')
      return [this.#cef(line.length - message.length + cef, line, context, header)];
    if (message.startsWith('LEEF:')) return [this.#leef(message, line, context, header)];
    const first = message.charCodeAt(0);
    if (first === 123) return [this.#json(message, line, context, header)];
    if (message.startsWith('@cee:')) return [this.#json(message.slice(5).trim(), line, context, header)];
    if (
      message.startsWith('type=') ||
      message.startsWith('node=') ||
      header.app === 'audispd' ||
      header.app === 'audit'
    )
      if (/(^|\s)msg=audit\(/.test(message)) return this.#auditLine(message.replace(/^.*?(?=node=|type=)/, ''), header);
    if (format === 'cef') throw new UnparsedLine('cef-header');
    if (format === 'leef') throw new UnparsedLine('leef-header');
    if (format === 'auditd') throw new UnparsedLine('audit-record');
    if (format === 'suricata' || format === 'wazuh' || format === 'windows' || format === 'json')
      throw new UnparsedLine('json');
    const names = header.app === 'named' || header.app === 'dnsmasq' || header.app === 'unbound';
    if (format === 'dns' || ((names || header.rfc === null) && looksLikeDns(message))) {
      if (format !== 'dns' && !looksLikeDns(message)) return [this.#plain(line, header)];
      return [this.#dns(message, line, context, header)];
    }
    if (header.app === 'nginx' || header.app === 'httpd' || header.app === 'apache2' || format === 'web')
      if (format === 'web' || looksLikeWeb(message)) return [this.#web(message, line, context, header)];
    return [this.#plain(line, header)];
  }

  #plain(line: string, header: SyslogLine): ParsedEvent {
    const fields: Fields = { message: header.message };
    if (header.app) fields.program = header.app;
    if (header.messageId) fields.messageId = header.messageId;
    if (header.structured) Object.assign(fields, header.structured);
    // Firewalls and switches of many makers write name=value pairs.
    if (header.message.includes('=')) readPairs(header.message, fields);
    return this.#event('syslog', header.time, fields, syslogSource(header), line, header);
  }

  #cef(from: number, line: string, context: LineContext, header: SyslogLine | undefined): ParsedEvent {
    const fields = parseCef(line, from);
    const time = logTime(fields.rt ?? fields.end ?? fields.start, context) ?? header?.time;
    return this.#event('cef', time, fields, undefined, line, header);
  }

  #leef(text: string, line: string, context: LineContext, header: SyslogLine | undefined): ParsedEvent {
    const fields = parseLeef(text);
    return this.#event('leef', logTime(fields.devTime, context) ?? header?.time, fields, undefined, line, header);
  }

  #json(text: string, line: string, context: LineContext, header: SyslogLine | undefined): ParsedEvent {
    const { format } = this.#settings;
    const event = parseJsonLine(text, context, format === 'auto' || format === 'syslog' ? undefined : format);
    return this.#event(event.format, event.time ?? header?.time, event.fields, event.logsource, line, header);
  }

  #web(text: string, line: string, context: LineContext, header: SyslogLine | undefined): ParsedEvent {
    const { time, fields } = parseWeb(text, context);
    return this.#event('web', time ?? header?.time, fields, { category: 'webserver' }, line, header);
  }

  #dns(text: string, line: string, context: LineContext, header: SyslogLine | undefined): ParsedEvent {
    const { time, fields } = parseDns(text, context);
    return this.#event('dns', time ?? header?.time, fields, { category: 'dns' }, line, header);
  }

  #byPattern(line: string, context: LineContext): ParsedEvent {
    const { pattern } = this.#settings;
    if (!pattern) throw new UnparsedLine('pattern');
    const whole = parseSyslog(line, context);
    // A pattern is written for the message; where it is written for the whole line, that is tried first.
    let fields: Fields;
    let header: SyslogLine | undefined;
    try {
      fields = pattern.parse(line);
    } catch (error) {
      if (whole.message === line) throw error;
      fields = pattern.parse(whole.message);
      header = whole;
    }
    const time = logTime(fields.time, context) ?? whole.time;
    return this.#event('pattern', time, fields, undefined, line, header);
  }

  #auditLine(text: string, header: SyslogLine | undefined): readonly ParsedEvent[] {
    return this.#assembler()
      .push(text)
      .map((each) => this.#auditEvent(each, header));
  }

  #auditEvent({ time, fields, raw }: AuditEvent, header: SyslogLine | undefined): ParsedEvent {
    const executes = fields.a0 !== undefined && String(fields.type).includes('EXECVE');
    const source = { product: 'linux', service: 'auditd', ...(executes ? { category: 'process_creation' } : {}) };
    return this.#event('auditd', time, fields, source, raw, header);
  }

  #event(
    format: Format,
    time: number | undefined,
    fields: Fields,
    logsource: LogSource | undefined,
    raw: string,
    header: SyslogLine | undefined,
  ): ParsedEvent {
    return {
      format,
      time,
      fields,
      logsource: this.#settings.logsource ?? logsource,
      raw,
      ...(header ? { header } : {}),
    };
  }

  #assembler(): AuditAssembler {
    this.#audit ??= new AuditAssembler();
    return this.#audit;
  }
  #zeekReader(): ZeekReader {
    this.#zeek ??= new ZeekReader();
    return this.#zeek;
  }
}

/** Which of Sigma's Linux services a program belongs to. */
const services: Readonly<Record<string, string>> = {
  sshd: 'sshd',
  sudo: 'sudo',
  su: 'auth',
  login: 'auth',
  cron: 'cron',
  crond: 'cron',
  CRON: 'cron',
  vsftpd: 'vsftpd',
  clamd: 'clamav',
  modsecurity: 'modsecurity',
  kernel: 'syslog',
};

function syslogSource({ app }: SyslogLine): LogSource {
  const service = app === undefined ? undefined : services[app.replace(/\(.*\)$/, '')];
  return { product: 'linux', service: service ?? 'syslog' };
}
