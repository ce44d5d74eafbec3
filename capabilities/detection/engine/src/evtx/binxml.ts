/**
 * BinXML of one EVTX chunk to element trees. Templates are parsed once per chunk. Malformed input throws {@link BinXmlError}; it never
 * reads outside the chunk, recurses without bound or loops.
 * Source: J. Metz, libevtx documentation; [MS-EVEN6] 2.2.12.
 * @module
 */
import { type BinXmlValue, readUtf16, readValue } from './values.ts';

export class BinXmlError extends Error {}

export interface Element {
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly value: BinXmlValue }[];
  readonly children: readonly Content[];
}
export type Content = Element | BinXmlValue;

/** A template's parts; a number in `slot` stands for a value of the record. */
type Part =
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly attributes: readonly TemplateAttribute[];
      readonly children: readonly Part[];
    }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly slot: number }
  | { readonly kind: 'instance'; readonly elements: readonly Content[] };
interface TemplateAttribute {
  readonly name: string;
  readonly parts: readonly Part[];
}

const depthLimit = 64;
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export class ChunkReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #templates = new Map<number, readonly Part[]>();
  readonly #names = new Map<number, string>();
  #at = 0;
  #end = 0;
  #depth = 0;

  /** @param chunk the whole chunk; offsets inside BinXML count from its start */
  constructor(chunk: Uint8Array) {
    this.#bytes = chunk;
    this.#view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }

  /** The elements of the BinXML between two offsets of the chunk. */
  read(start: number, end: number): readonly Content[] {
    this.#depth = 0;
    return this.#fragment(start, end);
  }

  #fragment(start: number, end: number): readonly Content[] {
    this.#descend();
    const [at, limit] = [this.#at, this.#end];
    this.#at = start;
    this.#end = Math.min(end, this.#bytes.length);
    const parts = this.#parts(true);
    this.#at = at;
    this.#end = limit;
    this.#depth -= 1;
    return instantiate(parts, []);
  }

  #descend(): void {
    this.#depth += 1;
    if (this.#depth > depthLimit) throw new BinXmlError(`nested deeper than ${depthLimit}`);
  }

  #need(count: number): number {
    const at = this.#at;
    if (at + count > this.#end) throw new BinXmlError(`ends ${at + count - this.#end} bytes early`);
    this.#at = at + count;
    return at;
  }
  #u8(): number {
    return this.#view.getUint8(this.#need(1));
  }
  #u16(): number {
    return this.#view.getUint16(this.#need(2), true);
  }
  #u32(): number {
    return this.#view.getUint32(this.#need(4), true);
  }

  /** A name is stored once per chunk, inline where it is met first. */
  #name(): string {
    const offset = this.#u32();
    const inline = offset === this.#at;
    const known = this.#names.get(offset);
    if (known !== undefined && !inline) return known;
    if (offset + 8 > this.#bytes.length) throw new BinXmlError(`name outside the chunk: ${offset}`);
    const characters = this.#view.getUint16(offset + 6, true);
    if (offset + 8 + characters * 2 > this.#bytes.length)
      throw new BinXmlError(`name runs out of the chunk: ${offset}`);
    const name = readUtf16(this.#bytes, offset + 8, characters);
    this.#names.set(offset, name);
    if (inline) this.#need(8 + characters * 2 + 2);
    return name;
  }

  #parts(embedded: boolean): readonly Part[] {
    this.#descend();
    const parts: Part[] = [];
    while (this.#at < this.#end) {
      const token = this.#view.getUint8(this.#at);
      const kind = token & 0x3f;
      if (kind === 0x00 || kind === 0x04) {
        this.#at += 1;
        break;
      }
      if (kind === 0x0f) {
        this.#need(4);
        continue;
      }
      const part = this.#part(token, embedded);
      if (part) parts.push(part);
    }
    this.#depth -= 1;
    return parts;
  }

  #part(token: number, embedded: boolean): Part | undefined {
    this.#at += 1;
    switch (token & 0x3f) {
      case 0x01:
        return this.#element((token & 0x40) !== 0, embedded);
      case 0x05: {
        const type = this.#u8();
        if (type !== 0x01) throw new BinXmlError(`literal value of type ${type}`);
        return { kind: 'text', text: this.#counted() };
      }
      case 0x07:
        return { kind: 'text', text: this.#counted() };
      case 0x08:
        return { kind: 'text', text: String.fromCharCode(this.#u16()) };
      case 0x09: {
        const name = this.#name();
        return { kind: 'text', text: entities[name] ?? `&${name};` };
      }
      case 0x0a:
        this.#name();
        return undefined;
      case 0x0b:
        this.#counted();
        return undefined;
      case 0x0c:
        return { kind: 'instance', elements: this.#template() };
      case 0x0d:
      case 0x0e: {
        const slot = this.#u16();
        this.#need(1);
        return { kind: 'slot', slot };
      }
      default:
        throw new BinXmlError(`unknown token 0x${token.toString(16)} at ${this.#at - 1}`);
    }
  }

  #counted(): string {
    const characters = this.#u16();
    return readUtf16(this.#bytes, this.#need(characters * 2), characters);
  }

  #element(hasAttributes: boolean, embedded: boolean): Part {
    // Only elements of template definitions carry a dependency identifier.
    if (!embedded) this.#need(2);
    this.#need(4);
    const name = this.#name();
    const attributes: TemplateAttribute[] = [];
    if (hasAttributes) {
      this.#need(4);
      while (this.#at < this.#end && (this.#view.getUint8(this.#at) & 0x3f) === 0x06) {
        this.#at += 1;
        const attribute = this.#name();
        const parts: Part[] = [];
        while (this.#at < this.#end) {
          const token = this.#view.getUint8(this.#at);
          if (![0x05, 0x08, 0x09, 0x0d, 0x0e].includes(token & 0x3f)) break;
          const part = this.#part(token, embedded);
          if (part) parts.push(part);
        }
        attributes.push({ name: attribute, parts });
      }
    }
    const close = this.#u8();
    if (close === 0x03) return { kind: 'element', name, attributes, children: [] };
    if (close !== 0x02) throw new BinXmlError(`start of <${name}> not closed: 0x${close.toString(16)}`);
    return { kind: 'element', name, attributes, children: this.#parts(embedded) };
  }

  #template(): readonly Content[] {
    this.#need(1);
    this.#need(4);
    const offset = this.#u32();
    const inline = offset === this.#at;
    if (offset + 24 > this.#bytes.length) throw new BinXmlError(`template outside the chunk: ${offset}`);
    const size = this.#view.getUint32(offset + 20, true);
    if (offset + 24 + size > this.#bytes.length) throw new BinXmlError(`template runs out of the chunk: ${offset}`);
    let parts = this.#templates.get(offset);
    if (!parts || inline) {
      const [at, end] = [this.#at, this.#end];
      this.#at = offset + 24;
      this.#end = offset + 24 + size;
      parts = this.#parts(false);
      this.#at = at;
      this.#end = end;
      this.#templates.set(offset, parts);
    }
    if (inline) this.#need(24 + size);
    return instantiate(parts, this.#values());
  }

  #values(): readonly Content[][] {
    const count = this.#u32();
    const descriptors = this.#need(count * 4);
    const values: Content[][] = [];
    for (let index = 0; index < count; index += 1) {
      const size = this.#view.getUint16(descriptors + index * 4, true);
      const type = this.#view.getUint8(descriptors + index * 4 + 2);
      const at = this.#need(size);
      if (type === 0x21) values.push(size === 0 ? [] : [...this.#fragment(at, at + size)]);
      else values.push(size === 0 && type !== 0x01 ? [null] : [readValue(type, this.#view, at, size, this.#bytes)]);
    }
    return values;
  }
}

function instantiate(parts: readonly Part[], values: readonly (readonly Content[])[]): readonly Content[] {
  const contents: Content[] = [];
  for (const part of parts) {
    if (part.kind === 'text') contents.push(part.text);
    else if (part.kind === 'instance') contents.push(...part.elements);
    else if (part.kind === 'slot') contents.push(...(values[part.slot] ?? []));
    else
      contents.push({
        name: part.name,
        attributes: part.attributes.map(({ name, parts: inner }) => ({
          name,
          value: single(instantiate(inner, values)),
        })),
        children: instantiate(part.children, values),
      });
  }
  return contents;
}

export function isElement(content: Content): content is Element {
  return typeof content === 'object' && content !== null && !Array.isArray(content);
}

/** The text of contents that hold no elements: one value keeps its type, several are joined. */
export function single(contents: readonly Content[]): BinXmlValue {
  const values = contents.filter((content): content is BinXmlValue => !isElement(content));
  if (values.length === 0) return null;
  if (values.length === 1) return values[0] ?? null;
  return values.map((value) => (value === null ? '' : String(value))).join('');
}
