/**
 * Documents of an assessment, drafts as well as the signed and sealed copy.
 * @module
 */
import {
  assessmentReport,
  composeScheme,
  cryptoReport,
  type DocumentModel,
  evaluateAssessment,
  improvementDocument,
  type OpenInstrument,
  schemeDocument,
  workingPapers,
} from '@hedun/compliance';
import { Failure, type FileReference, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { Sealed } from '../shapes.ts';
import { type Here, load, openOf, type Row } from './assessment-record.ts';
import { reportOf } from './documents.ts';
import { calendar, checked, short } from './library.ts';
import { scoreOf } from './score-sheet.ts';
import { digestOf, lapsedSignatures, signedOf, withSignatures } from './signatures.ts';
import { planOf } from './views.ts';

type Subject = Pick<Row, 'id' | 'name' | 'organisationId' | 'body'>;

function modelOf(
  context: Here,
  open: OpenInstrument,
  row: Subject,
  document: string,
  sealed?: { readonly name: string; readonly on: string },
): DocumentModel {
  const locale = short(context.locale);
  const { body } = row;
  const result = scoreOf(open, body.sheet);
  const signed = signedOf(open, body);
  const signing = {
    signed,
    ...(Object.keys(signed).length > 0 ? { digest: body.sealed?.digest ?? digestOf(open, body) } : {}),
    ...(sealed ? { sealed } : {}),
  };
  if (result && body.sheet && document === 'crypto-report')
    return cryptoReport(open, { system: row.name, result, input: body.sheet, locale, ...signing });
  if (document === 'crypto-scheme' && body.sheet && open.instrument.deployments.length > 0)
    return schemeDocument(open, composeScheme(open, body.sheet.level, body.scheme ?? []), { system: row.name, locale });
  const assessment = withSignatures(open, body);
  const evaluation = evaluateAssessment(open, assessment, { asOf: context.now().toISOString(), calendar });
  if (document === 'working-papers' && body.papers?.length)
    return workingPapers(open, assessment, evaluation, body.papers, locale);
  if (document === 'improvement-plan')
    return improvementDocument(open, assessment, planOf(open, body, evaluation), locale);
  return assessmentReport(document, { open, assessment, evaluation, locale, ...signing });
}

async function make(context: Here, row: Subject, model: DocumentModel, format: 'docx' | 'pdf', name: string) {
  const { name: issuer } = await context.organisations.get(row.organisationId);
  const report = reportOf(model, { date: dayOfInstant(context.now().toISOString()), issuer });
  return await context.reports.make(report, format, row.organisationId, name);
}

/** Writes the copy that the state fixes for good; null when the state fixes none. A signature that lapsed keeps it from being sealed. */
export async function sealDocuments(
  context: Here,
  open: OpenInstrument,
  row: Subject,
  state: string,
): Promise<Sealed | null> {
  const documents = open.instrument.documents.filter((each) => each.sealedIn === state);
  if (documents.length === 0) return null;
  const [lapsed] = lapsedSignatures(open, row.body);
  if (lapsed) throw new Failure('compliance.signature_lapsed', { where: lapsed.role, got: lapsed.name });
  const now = context.now().toISOString();
  const { facts } = evaluateAssessment(open, row.body.assessment, { asOf: now, calendar });
  const files: FileReference[] = [];
  let seal = '';
  for (const document of documents) {
    const stated = document.sealFact === undefined ? undefined : facts[document.sealFact];
    seal = typeof stated === 'string' ? stated : (await context.organisations.get(row.organisationId)).name;
    const model = modelOf(context, open, row, document.id, { name: seal, on: dayOfInstant(now) });
    const title = `${model.title}－${row.name}${short(context.locale) === 'zh' ? '（正式）' : ' (sealed)'}`;
    for (const format of ['docx', 'pdf'] as const) files.push(await make(context, row, model, format, title));
  }
  return { at: now, by: context.actor.name, seal, digest: digestOf(open, row.body), files };
}

export const documentHandlers = handlers<Compliance>()({
  writeDocument: async ({ id, document, format }, context) => {
    const row = await load(context, id);
    const open = openOf(row);
    const model = checked('document', () => modelOf(context, open, row, document));
    return await make(context, row, model, format, `${model.title}－${row.name}`);
  },
});
