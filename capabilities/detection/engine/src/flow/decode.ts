/**
 * NetFlow v5, v9 (RFC 3954) and IPFIX (RFC 7011) packets to flows. Templates are kept per exporter and domain, as data, so that a restarted
 * worker reads on. A set without its template is counted and told; a packet that lies about its lengths is refused.
 * @module
 */
import { type Fields, type ParsedEvent, UnparsedLine } from '../parsers/shape.ts';
import { elements } from './elements.ts';

interface Template {
  readonly fields: readonly { readonly id: number; readonly length: number; readonly enterprise: number }[];
}
export type FlowState = Readonly<Record<string, Template>>;

const templateLimit = 4096;
const fieldLimit = 512;
const variable = 0xffff;

export interface FlowOutcome {
  readonly events: readonly ParsedEvent[];
  /** Sets whose template has not come yet. */
  readonly unknown: number;
}

export class FlowDecoder {
  #templates = new Map<string, Template>();

  get state(): FlowState {
    return Object.fromEntries(this.#templates);
  }
  restore(state: FlowState): void {
    this.#templates = new Map(Object.entries(state));
  }

  /** @param exporter address of the device: template numbers are its own. Throws {@link UnparsedLine}. */
  push(packet: Uint8Array, exporter: string): FlowOutcome {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
    try {
      if (packet.length < 16) throw new UnparsedLine('flow-packet');
      const version = view.getUint16(0);
      if (version === 5) return { events: decode5(view), unknown: 0 };
      if (version === 9) return this.#sets(view, 9, exporter);
      if (version === 10) return this.#sets(view, 10, exporter);
      throw new UnparsedLine('flow-packet');
    } catch (error) {
      // Reading past the end: the packet's lengths do not fit its size.
      if (error instanceof RangeError) throw new UnparsedLine('flow-packet');
      throw error;
    }
  }

  #sets(view: DataView, version: 9 | 10, exporter: string): FlowOutcome {
    const domain = view.getUint32(version === 9 ? 16 : 12);
    const exported = view.getUint32(version === 9 ? 8 : 4) * 1000;
    const uptime = version === 9 ? view.getUint32(4) : 0;
    const end = version === 9 ? view.byteLength : Math.min(view.byteLength, view.getUint16(2));
    const events: ParsedEvent[] = [];
    let unknown = 0;
    let at = version === 9 ? 20 : 16;
    while (at + 4 <= end) {
      const set = view.getUint16(at);
      const length = view.getUint16(at + 2);
      if (length < 4 || at + length > end) throw new UnparsedLine('flow-packet');
      if (set === (version === 9 ? 0 : 2))
        this.#readTemplates(view, at + 4, at + length, version, `${exporter} ${domain}`);
      else if (set >= 256) {
        const template = this.#templates.get(`${exporter} ${domain} ${set}`);
        if (template) readRecords(view, at + 4, at + length, template, { exported, uptime, exporter, version }, events);
        else unknown += 1;
      }
      at += length;
    }
    return { events, unknown };
  }

  #readTemplates(view: DataView, start: number, end: number, version: 9 | 10, owner: string): void {
    let at = start;
    while (at + 4 <= end) {
      const id = view.getUint16(at);
      const count = view.getUint16(at + 2);
      at += 4;
      if (id < 256) return;
      if (count > fieldLimit) throw new UnparsedLine('flow-template');
      const key = `${owner} ${id}`;
      if (count === 0) {
        // RFC 7011 8.1: a withdrawal.
        this.#templates.delete(key);
        continue;
      }
      const fields: { id: number; length: number; enterprise: number }[] = [];
      for (let index = 0; index < count; index += 1) {
        if (at + 4 > end) throw new UnparsedLine('flow-template');
        const raw = view.getUint16(at);
        const length = view.getUint16(at + 2);
        at += 4;
        const own = version === 10 && raw >= 0x8000;
        fields.push({ id: own ? raw - 0x8000 : raw, length, enterprise: own ? view.getUint32(at) : 0 });
        if (own) at += 4;
      }
      if (fields.every(({ length }) => length === 0)) throw new UnparsedLine('flow-template');
      this.#templates.delete(key);
      this.#templates.set(key, { fields });
      if (this.#templates.size > templateLimit) {
        const [oldest] = this.#templates.keys();
        if (oldest !== undefined) this.#templates.delete(oldest);
      }
    }
  }
}

interface Origin {
  readonly exported: number;
  readonly uptime: number;
  readonly exporter: string;
  readonly version: 5 | 9 | 10;
}

function readRecords(
  view: DataView,
  start: number,
  end: number,
  template: Template,
  origin: Origin,
  events: ParsedEvent[],
): void {
  const smallest = template.fields.reduce((sum, { length }) => sum + (length === variable ? 1 : length), 0);
  let at = start;
  while (at + smallest <= end && smallest > 0) {
    const fields: Fields = {};
    for (const { id, length: declared, enterprise } of template.fields) {
      let length = declared;
      if (declared === variable && origin.version === 10) {
        length = view.getUint8(at);
        at += 1;
        if (length === 255) {
          length = view.getUint16(at);
          at += 2;
        }
      }
      if (at + length > end) throw new UnparsedLine('flow-packet');
      const known = enterprise === 0 ? elements[id] : undefined;
      if (known) fields[known[0]] = readValue(view, at, length, known[1]);
      at += length;
    }
    events.push(flowEvent(fields, origin));
  }
}

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0');

function readValue(view: DataView, at: number, length: number, kind: string): unknown {
  if (kind === 'ipv4' && length === 4) return ipv4(view, at);
  if (kind === 'ipv6' && length === 16) return ipv6(view, at);
  if (kind === 'mac' && length === 6)
    return Array.from({ length: 6 }, (_, index) => hex(view.getUint8(at + index), 2)).join(':');
  if (kind === 'text')
    return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length)).replace(/\0+$/, '');
  let value = 0;
  for (let index = 0; index < Math.min(length, 8); index += 1) value = value * 256 + view.getUint8(at + index);
  return value;
}

function ipv4(view: DataView, at: number): string {
  return `${view.getUint8(at)}.${view.getUint8(at + 1)}.${view.getUint8(at + 2)}.${view.getUint8(at + 3)}`;
}

/** RFC 5952: the longest run of zero groups becomes `::`. */
function ipv6(view: DataView, at: number): string {
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + index * 2).toString(16));
  let best = -1;
  let longest = 1;
  for (let index = 0; index < 8; ) {
    let end = index;
    while (end < 8 && groups[end] === '0') end += 1;
    if (end - index > longest) {
      best = index;
      longest = end - index;
    }
    index = Math.max(end, index + 1);
  }
  if (best < 0) return groups.join(':');
  return `${groups.slice(0, best).join(':')}::${groups.slice(best + longest).join(':')}`;
}

function decode5(view: DataView): ParsedEvent[] {
  const count = view.getUint16(2);
  // Cisco's format: a header of 24 bytes and at most 30 records of 48.
  if (count < 1 || count > 30 || view.byteLength < 24 + count * 48) throw new UnparsedLine('flow-packet');
  const exported = view.getUint32(8) * 1000 + Math.floor(view.getUint32(12) / 1_000_000);
  const origin: Origin = { exported, uptime: view.getUint32(4), exporter: '', version: 5 };
  return Array.from({ length: count }, (_, index) => {
    const at = 24 + index * 48;
    return flowEvent(
      {
        sourceIPv4Address: ipv4(view, at),
        destinationIPv4Address: ipv4(view, at + 4),
        ipNextHopIPv4Address: ipv4(view, at + 8),
        ingressInterface: view.getUint16(at + 12),
        egressInterface: view.getUint16(at + 14),
        packetDeltaCount: view.getUint32(at + 16),
        octetDeltaCount: view.getUint32(at + 20),
        flowStartSysUpTime: view.getUint32(at + 24),
        flowEndSysUpTime: view.getUint32(at + 28),
        sourceTransportPort: view.getUint16(at + 32),
        destinationTransportPort: view.getUint16(at + 34),
        tcpControlBits: view.getUint8(at + 37),
        protocolIdentifier: view.getUint8(at + 38),
        ipClassOfService: view.getUint8(at + 39),
        bgpSourceAsNumber: view.getUint16(at + 40),
        bgpDestinationAsNumber: view.getUint16(at + 42),
      },
      origin,
    );
  });
}

function flowEvent(fields: Fields, { exported, uptime, exporter, version }: Origin): ParsedEvent {
  const number = (name: string) => (typeof fields[name] === 'number' ? (fields[name] as number) : undefined);
  const seconds = number('flowEndSeconds');
  const sinceStart = number('flowEndSysUpTime');
  const time =
    number('flowEndMilliseconds') ??
    (seconds === undefined ? undefined : seconds * 1000) ??
    (sinceStart === undefined || uptime === 0 ? undefined : exported - uptime + sinceStart) ??
    exported;
  if (exporter) fields.exporter = exporter;
  const from = fields.sourceIPv4Address ?? fields.sourceIPv6Address ?? '?';
  const to = fields.destinationIPv4Address ?? fields.destinationIPv6Address ?? '?';
  return {
    format: 'netflow',
    time,
    fields,
    logsource: { category: 'netflow' },
    // A flow has no line; this one is written for people and for search.
    raw: `netflow v${version} ${from}:${fields.sourceTransportPort ?? 0} -> ${to}:${fields.destinationTransportPort ?? 0} proto ${fields.protocolIdentifier ?? 0} packets ${fields.packetDeltaCount ?? 0} bytes ${fields.octetDeltaCount ?? 0}`,
  };
}
