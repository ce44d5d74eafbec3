/**
 * The few web-platform names an engine may use: they are pure and exist in every runtime. Ciphers and hashes come from `node:crypto`,
 * of which only what is declared here is visible to engines.
 */
declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>;
  encodeInto(source: string, destination: Uint8Array): { readonly read: number; readonly written: number };
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(input?: ArrayBufferView | ArrayBuffer, options?: { stream?: boolean }): string;
}
declare function structuredClone<T>(value: T): T;
declare module 'node:crypto' {
  interface Hash {
    update(data: string | Uint8Array): Hash;
    digest(): Uint8Array;
    digest(encoding: 'hex' | 'base64'): string;
  }
  function createHash(algorithm: 'sha256' | 'sha384' | 'sha512' | 'sm3'): Hash;
}
