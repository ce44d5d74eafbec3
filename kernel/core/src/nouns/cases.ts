/**
 * Cases (工单/通报): numbered, moved along their loop, with a timeline nobody rewrites. Their findings move with them.
 * @module
 */

import { type Case, type Cases, Failure } from '@hedun/sdk';
import { caseNumberPrefixes } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import type { Session } from '../contract.ts';
import { list } from '../lists/list.ts';
import { severityRank } from '../lists/severity.ts';
import { type CaseStatus, caseSteps, endedCases } from './case-steps.ts';
import { caseList } from './definitions.ts';
import { addHistory, anyOf, notFound, requireOrganisations, requireRows } from './shared.ts';

function asCase(row: object): Case {
  const { severityRank: _, ...found } = row as Case & { severityRank: number };
  return found;
}

export function casesOf(session: Session): Cases {
  const { db } = session;
  const now = () => session.now().toISOString();
  const get = async (id: string): Promise<Case> => {
    const row = await db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
    if (!row) throw notFound(`case ${id}`);
    return asCase(row);
  };
  const locked = async (id: string): Promise<Case> => {
    const row = await db.selectFrom('cases').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
    if (!row) throw notFound(`case ${id}`);
    return asCase(row);
  };
  const tell = (found: Case, kind: string, text: string, data: Readonly<Record<string, unknown>> = {}) =>
    addHistory(session, [
      { organisationId: found.organisationId, subjectKind: 'case', subjectId: found.id, kind, text, data },
    ]);
  const refuseEnded = (found: Case) => {
    if (endedCases.has(found.status))
      throw new Failure('case.step_not_allowed', {
        where: found.number,
        expected: 'a case that is not ended',
        got: found.status,
      });
  };
  const link = async (found: Case, findingIds: readonly string[]) => {
    if (findingIds.length === 0) return;
    const rows = await db
      .selectFrom('findings')
      .select(['id', 'organisationId', 'status', 'caseId'])
      .where('id', '=', anyOf(findingIds))
      .orderBy('id')
      .forUpdate()
      .execute();
    const known = new Set(rows.map(({ id }) => id));
    const missing = findingIds.find((id) => !known.has(id));
    if (missing) throw notFound(`finding ${missing}`);
    const fresh = rows.filter(({ caseId }) => caseId !== found.id);
    const refused = fresh.filter(({ status }) => status !== 'open' && status !== 'triaged');
    if (refused.length > 0)
      throw new Failure('finding.step_not_allowed', {
        where: refused[0]?.id ?? '',
        expected: 'open, triaged',
        got: refused[0]?.status ?? '',
        issues: refused.slice(0, 100).map(({ id, status }) => ({ where: id, expected: 'open, triaged', got: status })),
      });
    await db
      .updateTable('findings')
      .set({ status: 'in_case', caseId: found.id })
      .where('id', '=', anyOf(fresh.map(({ id }) => id)))
      .execute();
    await addHistory(
      session,
      fresh.map((row) => ({
        organisationId: row.organisationId,
        subjectKind: 'finding' as const,
        subjectId: row.id,
        kind: 'link',
        data: { from: row.status, to: 'in_case', caseId: found.id, number: found.number },
      })),
    );
    await tell(found, 'link', '', { findingIds: fresh.map(({ id }) => id) });
  };
  return {
    open: async (input) => {
      await requireOrganisations(session, [input.organisationId]);
      const at = now();
      const number = input.number ?? (await nextNumber(session, input.kind));
      const row: Case = {
        id: session.newId(),
        organisationId: input.organisationId,
        issuerOrganisationId: await issuerOf(session, input.organisationId),
        number,
        kind: input.kind,
        title: input.title,
        summary: input.summary ?? '',
        severity: input.severity,
        status: 'drafted',
        assigneeIds: [...(input.assigneeIds ?? [])],
        dueAt: input.dueAt?.toISOString() ?? null,
        escalation: 0,
        openedBy: session.actor.kind === 'system' ? null : session.actor.id,
        openedAt: at,
        updatedAt: at,
        closedAt: null,
      };
      const inserted = await db
        .insertInto('cases')
        .values({ ...row, severityRank: severityRank[row.severity] })
        .onConflict((conflict) => conflict.column('number').doNothing())
        .returning('id')
        .executeTakeFirst();
      if (!inserted) throw new Failure('record.exists', { where: 'number', got: number, values: { what: number } });
      await tell(row, 'status', '', { from: null, to: 'drafted' });
      await link(row, input.findingIds ?? []);
      await publishMove(session, row, null, 'drafted');
      return row;
    },
    get,
    list: async (input) => {
      const page = await list<object>(session, caseList, input);
      return { ...page, items: page.items.map(asCase) };
    },
    move: async (id, to, note = '', evidenceIds = []) => {
      const found = await locked(id);
      const allowed = caseSteps[found.status];
      if (!allowed.includes(to))
        throw new Failure('case.step_not_allowed', {
          where: found.number,
          expected: allowed.join(', ') || 'no further step',
          got: to,
        });
      await requireRows(session, { evidence: evidenceIds });
      const at = now();
      await db
        .updateTable('cases')
        .set({ status: to, updatedAt: at, ...(to === 'verified' ? { closedAt: at } : {}) })
        .where('id', '=', id)
        .execute();
      await tell(found, 'status', note, { from: found.status, to, evidenceIds: [...evidenceIds] });
      await moveFindings(session, found, to);
      await publishMove(session, found, found.status, to);
      return await get(id);
    },
    comment: async (id, text, evidenceIds = []) => {
      const found = await locked(id);
      await requireRows(session, { evidence: evidenceIds });
      await tell(found, evidenceIds.length > 0 ? 'evidence' : 'comment', text, { evidenceIds: [...evidenceIds] });
      await db.updateTable('cases').set({ updatedAt: now() }).where('id', '=', id).execute();
    },
    setDeadline: async (id, dueAt, reason) => {
      const found = await locked(id);
      refuseEnded(found);
      await db
        .updateTable('cases')
        .set({ dueAt: dueAt.toISOString(), updatedAt: now() })
        .where('id', '=', id)
        .execute();
      await tell(found, 'deadline', reason, { from: found.dueAt, to: dueAt.toISOString() });
      return await get(id);
    },
    escalate: async (id, reason) => {
      const found = await locked(id);
      refuseEnded(found);
      await db
        .updateTable('cases')
        .set({ escalation: found.escalation + 1, updatedAt: now() })
        .where('id', '=', id)
        .execute();
      await tell(found, 'escalation', reason, { from: found.escalation, to: found.escalation + 1 });
      return await get(id);
    },
    link: async (id, findingIds) => {
      const found = await locked(id);
      refuseEnded(found);
      await link(found, findingIds);
    },
  };
}

/** What a step of the case means for its findings: submitted claims the fix, returned takes the claim back, verified confirms it. */
async function moveFindings(session: Session, found: Case, to: CaseStatus): Promise<void> {
  const at = session.now().toISOString();
  const change = {
    submitted: { from: ['in_case'], status: 'fixed', set: sql`fixed_at = ${at}::timestamptz` },
    returned: { from: ['fixed'], status: 'in_case', set: sql`fixed_at = NULL` },
    verified: {
      from: ['in_case', 'fixed'],
      status: 'verified',
      set: sql`fixed_at = coalesce(fixed_at, ${at}::timestamptz), verified_at = ${at}::timestamptz`,
    },
  }[to as 'submitted' | 'returned' | 'verified'];
  if (!change) return;
  const { rows } = await sql<{ id: string; organisationId: string; was: string }>`
    WITH before AS (SELECT id, status FROM findings WHERE case_id = ${found.id}::uuid AND status = ANY (${change.from}::text[]) ORDER BY id FOR UPDATE)
    UPDATE findings SET status = ${change.status}, ${change.set} FROM before WHERE findings.id = before.id
    RETURNING findings.id, findings.organisation_id, before.status AS was`.execute(session.db);
  await addHistory(
    session,
    rows.map((row) => ({
      organisationId: row.organisationId,
      subjectKind: 'finding' as const,
      subjectId: row.id,
      kind: 'status',
      data: { from: row.was, to: change.status, caseId: found.id, number: found.number },
    })),
  );
  for (const [organisationId, own] of Map.groupBy(rows, (row) => row.organisationId))
    await session.publish(
      'kernel.finding.status_changed',
      own[0]?.id ?? organisationId,
      { ids: own.map(({ id }) => id), status: change.status },
      organisationId,
    );
}

async function publishMove(session: Session, found: Case, from: string | null, to: string): Promise<void> {
  await session.publish(
    'kernel.case.moved',
    found.id,
    { id: found.id, organisationId: found.organisationId, kind: found.kind, from, to },
    found.organisationId,
  );
}

/** The system issues in the name of the recipient's root; a person in that of the own organisation. */
async function issuerOf(session: Session, recipient: string): Promise<string> {
  if (session.actor.kind !== 'system') return session.actor.organisationId;
  const root = await session.db
    .selectFrom('organisations')
    .select('path')
    .where('id', '=', recipient)
    .executeTakeFirst();
  return root?.path.split('/').find((part) => part !== '') ?? recipient;
}

/** `ZG-<year>-<serial>`, each kind with a series of its own; the year is Beijing's, a given-up transaction gives its serial back. */
async function nextNumber(session: Session, kind: string): Promise<string> {
  const year = new Date(session.now().getTime() + 8 * 3_600_000).getUTCFullYear();
  const { rows } = await sql<{ last: number }>`INSERT INTO serials (name, last) VALUES (${`case:${kind}-${year}`}, 1)
    ON CONFLICT (name) DO UPDATE SET last = serials.last + 1 RETURNING last`.execute(session.db);
  const prefix = (caseNumberPrefixes as Readonly<Record<string, string>>)[kind] ?? kind;
  return `${prefix}-${year}-${String(rows[0]?.last ?? 1).padStart(4, '0')}`;
}
