/**
 * Draws a document, keeps it as evidence and registers it as a report of an organisation.
 * @module
 */
import { Failure, type FileReference, type ReportDocument, type ReportFormat } from '@hedun/sdk';
import type { Blobs, Core, Session } from '../contract.ts';
import { referenceTo } from '../nouns/files.ts';
import { checkDocument, type Picture, type Pictures, pictureBlocks, pictureOf } from './pieces.ts';

const largestPicture = 20_971_520;

export async function drawReport(
  document: ReportDocument,
  format: ReportFormat,
  pictures: Pictures,
  now: Date,
): Promise<Uint8Array> {
  checkDocument(document, pictures);
  // Loaded when first used: together these libraries would double the time to start.
  if (format === 'pdf') return await (await import('./pdf.ts')).drawPdf(document, pictures, now);
  if (format === 'docx') return await (await import('./docx.ts')).drawDocx(document, pictures);
  return await (await import('./xlsx.ts')).drawXlsx(document, pictures, now);
}

export async function makeReport(
  core: Pick<Core, 'blobs' | 'nouns'>,
  session: Session,
  document: ReportDocument,
  format: ReportFormat,
  organisationId: string,
  name: string,
): Promise<FileReference> {
  const pictures = await readPictures(core.blobs, document);
  const bytes = await drawReport(document, format, pictures, session.now());
  const evidence = await core.nouns.register(session, await core.blobs.put(bytes), {
    organisationId,
    name: name.toLowerCase().endsWith(`.${format}`) ? name : `${name}.${format}`,
    mediaType: 'application/octet-stream',
    description: document.title,
  });
  await session.db
    .insertInto('reports')
    .values({
      id: session.newId(),
      organisationId,
      title: document.title,
      format,
      evidenceId: evidence.id,
      createdBy: session.actor.kind === 'system' ? null : session.actor.id,
      createdAt: session.now().toISOString(),
    })
    .execute();
  return referenceTo(evidence);
}

async function readPictures(blobs: Blobs, document: ReportDocument): Promise<Pictures> {
  const pictures = new Map<string, Picture>();
  for (const { blob } of pictureBlocks(document)) {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of blobs.stream(blob)) {
      size += part.length;
      if (size > largestPicture)
        throw new Failure('file.too_large', { where: blob, values: { limit: largestPicture } });
      parts.push(part);
    }
    const picture = pictureOf(Buffer.concat(parts));
    if (!picture) throw new Failure('file.unreadable', { where: blob, expected: 'a PNG or JPEG', got: 'other bytes' });
    pictures.set(blob, picture);
  }
  return pictures;
}
