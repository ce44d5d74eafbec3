import { createCipheriv, createDecipheriv } from 'node:crypto';
import { createAuthority, issueHolderKey, loadCurve, OpenError, PolicyNotMet } from '@hedun/exchange/abe';
import {
  aesKeyOf,
  type ChunkCipher,
  nationalCipher,
  openHeader,
  openStream,
  readHeader,
  rekeyStream,
  resealHeader,
  StreamError,
  type Suite,
  sealedSize,
  sealHeader,
  sealStream,
  tagSizes,
} from '@hedun/exchange/envelope';
import type { Attribute } from '@hedun/exchange/policy';
import { beforeAll, expect, test } from 'vitest';
import { drawer } from './helpers.ts';

beforeAll(() => loadCurve());
const draw = drawer('envelope');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

export function aesCipher(contentKey: Uint8Array): ChunkCipher {
  const key = aesKeyOf(contentKey);
  return {
    suite: 'aes-256-gcm',
    seal: (nonce, plain) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (nonce, sealed) => {
      const cipher = createDecipheriv('aes-256-gcm', key, nonce);
      cipher.setAuthTag(sealed.subarray(-16));
      try {
        return Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
      } catch {
        return undefined;
      }
    },
  };
}
const ciphers: Readonly<Record<Suite, (key: Uint8Array) => ChunkCipher>> = {
  'aes-256-gcm': aesCipher,
  'sm4-ctr-hmac-sm3': nationalCipher,
};
async function gather(source: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Uint8Array.from(part));
  return parts;
}

for (const suite of Object.keys(ciphers) as Suite[]) {
  const size = 80;
  const room = size - tagSizes[suite];
  test(`[X60] ${suite}: a file of any length, fed in pieces of any length, comes back; each sealed chunk fills a block`, async () => {
    for (const length of [0, 1, room - 1, room, room + 1, 2 * room, 5 * room + 3]) {
      const plain = draw.bytes(length);
      const [key, prefix] = [draw.bytes(32), draw.bytes(7)];
      const pieces: Uint8Array[] = [];
      for (let offset = 0; offset < length; ) {
        const end = offset + 1 + draw.below(2 * room);
        pieces.push(plain.subarray(offset, end));
        offset = end;
      }
      const sealed = await gather(sealStream(pieces, ciphers[suite](key), prefix, size));
      for (const chunk of sealed.slice(0, -1)) expect(chunk.length).toBe(size);
      const whole = Buffer.concat(sealed);
      expect(whole.length).toBe(sealedSize(length, suite, size));
      const back = await gather(
        openStream([whole.subarray(0, 5), whole.subarray(5)], ciphers[suite](key), prefix, size),
      );
      expect(hex(Buffer.concat(back))).toBe(hex(plain));
    }
  });

  test(`[X61] ${suite}: chunks exchanged, repeated, dropped, cut off, appended or changed are refused at their place`, async () => {
    const plain = draw.bytes(4 * room + 9);
    const [key, prefix] = [draw.bytes(32), draw.bytes(7)];
    const sealed = await gather(sealStream([plain], ciphers[suite](key), prefix, size));
    const fails = async (chunks: readonly Uint8Array[], at: number, other = prefix, otherKey = key) => {
      const given: Uint8Array[] = [];
      let error: unknown;
      try {
        for await (const part of openStream(chunks, ciphers[suite](otherKey), other, size))
          given.push(Uint8Array.from(part));
      } catch (caught) {
        error = caught;
      }
      expect(error).toBeInstanceOf(StreamError);
      expect((error as StreamError).chunk).toBe(at);
      // What came out before is a beginning of the true file, and nothing else.
      expect(hex(Buffer.concat(given))).toBe(hex(plain.subarray(0, at * room)));
    };
    const [a, b, c, d, e] = sealed as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    await fails([b, a, c, d, e], 0);
    await fails([a, b, b, c, d, e], 2);
    await fails([a, c, d, e], 1);
    await fails([a, b, c, d], 3);
    await fails([a], 0);
    await fails([], 0);
    await fails([a, b, c, d, e, e], 4);
    await fails([a, b, c, d, e, new Uint8Array(1)], 4);
    await fails([a, b, c, d, e.subarray(0, -1)], 4);
    await fails([a, b, c, d, e.subarray(0, 3)], 4);
    await fails(sealed, 0, draw.bytes(7));
    await fails(sealed, 0, prefix, draw.bytes(32));
    for (let round = 0; round < 100; round += 1) {
      const chunk = draw.below(5);
      const changed = sealed.map((each) => Uint8Array.from(each));
      const at = draw.below(changed[chunk]?.length ?? 1);
      const target = changed[chunk] as Uint8Array;
      target[at] = (target[at] as number) ^ (1 << draw.below(8));
      await fails(changed, chunk);
    }
  });
}

test('[X65] a file sealed again under another key and suite opens with that key only; damage is not carried over', async () => {
  const plain = draw.bytes(900);
  const [oldKey, newKey, oldPrefix, newPrefix] = [draw.bytes(32), draw.bytes(32), draw.bytes(7), draw.bytes(7)];
  const before = { cipher: aesCipher(oldKey), prefix: oldPrefix };
  const after = { cipher: nationalCipher(newKey), prefix: newPrefix };
  const sealed = await gather(sealStream([plain], before.cipher, oldPrefix, 128));
  const again = await gather(rekeyStream(sealed, before, after, 128));
  expect(hex(Buffer.concat(await gather(openStream(again, after.cipher, newPrefix, 128))))).toBe(hex(plain));
  await expect(gather(openStream(again, nationalCipher(oldKey), newPrefix, 128))).rejects.toThrow(StreamError);
  const damaged = sealed.map((each, index) => (index === 3 ? Uint8Array.from(each, (byte) => byte ^ 1) : each));
  await expect(gather(rekeyStream(damaged, before, after, 128))).rejects.toThrow('chunk 3');
});

const word = (name: string, value: string): Attribute => ({ kind: 'word', name, value });
function publish(policy: string, epochs: Readonly<Record<string, number>> = {}) {
  const master = createAuthority('供电局', draw.bytes);
  const contentKey = draw.bytes(32);
  const header = sealHeader(
    master.parameters,
    { policy, epochs, suite: 'aes-256-gcm', object: draw.bytes(16), prefix: draw.bytes(7) },
    contentKey,
    draw.bytes,
  );
  const keyFor = (name: string, attributes: readonly Attribute[], now = epochs) =>
    issueHolderKey(master, { name, serial: 1 }, attributes, now);
  return { master, contentKey, header, keyFor };
}

test('[X62] a header opens for those who meet its policy; it names policy, epochs, suite and authority to everyone', () => {
  const { master, contentKey, header, keyFor } = publish('role:b or (dept:a and level>=3)', { dept: 2 });
  const facts = readHeader(header);
  expect(facts).toMatchObject({
    authority: '供电局',
    policy: 'role:b or (dept:a and level>=3)',
    epochs: { dept: 2, level: 0, role: 0 },
    suite: 'aes-256-gcm',
    blockSize: 1_048_576,
  });
  const good = keyFor('one', [word('dept', 'a'), { kind: 'number', name: 'level', value: 4 }]);
  expect(hex(openHeader(master.parameters, good, header))).toBe(hex(contentKey));
  const low = keyFor('two', [word('dept', 'a'), { kind: 'number', name: 'level', value: 2 }]);
  expect(() => openHeader(master.parameters, low, header)).toThrow(PolicyNotMet);
  const stranger = createAuthority('另一局', draw.bytes);
  expect(() => openHeader(stranger.parameters, good, header)).toThrow(OpenError);
  const impostor = createAuthority('供电局', draw.bytes);
  expect(() => openHeader(impostor.parameters, good, header)).toThrow(OpenError);
});

test('[X63] encrypted again after a revocation, the header opens for renewed keys only, and the bulk stays', () => {
  const { master, contentKey, header, keyFor } = publish('dept:a and role:b');
  const attributes = [word('dept', 'a'), word('role', 'b')];
  const revoked = keyFor('revoked', attributes);
  const renewed = keyFor('kept', attributes, { role: 1 });
  const again = resealHeader(master, header, { epochs: { role: 1 } }, draw.bytes);
  expect(() => openHeader(master.parameters, revoked, again)).toThrow(PolicyNotMet);
  expect(hex(openHeader(master.parameters, renewed, again))).toBe(hex(contentKey));
  const [before, after] = [readHeader(header), readHeader(again)];
  expect([hex(after.object), hex(after.prefix)]).toEqual([hex(before.object), hex(before.prefix)]);
  expect(hex(after.ciphertext)).not.toBe(hex(before.ciphertext));
  const narrower = resealHeader(
    master,
    again,
    { epochs: { role: 1 }, policy: 'dept:a and role:b and site:c' },
    draw.bytes,
  );
  expect(() => openHeader(master.parameters, renewed, narrower)).toThrow(PolicyNotMet);
});

test('[X64] a header with one bit changed in any byte opens for nobody', () => {
  const { master, header, keyFor } = publish('dept:a or role:b');
  const holder = keyFor('one', [word('dept', 'a'), word('role', 'b')]);
  expect(() => openHeader(master.parameters, holder, header)).not.toThrow();
  for (const at of header.keys()) {
    const changed = header.slice();
    changed[at] = (changed[at] as number) ^ (1 << draw.below(8));
    expect(() => openHeader(master.parameters, holder, changed), `byte ${at}`).toThrow();
  }
});
