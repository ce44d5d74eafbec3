/**
 * A second scan against the weaknesses of a notice: what it must look for, and what it said.
 * @module
 */
import { Failure } from '@hedun/sdk';
import type { Claimed, Verdict } from '@hedun/workdesk';
import type { ImportRow, Recheck } from '../shapes.ts';
import { type Here, instant, json } from './here.ts';

export async function claimedOf({ db }: Here, noticeId: string): Promise<readonly Claimed[]> {
  const rows = await db.selectFrom('findings').selectAll().where('caseId', '=', noticeId).execute();
  return rows.map(({ id, sources, attributes }) => ({ id, sources, targets: targetsIn(attributes) }));
}

/** The target an importer kept with a finding; empty for code and components, which only a scan of everything covers. */
function targetsIn({ target }: Readonly<Record<string, unknown>>): readonly string[] {
  return [typeof target === 'string' ? target : ''];
}

export async function applyRecheck(context: Here, row: ImportRow, verdicts: readonly Verdict[]): Promise<void> {
  const notice = await context.db
    .selectFrom('workdeskNotices')
    .select(['id', 'rechecks'])
    .where('id', '=', row.noticeId as string)
    .forUpdate()
    .executeTakeFirst();
  if (!notice) throw new Failure('workdesk.unknown', { where: 'noticeId', got: row.noticeId ?? '' });
  if (notice.rechecks.some(({ importId }) => importId === row.id)) return;
  const of = (wanted: Verdict['verdict']) => verdicts.filter(({ verdict }) => verdict === wanted).map(({ id }) => id);
  const recheck: Recheck = {
    at: instant(context),
    by: context.actor.name,
    importId: row.id,
    evidenceId: row.evidenceId,
    file: row.name,
    gone: of('gone'),
    stillThere: of('still-there'),
    notCovered: verdicts.flatMap((each) => (each.verdict === 'not-covered' ? [{ id: each.id, why: each.why }] : [])),
  };
  await context.db
    .updateTable('workdeskNotices')
    .set({ rechecks: json([...notice.rechecks, recheck]) })
    .where('id', '=', notice.id)
    .execute();
  await context.cases.comment(
    notice.id,
    context.locale === 'en'
      ? `Re-check by ${row.name}: ${recheck.gone.length} gone, ${recheck.stillThere.length} still there, ${recheck.notCovered.length} not covered`
      : `复测（${row.name}）：已消除 ${recheck.gone.length} 项，仍存在 ${recheck.stillThere.length} 项，未覆盖 ${recheck.notCovered.length} 项`,
  );
}

/** The last word of all re-checks about each finding of a notice. */
export function verdictsOf(
  rechecks: readonly Recheck[],
): ReadonlyMap<string, 'gone' | 'still-there' | 'other-tool' | 'other-target'> {
  const last = new Map<string, 'gone' | 'still-there' | 'other-tool' | 'other-target'>();
  for (const { gone, stillThere, notCovered } of rechecks) {
    for (const { id, why } of notCovered) if (!last.has(id)) last.set(id, why);
    for (const id of gone) last.set(id, 'gone');
    for (const id of stillThere) last.set(id, 'still-there');
  }
  return last;
}
