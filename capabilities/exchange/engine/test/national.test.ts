/**
 * SM3, SM4, AES-GCM, HKDF against published vectors, and our own against OpenSSL.
 */
import { createCipheriv, createHash, createHmac } from 'node:crypto';
import { hmacSm3, Sm3, sm3, sm4Counter } from '@hedun/exchange/envelope';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { expect, test } from 'vitest';
import { drawer } from './helpers.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const draw = drawer('national');

test('[X30] SM3 gives the values of GB/T 32905-2016, appendix A, and those of OpenSSL at every length', () => {
  expect(hex(sm3(Buffer.from('abc')))).toBe('66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');
  expect(hex(sm3(Buffer.from('abcd'.repeat(16))))).toBe(
    'debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732',
  );
  for (let length = 0; length < 300; length += 1) {
    const bytes = draw.bytes(length);
    expect(hex(sm3(bytes))).toBe(createHash('sm3').update(bytes).digest('hex'));
    const running = new Sm3();
    for (let offset = 0; offset < length; offset += 37) running.update(bytes.subarray(offset, offset + 37));
    expect(hex(running.digest())).toBe(hex(sm3(bytes)));
    const key = draw.bytes(length);
    expect(hex(hmacSm3(key, bytes))).toBe(createHmac('sm3', key).update(bytes).digest('hex'));
  }
});

test('[X31] SM4 gives the value of GB/T 32907-2016, appendix A, and the counter mode of OpenSSL', () => {
  const block = bytesOf('0123456789abcdeffedcba9876543210');
  // Counter mode over zeros shows the encrypted counter, which here is the plain block of example 1.
  expect(hex(sm4Counter(block, block, new Uint8Array(16)))).toBe('681edf34d206965e86b3e94f536e4246');
  for (let length = 0; length < 200; length += 7) {
    const [key, counter, plain] = [draw.bytes(16), draw.bytes(16), draw.bytes(length)];
    if (length % 2 === 0) counter.fill(0xff, 8);
    const cipher = createCipheriv('sm4-ctr', key, counter);
    expect(hex(sm4Counter(key, counter, plain))).toBe(hex(Buffer.concat([cipher.update(plain), cipher.final()])));
  }
});

test('[X32] AES-256-GCM and HKDF of this platform give the published values', () => {
  // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
  const cipher = createCipheriv(
    'aes-256-gcm',
    bytesOf('feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308'),
    bytesOf('cafebabefacedbaddecaf888'),
  );
  cipher.setAAD(bytesOf('feedfacedeadbeeffeedfacedeadbeefabaddad2'));
  const sealed = Buffer.concat([
    cipher.update(
      bytesOf(
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
      ),
    ),
    cipher.final(),
  ]);
  expect(hex(sealed)).toBe(
    '522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662',
  );
  expect(hex(cipher.getAuthTag())).toBe('76fc6ece0f4e1768cddf8853bb2d551b');
  // RFC 5869, test case 1.
  expect(
    hex(
      hkdf(
        sha256,
        new Uint8Array(22).fill(0x0b),
        bytesOf('000102030405060708090a0b0c'),
        bytesOf('f0f1f2f3f4f5f6f7f8f9'),
        42,
      ),
    ),
  ).toBe('3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865');
});
