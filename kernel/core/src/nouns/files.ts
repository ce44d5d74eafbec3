/**
 * Evidence: an immutable blob addressed by its hash, with a name that can do no harm and a media type read from its first bytes.
 * @module
 */
import { type Evidence, Failure, type FileReference, type Files } from '@hedun/sdk';
import type { Blobs, Nouns, Session } from '../contract.ts';
import { readTable } from './import/read.ts';
import { readAll } from './import/table.ts';
import { type NounRooms, notFound, requireOrganisations } from './shared.ts';

const longestName = 120;
/** Names Windows reserves for devices; a file of that name cannot be opened there. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The last path part, without control and direction characters, never empty, hidden or reserved; the extension survives shortening. */
export function safeName(raw: string): string {
  const base = raw.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = base
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed.
    .replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const named = clean === '' || device.test(clean) ? `file${clean === '' ? '' : `_${clean}`}` : clean;
  if ([...named].length <= longestName) return named;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(named)?.[0] ?? '';
  return `${[...named].slice(0, longestName - extension.length).join('')}${extension}`;
}

const magic: readonly (readonly [type: string, bytes: readonly number[]])[] = [
  ['application/pdf', [0x25, 0x50, 0x44, 0x46]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47]],
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/gif', [0x47, 0x49, 0x46, 0x38]],
  ['application/gzip', [0x1f, 0x8b]],
  ['application/zip', [0x50, 0x4b, 0x03, 0x04]],
  ['application/vnd.tcpdump.pcap', [0xd4, 0xc3, 0xb2, 0xa1]],
  ['application/x-ole-storage', [0xd0, 0xcf, 0x11, 0xe0]],
  ['application/x-executable', [0x7f, 0x45, 0x4c, 0x46]],
  ['application/x-msdownload', [0x4d, 0x5a]],
];
const zipKinds: Readonly<Record<string, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
};
const textKinds: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  xml: 'application/xml',
  nessus: 'application/xml',
};

/** What the bytes are; the sender's word only chooses among text types, and never makes a page or script out of them. */
export function sniffMediaType(head: Uint8Array, name: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  const found = magic.find(([, bytes]) => bytes.every((byte, index) => head[index] === byte))?.[0];
  if (found === 'application/zip') return zipKinds[extension] ?? found;
  if (found) return found;
  if (head.includes(0)) return 'application/octet-stream';
  return textKinds[extension] ?? 'text/plain';
}

async function headOf(blobs: Blobs, sha256: string): Promise<Uint8Array> {
  for await (const chunk of blobs.stream(sha256)) return chunk.subarray(0, 512);
  return new Uint8Array();
}

export function registerWith(rooms: NounRooms): Nouns['register'] {
  return async (session, blob, about) => {
    await requireOrganisations(session, [about.organisationId]);
    const name = safeName(about.name);
    const same = await session.db
      .selectFrom('evidence')
      .selectAll()
      .where('sha256', '=', blob.sha256)
      .where('organisationId', '=', about.organisationId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (same) return same as Evidence;
    const row: Evidence = {
      id: session.newId(),
      organisationId: about.organisationId,
      sha256: blob.sha256,
      name,
      mediaType: sniffMediaType(await headOf(rooms.blobs, blob.sha256), name),
      size: blob.size,
      description: about.description ?? null,
      createdBy: session.actor.kind === 'system' ? null : session.actor.id,
      createdAt: session.now().toISOString(),
    };
    await session.db.insertInto('evidence').values(row).execute();
    return row;
  };
}

export function filesOf(rooms: NounRooms, session: Session): Files {
  const register = registerWith(rooms);
  const get = async (id: string): Promise<Evidence> => {
    const row = await session.db.selectFrom('evidence').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound(`evidence ${id}`);
    return row as Evidence;
  };
  return {
    keep: async (bytes, about) => register(session, await rooms.blobs.put(bytes), about),
    get,
    async *stream(evidenceId) {
      yield* rooms.blobs.stream((await get(evidenceId)).sha256);
    },
    reference: async (evidenceId) => referenceTo(await get(evidenceId)),
    table: async (evidenceId) => {
      const { sha256, size, name } = await get(evidenceId);
      return readTable(await readAll(rooms.blobs.stream(sha256), size), name);
    },
  };
}

export function referenceTo(evidence: Evidence): FileReference {
  const { id, name, mediaType, size, sha256 } = evidence;
  return { id, name, mediaType, size, sha256, href: `/api/kernel/files/${id}` };
}

/** Keeps an uploaded stream under a limit; nothing is registered when it is cut short. */
export async function keepUpload(
  rooms: NounRooms,
  session: Session,
  stream: AsyncIterable<Uint8Array> & { readonly truncated?: boolean },
  about: { readonly organisationId: string; readonly name: string; readonly description?: string | undefined },
  limit: number,
): Promise<Evidence> {
  const blob = await rooms.blobs.put(stream, limit);
  if (stream.truncated) throw new Failure('file.too_large', { values: { limit } });
  return await registerWith(rooms)(session, blob, { ...about, mediaType: 'application/octet-stream' });
}
