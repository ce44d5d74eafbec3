import {
  ClockSkew,
  effectiveTime,
  FlowDecoder,
  lineLimit,
  SourceParser,
  StreamFramer,
  safeText,
  UnparsedLine,
  Watermark,
} from '@hedun/detection';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytes, china, received, through } from './lines.ts';

const framed = (framer: StreamFramer, chunks: readonly Uint8Array[]) => {
  const messages: string[] = [];
  for (const chunk of chunks) framer.push(chunk, (message) => messages.push(new TextDecoder().decode(message)));
  framer.end((message) => messages.push(new TextDecoder().decode(message)));
  return messages;
};

test('[P13] octet counting and line ends, mixed, however the stream is cut', () => {
  const messages = ['<13>one', '<14>two\nlines', '2026-11-25 starts with digits', '<15>three'];
  const stream = bytes(`${messages[0]}\n13 ${messages[1]}${messages[2]}\n\n9 ${messages[3]}`);
  expect(framed(new StreamFramer(), [stream])).toEqual(messages);
  void fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 30 }), (sizes) => {
      const chunks: Uint8Array[] = [];
      let at = 0;
      for (const size of sizes) {
        chunks.push(stream.subarray(at, at + size));
        at = Math.min(stream.length, at + size);
      }
      chunks.push(stream.subarray(at));
      expect(framed(new StreamFramer(), chunks)).toEqual(messages);
    }),
  );
});
test('[P13] what is too long is cut and counted, its rest skipped, and the next message is whole', () => {
  for (const stream of [`<13>${'a'.repeat(100)}\n<13>next\n`, `104 <13>${'a'.repeat(100)}8 <13>next`]) {
    for (const step of [1, 7, 1000]) {
      const framer = new StreamFramer(50);
      const all = bytes(stream);
      const chunks = Array.from({ length: Math.ceil(all.length / step) }, (_, index) =>
        all.subarray(index * step, (index + 1) * step),
      );
      expect(framed(framer, chunks).map((each) => each.slice(0, 8))).toEqual(['<13>aaaa', '<13>next']);
      expect(framer.cut).toBe(1);
      expect(framer.waiting).toBe(0);
    }
  }
});

test('[P11] hostile bytes are shown and do nothing: NUL, escapes, new lines inside, turned text, invalid UTF-8, a ten-megabyte line', () => {
  const text = (value: Uint8Array) => safeText(value);
  expect(text(bytes('a\0b'))).toEqual({ text: 'a\u2400b', damage: ['nul'] });
  expect(text(bytes('\x1b[2J\x1b]0;x\x07'))).toEqual({ text: '\u241b[2J\u241b]0;x\u2407', damage: ['control'] });
  expect(text(bytes('ok\nAccepted password for root')).text).not.toContain('\n');
  expect(text(bytes('a\u202eb'))).toEqual({ text: 'a\ufffdb', damage: ['direction'] });
  expect(text(Uint8Array.of(97, 0xff, 98))).toEqual({ text: 'a\ufffdb', damage: ['encoding'] });
  expect(safeText(Uint8Array.of(0xba, 0xd7, 0xb6, 0xdc), 'gb18030')).toEqual({ text: '鹤盾', damage: [] });
  const long = text(new Uint8Array(10 * 1024 * 1024).fill(65));
  expect(long.text.length).toBe(lineLimit);
  expect(long.damage).toEqual(['cut']);
});
test('[P11] no bytes make a parser throw, loop or lose its next line', () => {
  void fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', '<13>', 'CEF:0|', '{"', 'type=A msg=audit(', '#fields\t', '<13>1 '),
      (noise, head) => {
        const parser = new SourceParser(china);
        const line = new Uint8Array([...bytes(head), ...noise]);
        const outcome = parser.push(line, received);
        expect(
          outcome.events.length > 0 ||
            outcome.failure !== undefined ||
            /^(#|type=|node=)/.test(new TextDecoder().decode(line)),
        ).toBe(true);
        const next = new SourceParser(china).push(bytes('<13>Nov 25 10:00:00 h a: b'), received);
        expect(next.events).toHaveLength(1);
      },
    ),
    { numRuns: 400 },
  );
  expect(through(['   '])[0]?.failure?.reason).toBe('empty');
});

test('[P14] NetFlow v5 to network activity with addresses, ports and time', () => {
  const packet = new Uint8Array(24 + 48);
  const view = new DataView(packet.buffer);
  view.setUint16(0, 5);
  view.setUint16(2, 1);
  view.setUint32(4, 10_000);
  view.setUint32(8, 1_795_572_000);
  packet.set([10, 0, 0, 1], 24);
  packet.set([203, 0, 113, 9], 28);
  view.setUint32(24 + 20, 4096);
  view.setUint32(24 + 28, 9_000);
  view.setUint16(24 + 32, 51_000);
  view.setUint16(24 + 34, 443);
  view.setUint8(24 + 38, 6);
  const { events } = new FlowDecoder().push(packet, '10.9.9.9');
  expect(events[0]?.fields).toMatchObject({
    sourceIPv4Address: '10.0.0.1',
    destinationIPv4Address: '203.0.113.9',
    octetDeltaCount: 4096,
    destinationTransportPort: 443,
    protocolIdentifier: 6,
  });
  expect(events[0]?.time).toBe(1_795_572_000_000 - 1000);
  expect(() => new FlowDecoder().push(packet.subarray(0, 60), 'x')).toThrow(UnparsedLine);
});

function ipfix(sets: readonly (readonly number[])[]): Uint8Array {
  const body = sets.flat();
  const length = 16 + body.length;
  const header = [0, 10, length >> 8, length & 255, 0x6b, 0x06, 0x5d, 0x20, 0, 0, 0, 1, 0, 0, 0, 7];
  return Uint8Array.from([...header, ...body]);
}
const template = [0, 2, 0, 28, 1, 0, 0, 5, 0, 27, 0, 16, 0, 7, 0, 2, 0, 96, 0xff, 0xff, 0x80, 1, 0, 2, 0, 0, 0, 9];
const templateSet = [...template.slice(0, 2), 0, 32, ...template.slice(4), 0, 4, 0, 1];
const flow = [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x1f, 0x90, 3, 119, 101, 98, 0, 1, 17];
const dataSet = [1, 0, 0, 4 + flow.length, ...flow];

test('[P14] IPFIX: templates, variable lengths, fields of enterprises, IPv6; data before its template is counted', () => {
  const decoder = new FlowDecoder();
  expect(decoder.push(ipfix([dataSet]), 'r1')).toEqual({ events: [], unknown: 1 });
  const { events } = decoder.push(ipfix([templateSet, dataSet]), 'r1');
  expect(events.map(({ fields }) => fields)).toEqual([
    {
      sourceIPv6Address: '2001:db8::1',
      sourceTransportPort: 8080,
      applicationName: 'web',
      protocolIdentifier: 17,
      exporter: 'r1',
    },
  ]);
  expect(decoder.push(ipfix([dataSet]), 'r2').unknown).toBe(1);
  const second = new FlowDecoder();
  second.restore(JSON.parse(JSON.stringify(decoder.state)));
  expect(second.push(ipfix([dataSet]), 'r1').events).toHaveLength(1);
});
test('[P14] no packet makes the flow decoder throw anything but its refusal', () => {
  const whole = ipfix([templateSet, dataSet]);
  void fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(whole.length),
      (changes, size) => {
        const packet = whole.slice(0, size);
        for (const [at, value] of changes) if (at < packet.length) packet[at] = value;
        try {
          expect(new FlowDecoder().push(packet, 'r').events.length).toBeLessThan(100);
        } catch (error) {
          expect(error).toBeInstanceOf(UnparsedLine);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('[P15] the skew of a clock is the median difference, transport apart; it survives a restart', () => {
  const skew = new ClockSkew();
  for (let index = 0; index < 40; index += 1)
    skew.observe(received + index * 1000, received + index * 1000 - 3_600_000 - (index % 7) * 100);
  for (let index = 0; index < 9; index += 1) skew.observe(received, received - 86_400_000);
  expect(skew.estimate).toBeGreaterThanOrEqual(3_600_000);
  expect(skew.estimate).toBeLessThan(3_601_000);
  expect(new ClockSkew(JSON.parse(JSON.stringify(skew.state))).estimate).toBe(skew.estimate);
  const fine = new ClockSkew();
  for (let index = 0; index < 10; index += 1) fine.observe(received, received - 900);
  expect(fine.estimate).toBe(0);
});
test('[P15] a clock that jumped ahead or stands at its factory setting does not move time', () => {
  expect(effectiveTime(received + 86_400_000, received)).toEqual({ time: received, verdict: 'ahead' });
  expect(effectiveTime(0, received)).toEqual({ time: received, verdict: 'ancient' });
  expect(effectiveTime(undefined, received)).toEqual({ time: received, verdict: 'none' });
  expect(effectiveTime(received - 5000, received)).toEqual({ time: received - 5000, verdict: 'own' });
});
test('[P15] the watermark follows the newest event and never goes back; what is behind it is late', () => {
  const mark = new Watermark(1000);
  expect([5000, 4500, 10_000, 8999, 9000].map((time) => mark.push(time))).toEqual([false, false, false, true, false]);
  expect(mark.value).toBe(9000);
  expect(mark.late).toBe(1);
});
