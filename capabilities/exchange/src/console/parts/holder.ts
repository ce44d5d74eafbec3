/**
 * The holder's side in the browser: the pair of keys, files encrypted before they leave and decrypted after they came. The private half lies in
 * this browser's storage for this site and is sent nowhere; a backup is a file the holder saves.
 * @module
 */
import {
  createHolderPair,
  type HolderPair,
  holderPairOf,
  loadCurve,
  openSealed,
  readHolderKey,
  readParameters,
} from '@hedun/exchange/abe';
import { buildDag, checkBlock, type Leaf, leafCid } from '@hedun/exchange/content';
import {
  aesKeyOf,
  blockSize,
  type ChunkCipher,
  nationalCipher,
  openHeader,
  openStream,
  prefixSize,
  readHeader,
  type Suite,
  sealHeader,
  sealStream,
} from '@hedun/exchange/envelope';

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));
export const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
};
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));

const placeOf = (userId: string) => `hedun.exchange.holder.${userId}`;
export function pairHere(userId: string): HolderPair | null {
  const kept = localStorage.getItem(placeOf(userId));
  return kept ? holderPairOf(fromBase64(kept)) : null;
}
export function makePair(userId: string): HolderPair {
  const pair = createHolderPair(random);
  localStorage.setItem(placeOf(userId), toBase64(pair.privateKey));
  return pair;
}
/** @throws RangeError when the text is no backup */
export function importPair(userId: string, text: string): HolderPair {
  const bytes = fromBase64(text);
  if (bytes.length !== 32) throw new RangeError(`backup: expected 32 bytes, got ${bytes.length}`);
  localStorage.setItem(placeOf(userId), toBase64(bytes));
  return holderPairOf(bytes);
}

/** As the server names what a sealed key is for. */
const purposeOf = (authority: string, serial: number) => `attribute-key/${authority}/${serial}`;
export interface SealedKey {
  readonly authorityId: string;
  readonly parameters: string;
  readonly serial: number;
  readonly sealed: string;
}
export async function attributeKey(pair: HolderPair, { parameters, serial, sealed }: SealedKey) {
  await loadCurve();
  const authority = readParameters(fromBase64(parameters));
  return readHolderKey(openSealed(pair.privateKey, fromBase64(sealed), purposeOf(authority.authority, serial)));
}

/** AES-256-GCM by WebCrypto; the national suite in plain TypeScript, because browsers do not have it. */
async function cipherOf(suite: Suite, contentKey: Uint8Array): Promise<ChunkCipher> {
  if (suite === 'sm4-ctr-hmac-sm3') return nationalCipher(contentKey);
  const key = await crypto.subtle.importKey('raw', own(aesKeyOf(contentKey)), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return {
    suite,
    seal: async (nonce, plain) =>
      new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: own(nonce) }, key, own(plain))),
    open: async (nonce, sealed) =>
      await crypto.subtle.decrypt({ name: 'AES-GCM', iv: own(nonce) }, key, own(sealed)).then(
        (plain) => new Uint8Array(plain),
        () => undefined,
      ),
  };
}
const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

export async function sealFile(
  file: Blob,
  {
    parameters,
    policy,
    epochs,
    suite,
  }: { parameters: string; policy: string; epochs: Record<string, number>; suite: Suite },
  onProgress: (done: number) => void,
): Promise<{ readonly header: string; readonly sealed: Blob }> {
  await loadCurve();
  const contentKey = random(32);
  const prefix = random(prefixSize);
  const header = sealHeader(
    readParameters(fromBase64(parameters)),
    { policy, epochs, suite, object: random(16), prefix },
    contentKey,
    random,
  );
  const parts: Blob[] = [];
  let done = 0;
  for await (const chunk of sealStream(chunksOf(file.stream()), await cipherOf(suite, contentKey), prefix)) {
    // A blob of its own for each chunk: the browser may move it out of memory.
    parts.push(new Blob([own(chunk)]));
    done += chunk.length;
    onProgress(Math.min(1, done / Math.max(1, file.size)));
  }
  return { header: toBase64(header), sealed: new Blob(parts, { type: 'application/octet-stream' }) };
}

/** Compares what came with its address, then opens it. @throws ContentError, StreamError, OpenError, PolicyNotMet */
export async function openFile(
  pair: HolderPair,
  key: SealedKey,
  fetched: { readonly cid: string; readonly header: string; readonly bytes: ReadableStream<Uint8Array> },
  mediaType: string,
): Promise<Blob> {
  const holderKey = await attributeKey(pair, key);
  const header = fromBase64(fetched.header);
  const blocks: Blob[] = [];
  const leaves: Leaf[] = [];
  // First the address of all of it, then the first byte of plain text.
  for await (const block of blocksOf(fetched.bytes)) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', own(block)));
    checkBlock(leafCid(digest), block, () => digest);
    leaves.push({ digest, size: block.length });
    blocks.push(new Blob([own(block)]));
  }
  const { root } = buildDag(leaves);
  if (root !== fetched.cid) throw new RangeError(`expected ${fetched.cid}, got ${root}`);
  const { suite, prefix } = readHeader(header);
  const contentKey = openHeader(readParameters(fromBase64(key.parameters)), holderKey, header);
  const parts: Blob[] = [];
  for await (const part of openStream(chunksOf(new Blob(blocks).stream()), await cipherOf(suite, contentKey), prefix))
    parts.push(new Blob([own(part)]));
  return new Blob(parts, { type: mediaType });
}

async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
async function* blocksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(blockSize);
  let filled = 0;
  for await (const part of chunksOf(stream))
    for (let offset = 0; offset < part.length; ) {
      const some = part.subarray(offset, offset + blockSize - filled);
      block.set(some, filled);
      filled += some.length;
      offset += some.length;
      if (filled === blockSize) {
        yield block;
        block = new Uint8Array(blockSize);
        filled = 0;
      }
    }
  if (filled > 0) yield block.subarray(0, filled);
}

/** Hands a file to the person. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address over by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
