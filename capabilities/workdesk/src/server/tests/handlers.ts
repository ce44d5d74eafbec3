/**
 * What external testers report becomes findings like those of a scanner, resolved to the unit; the tester sees again only what he reported himself.
 * The table is the tester's own by row-level security, and no answer carries anything of the asset, the unit or the case.
 * @module
 */
import { createHash } from 'node:crypto';
import { Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import type { ScanFinding } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { TestDetail, TestRow, TestSummary } from '../../test-shapes.ts';
import { type Here, instant, json } from '../here.ts';
import { keepInInbox } from '../inbox.ts';
import { newFinding, openResolver } from '../resolve.ts';

/** Marks the findings of one tester; a digest, so that a finding does not carry the account. */
const sourceOf = (userId: string) => `tester:${createHash('sha256').update(userId).digest('hex').slice(0, 12)}`;

/** What waited in the inbox and has an owner by now is found by its report. */
const findingOf = (userId: string) =>
  sql`coalesce(t.finding_id, (SELECT g.id FROM findings g WHERE t.finding_id IS NULL AND g.sources @> ARRAY[${sourceOf(userId)}] AND g.attributes->>'importId' = t.id::text LIMIT 1))`;
const rows = (
  userId: string,
) => sql`SELECT t.id, t.title, t.target, t.severity, t.reported_at, f.id AS finding_id, coalesce(f.status, 'waiting') AS status
  FROM workdesk_tests t LEFT JOIN findings f ON f.id = ${findingOf(userId)} WHERE t.user_id = ${userId}::uuid`;

async function testOf(context: Here, id: string): Promise<TestRow> {
  const row = await context.db
    .selectFrom('workdeskTests')
    .selectAll()
    .where('id', '=', id)
    .where('userId', '=', context.actor.id)
    .executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

async function standingOf(context: Here, id: string) {
  const found = await sql<{
    findingId: string | null;
    status: TestDetail['status'];
  }>`SELECT * FROM (${rows(context.actor.id)}) r WHERE r.id = ${id}::uuid`.execute(context.db);
  return found.rows[0] ?? { findingId: null, status: 'waiting' as const };
}

async function detailOf(context: Here, id: string): Promise<TestDetail> {
  const { userId: _, findingId: __, ...test } = await testOf(context, id);
  const { status } = await standingOf(context, id);
  const files = await Promise.all(test.evidenceIds.map((each) => context.files.get(each)));
  return {
    test,
    status,
    files: files.map(({ id: file, name, size }) => ({ id: file, name, size })),
    mayRetest: status === 'fixed' || status === 'verified' || status === 'in_case',
  };
}

/** The report in the shape of a scanner's finding, so that it is resolved, de-duplicated and re-checked like any other. */
function asScan(test: Pick<TestRow, 'title' | 'target' | 'severity' | 'detail'>): ScanFinding {
  const { detail, target } = test;
  const url = /^https?:\/\//i.test(target) && URL.canParse(target) ? new URL(target) : null;
  const bare = url ? url.hostname : target.replace(/\/.*$/, '');
  const [, host = bare, port] =
    /^(.*?):(\d{1,5})$/.exec(bare.includes('[') || bare.split(':').length > 2 ? '' : bare) ?? [];
  const number = Number(url?.port || port || 0);
  return {
    ruleId: '',
    title: test.title,
    kind: detail.kind as ScanFinding['kind'],
    severity: test.severity,
    description: [detail.description, detail.steps].filter(Boolean).join('\n\n'),
    remediation: detail.remediation || null,
    location: { host: host.toLowerCase(), ...(number ? { port: number } : {}), ...(url ? { url: target } : {}) },
    references: detail.references.map((each) => ({
      kind: each.slice(0, each.indexOf('-')).toLowerCase() as 'cve' | 'cnvd' | 'cnnvd' | 'cwe',
      id: each.toUpperCase(),
    })),
    cvss: null,
    confidence: 0.9,
    seenAt: null,
    suppressed: null,
  };
}

async function raise(context: Here, test: TestRow): Promise<string | null> {
  const finding = asScan(test);
  const resolver = await openResolver(context, null);
  await resolver.prepare(context, [finding]);
  const owner = resolver.ownerOf(finding);
  const source = sourceOf(context.actor.id);
  const about = { source, importId: test.id, evidenceId: '', now: context.now() };
  if (!owner) {
    await keepInInbox(context, [finding], { ...about, organisationId: context.actor.organisationId });
    return null;
  }
  const [raised] = await context.findings.raise([
    { ...newFinding(finding, owner, about), evidenceIds: await kept(context, test, owner.organisationId) },
  ]);
  return raised?.id ?? null;
}

/** Only what the tester handed in: over a whole university the ids of others' files are in reach too. */
async function requireOwn(context: Here, evidenceIds: readonly string[]): Promise<void> {
  for (const id of evidenceIds) {
    const { createdBy } = await context.files.get(id);
    if (createdBy !== context.actor.id) throw new Failure('workdesk.unknown', { where: 'evidenceIds', got: id });
  }
}

/** The unit sees only its own evidence: it gets the same bytes under its own name. */
async function kept(context: Here, { evidenceIds }: TestRow, organisationId: string): Promise<string[]> {
  const ids: string[] = [];
  for (const id of evidenceIds) {
    const { name, mediaType } = await context.files.get(id);
    ids.push((await context.files.keep(context.files.stream(id), { organisationId, name, mediaType })).id);
  }
  return ids;
}

export const testHandlers = handlers<Workdesk>()({
  listTests: async (input, context) => {
    return await listing<TestSummary>(
      context,
      {
        from: rows(context.actor.id),
        fields: workdesk.operations.listTests.list,
        words: [sql`r.title`, sql`r.target`],
        sort: '-reportedAt',
      },
      input,
    );
  },
  getTest: ({ id }, context) => detailOf(context, id),
  reportTest: async ({ title, target, severity, evidenceIds, ...detail }, context) => {
    await requireOwn(context, evidenceIds);
    const test: TestRow = {
      id: context.newId(),
      userId: context.actor.id,
      findingId: null,
      title,
      target,
      severity,
      detail,
      evidenceIds,
      rounds: [],
      reportedAt: instant(context),
    };
    const findingId = await raise(context, test);
    await context.db
      .insertInto('workdeskTests')
      .values({ ...test, findingId, detail: json(test.detail), rounds: json(test.rounds) })
      .execute();
    return await detailOf(context, test.id);
  },
  retestFinding: async ({ id, stillThere, note, evidenceIds }, context) => {
    await requireOwn(context, evidenceIds);
    const test = await testOf(context, id);
    const { mayRetest, status } = await detailOf(context, id);
    const { findingId } = await standingOf(context, id);
    if (!mayRetest || !findingId)
      throw new Failure('workdesk.test_step', { where: 'id', expected: 'in_case, fixed, verified', got: status });
    if (stillThere) await raise(context, { ...test, evidenceIds: [...test.evidenceIds, ...evidenceIds] });
    const { caseId } = await context.findings.get(findingId);
    if (caseId)
      await context.cases.comment(
        caseId,
        stillThere ? `外部测试复测：仍然存在。${note}` : `外部测试复测：已消除。${note}`,
      );
    await context.db
      .updateTable('workdeskTests')
      .set({
        findingId,
        rounds: json([...test.rounds, { at: instant(context), stillThere, note }]),
        evidenceIds: [...test.evidenceIds, ...evidenceIds],
      })
      .where('id', '=', id)
      .execute();
    return await detailOf(context, id);
  },
});
