import { createHolderPair, OpenError, openSealed, sealTo } from '@hedun/exchange/abe';
import { x25519 } from '@noble/curves/ed25519.js';
import { expect, test } from 'vitest';
import { drawer } from './helpers.ts';

const draw = drawer('sealed box');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

test('[X33] the agreement is that of RFC 7748, section 5.2', () => {
  const secret = bytesOf('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4');
  const point = bytesOf('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
  expect(Buffer.from(x25519.getSharedSecret(secret, point)).toString('hex')).toBe(
    'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
  );
});
test('[X51] a key sealed to a holder opens with the holder’s private half for its purpose only, unchanged only', () => {
  const holder = createHolderPair(draw.bytes);
  const other = createHolderPair(draw.bytes);
  for (const size of [0, 1, 200, 20_000]) {
    const plain = draw.bytes(size);
    const sealed = sealTo(holder.publicKey, plain, 'key', draw.bytes);
    expect(Buffer.compare(openSealed(holder.privateKey, sealed, 'key'), plain)).toBe(0);
    expect(() => openSealed(other.privateKey, sealed, 'key')).toThrow(OpenError);
    expect(() => openSealed(holder.privateKey, sealed, 'other')).toThrow(OpenError);
    for (let round = 0; round < 60; round += 1) {
      const changed = sealed.slice();
      const at = draw.below(changed.length);
      changed[at] = (changed[at] as number) ^ (1 << draw.below(7));
      expect(() => openSealed(holder.privateKey, changed, 'key')).toThrow();
    }
  }
  const zero = sealTo(holder.publicKey, draw.bytes(3), 'key', draw.bytes);
  zero.fill(0, 5, 37);
  expect(() => openSealed(holder.privateKey, zero, 'key')).toThrow(OpenError);
});
