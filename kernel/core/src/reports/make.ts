/**
 * Draws a report document, keeps it as evidence and lists it as a report.
 * @module
 */
import type { FileReference, ReportDocument, ReportFormat } from '@hedun/sdk';
import type { Core, Session } from '../contract.ts';
import { drawDocx } from './docx.ts';
import { drawPdf } from './pdf.ts';
import { drawXlsx } from './xlsx.ts';

const mediaTypes: Readonly<Record<ReportFormat, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Bytes of a picture that a block names by its digest. */
export type ReadPicture = (sha256: string) => Promise<Uint8Array>;

export async function drawReport(
  document: ReportDocument,
  format: ReportFormat,
  readPicture: ReadPicture,
): Promise<Uint8Array> {
  if (format === 'docx') return await drawDocx(document, readPicture);
  if (format === 'pdf') return await drawPdf(document, readPicture);
  return await drawXlsx(document);
}

export async function makeReport(
  core: Pick<Core, 'blobs' | 'nouns'>,
  session: Session,
  document: ReportDocument,
  format: ReportFormat,
  organisationId: string,
  name: string,
): Promise<FileReference> {
  const bytes = await drawReport(document, format, async (sha256) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of core.blobs.stream(sha256)) parts.push(chunk);
    return new Uint8Array(Buffer.concat(parts));
  });
  const blob = await core.blobs.put(bytes);
  const evidence = await core.nouns.register(session, blob, {
    organisationId,
    name: `${name}.${format}`,
    mediaType: mediaTypes[format],
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
  return {
    id: evidence.id,
    name: evidence.name,
    mediaType: mediaTypes[format],
    size: evidence.size,
    sha256: evidence.sha256,
    href: `/api/kernel/files/${evidence.id}`,
  };
}
