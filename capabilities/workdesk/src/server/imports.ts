/**
 * Importing a scanner's file: preview, check, raise in batches. The check reads the whole file before the first row is written, so that a
 * broken file leaves nothing behind; each batch and its place in the file are committed together, so that a restart repeats nothing.
 * @module
 */
import { type Evidence, Failure, handlers } from '@hedun/sdk';
import { listing } from '@hedun/sdk/listing';
import { judgeRecheck, type ScanFinding, type ScanIssue, targetsOf } from '@hedun/workdesk';
import { sql } from 'kysely';
import { type Workdesk, workdesk } from '../capability.ts';
import type { ImportRow } from '../shapes.ts';
import { type Here, instant, json, severityRank } from './here.ts';
import { keepInInbox } from './inbox.ts';
import { applyRecheck, claimedOf } from './recheck.ts';
import { newFinding, openResolver, type Resolver } from './resolve.ts';
import { openScan } from './scan-source.ts';

/**
 * Two batches are in memory at once: one read, one written. Of 500, they are gone before the collector has moved them to where it looks
 * rarely; of 2,000, every finding was moved there and the heap grew by 4 MB a batch until a full collection. The speed is the same.
 */
const batchSize = 500;
const issuesKept = 50;
const previewFindings = 2000;
const previewSample = 20;
/** Targets of a re-check kept in memory; a notice names far fewer. */
const previewTargets = 50;

export async function importOf(context: Here, id: string): Promise<ImportRow> {
  const row = await context.db.selectFrom('workdeskImports').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw new Failure('workdesk.unknown', { where: 'id', got: id });
  return row;
}

export async function startImport(
  context: Here,
  evidence: Evidence,
  options: Pick<ImportRow, 'partial' | 'minimumSeverity' | 'assetId' | 'noticeId' | 'covered'> & {
    readonly format?: string | undefined;
  },
): Promise<ImportRow> {
  const row: ImportRow = {
    id: context.newId(),
    organisationId: evidence.organisationId,
    evidenceId: evidence.id,
    sha256: evidence.sha256,
    name: evidence.name,
    format: options.format ?? '',
    source: '',
    status: 'queued',
    partial: options.partial,
    minimumSeverity: options.minimumSeverity,
    assetId: options.assetId,
    noticeId: options.noticeId,
    covered: options.covered,
    found: 0,
    applied: 0,
    raised: 0,
    again: 0,
    reopened: 0,
    suppressed: 0,
    unresolved: 0,
    below: 0,
    issueCount: 0,
    issues: [],
    createdBy: context.actor.kind === 'system' ? null : context.actor.id,
    createdAt: instant(context),
    finishedAt: null,
  };
  await context.db
    .insertInto('workdeskImports')
    .values({ ...row, issues: json(row.issues) })
    .execute();
  // A platform that may only push has no right to run an import: the workdesk runs it in its own name.
  if (context.can('workdesk.write')) await context.jobs.start('runImport', { id: row.id }, { key: `import/${row.id}` });
  else await context.events.publish('workdesk.import.received', row.id, { id: row.id });
  return row;
}

export const importHandlers = handlers<Workdesk>()({
  previewScan: async ({ evidenceId, format, assetId }, context) => {
    const evidence = await context.files.get(evidenceId);
    const scan = await openScan(context, evidenceId, evidence.name, format);
    const findings: ScanFinding[] = [];
    const issues: ScanIssue[] = [];
    let complete = true;
    for await (const item of scan.items()) {
      if (item.kind === 'issue') issues.push(item.issue);
      else findings.push(item.finding);
      if (findings.length >= previewFindings || issues.length >= issuesKept) {
        complete = false;
        break;
      }
    }
    const resolver = await openResolver(context, assetId ?? null);
    await resolver.prepare(context, findings);
    const units = new Map<string, number>();
    const unresolved = new Map<string, number>();
    const bySeverity: Record<string, number> = {};
    for (const finding of findings) {
      bySeverity[finding.severity] = (bySeverity[finding.severity] ?? 0) + 1;
      const owner = resolver.ownerOf(finding);
      if (owner) units.set(owner.organisationId, (units.get(owner.organisationId) ?? 0) + 1);
      else {
        const target = targetsOf(finding)[0] ?? '';
        unresolved.set(target, (unresolved.get(target) ?? 0) + 1);
      }
    }
    const before = await sameBytes(context, evidence);
    const byCount = (counts: ReadonlyMap<string, number>) =>
      [...counts].sort((a, b) => b[1] - a[1]).slice(0, previewTargets);
    return {
      format: scan.format,
      formatTitle: scan.formatTitle,
      source: scan.source,
      complete,
      found: findings.length,
      bySeverity,
      units: byCount(units).map(([organisationId, count]) => ({ organisationId, findings: count })),
      unresolved: byCount(unresolved).map(([target, count]) => ({ target, findings: count })),
      issues,
      sample: [...findings]
        .sort((a, b) => severityRank[b.severity] - severityRank[a.severity])
        .slice(0, previewSample)
        .map((finding) => {
          const owner = resolver.ownerOf(finding);
          return {
            title: finding.title,
            severity: finding.severity,
            target: placeOf(finding),
            organisationId: owner?.organisationId ?? null,
            assetId: owner?.assetId ?? null,
            references: finding.references.filter(({ kind }) => kind === 'cve').map(({ id }) => id),
          };
        }),
      importedBefore:
        before && before.status !== 'broken' ? { id: before.id, name: before.name, createdAt: before.createdAt } : null,
    };
  },
  importScan: async ({ evidenceId, format, assetId, minimumSeverity, partial }, context) => {
    const evidence = await context.files.get(evidenceId);
    const before = await sameBytes(context, evidence);
    if (before && before.status !== 'broken') return { import: before, unchanged: true };
    // A broken one left nothing behind and is no hindrance.
    if (before) await context.db.deleteFrom('workdeskImports').where('id', '=', before.id).execute();
    const started = await startImport(context, evidence, {
      partial,
      minimumSeverity,
      assetId: assetId ?? null,
      noticeId: null,
      covered: [],
      format,
    });
    context.audit({ importId: started.id, sha256: evidence.sha256 });
    return { import: started, unchanged: false };
  },
  acceptGoodPart: async ({ id }, context) => {
    const row = await importOf(context, id);
    if (row.status !== 'broken')
      throw new Failure('workdesk.step_refused', { where: id, expected: 'broken', got: row.status });
    await context.db
      .updateTable('workdeskImports')
      .set({ partial: true, status: 'queued', finishedAt: null })
      .where('id', '=', id)
      .execute();
    await context.jobs.start('runImport', { id }, { key: `import/${id}` });
    return await importOf(context, id);
  },
  listImports: async (input, context) =>
    await listing<ImportRow>(
      context,
      {
        from: sql`SELECT * FROM workdesk_imports`,
        fields: workdesk.operations.listImports.list,
        words: [sql`r.name`, sql`r.source`],
        sort: '-createdAt',
      },
      input,
    ),
  getImport: ({ id }, context) => importOf(context, id),
  runImport: async ({ id }, context) => {
    const row = await context.transaction((inner) => importOf(inner, id));
    if (row.status === 'done' || row.status === 'partial') return { importId: id };
    const set = (values: Record<string, unknown>) =>
      context.transaction((inner) =>
        inner.db
          .updateTable('workdeskImports')
          .set(values as never)
          .where('id', '=', id)
          .execute(),
      );
    try {
      const scan = await openScan(context, row.evidenceId, row.name, row.format || undefined);
      await set({ format: scan.format, source: scan.source, status: 'reading' });
      const checked = row.applied > 0 ? null : await check(scan.items(), context);
      if (checked) {
        await set({ found: checked.found, issueCount: checked.issueCount, issues: JSON.stringify(checked.issues) });
        if (checked.issueCount > 0 && !row.partial)
          throw new Failure('workdesk.scan_broken', {
            ...checked.issues[0],
            issues: checked.issues,
            values: { issues: checked.issueCount, found: checked.found },
          });
      }
      await set({ status: 'raising' });
      await raiseAll(context, { ...row, source: scan.source, found: checked?.found ?? row.found }, scan.items());
      await set({
        status: (checked?.issueCount ?? row.issueCount) > 0 ? 'partial' : 'done',
        finishedAt: instant(context),
      });
    } catch (error) {
      if (error instanceof Failure && error.code.startsWith('workdesk.')) {
        const issues =
          error.issues.length > 0
            ? error.issues
            : [{ where: error.where ?? '', expected: error.expected ?? '', got: error.got ?? '' }];
        await set({
          status: 'broken',
          finishedAt: instant(context),
          issues: JSON.stringify(issues.slice(0, issuesKept)),
          ...(error.code === 'workdesk.scan_broken' ? {} : { issueCount: issues.length }),
        });
      }
      throw error;
    }
    return { importId: id };
  },
});

/** The import that brought these very bytes before. */
export async function sameBytes(context: Here, evidence: Evidence): Promise<ImportRow | undefined> {
  return await context.db
    .selectFrom('workdeskImports')
    .selectAll()
    .where('organisationId', '=', evidence.organisationId)
    .where('sha256', '=', evidence.sha256)
    .where('noticeId', 'is', null)
    .executeTakeFirst();
}

async function check(items: AsyncIterable<{ kind: 'finding' } | { kind: 'issue'; issue: ScanIssue }>, context: Here) {
  const issues: ScanIssue[] = [];
  let found = 0;
  let issueCount = 0;
  for await (const item of items) {
    if (item.kind === 'finding') {
      found += 1;
      if (found % 10_000 === 0) await context.progress(0, found, `${found}`);
    } else {
      issueCount += 1;
      if (issues.length < issuesKept) issues.push(item.issue);
    }
  }
  return { found, issueCount, issues };
}

async function raiseAll(
  context: Here,
  row: ImportRow,
  items: AsyncIterable<{ kind: 'finding'; finding: ScanFinding } | { kind: 'issue' }>,
): Promise<void> {
  const resolver = await openResolver(context, row.assetId);
  const claimed = row.noticeId ? await context.transaction((inner) => claimedOf(inner, row.noticeId as string)) : null;
  const claimedIds = new Set(claimed?.map(({ id }) => id));
  const claimedTargets = new Set(claimed?.flatMap(({ targets }) => targets));
  const seen = new Set<string>();
  const targets = new Set<string>();
  let batch: ScanFinding[] = [];
  let read = 0;
  // One batch is written while the next is read; they are committed in their order.
  let writing: Promise<void> = Promise.resolve();
  const write = async (findings: readonly ScanFinding[], until: number) => {
    const ids = await context.transaction((inner) => raiseBatch(inner, resolver, row, findings));
    for (const id of ids) if (claimedIds.has(id)) seen.add(id);
    await context.progress(until, Math.max(until, row.found), `${until} / ${row.found}`);
  };
  const flush = async () => {
    await writing;
    writing = batch.length === 0 ? Promise.resolve() : write(batch, read);
    // Whoever waits for it next hears of its failure; until then it is not unhandled.
    writing.catch(() => undefined);
    batch = [];
  };
  try {
    for await (const item of items) {
      if (item.kind !== 'finding') continue;
      read += 1;
      if (claimed) for (const target of targetsOf(item.finding)) if (claimedTargets.has(target)) targets.add(target);
      // Committed before an interruption; a re-check reads them again, because what it saw is not kept.
      if (read <= row.applied && !claimed) continue;
      batch.push(item.finding);
      if (batch.length >= batchSize) await flush();
    }
    await flush();
  } finally {
    await writing;
  }
  if (claimed)
    await context.transaction((inner) =>
      applyRecheck(inner, row, judgeRecheck(claimed, { source: row.source, seen, targets, covered: row.covered })),
    );
}

/** @returns the ids of the raised findings. */
async function raiseBatch(
  context: Here,
  resolver: Resolver,
  row: ImportRow,
  findings: readonly ScanFinding[],
): Promise<readonly string[]> {
  const now = context.now();
  const least = severityRank[row.minimumSeverity];
  const wanted = findings.filter(({ suppressed, severity }) => suppressed === null && severityRank[severity] >= least);
  const suppressed = findings.filter((each) => each.suppressed !== null).length;
  await resolver.prepare(context, wanted);
  const owned: Parameters<typeof context.findings.raise>[0][number][] = [];
  const orphans: ScanFinding[] = [];
  const about = { source: row.source, importId: row.id, evidenceId: row.evidenceId, now };
  for (const finding of wanted) {
    const owner = resolver.ownerOf(finding);
    if (owner) owned.push(newFinding(finding, owner, about));
    else orphans.push(finding);
  }
  const outcomes = await context.findings.raise(owned);
  await keepInInbox(context, orphans, { ...about, organisationId: row.organisationId });
  const of = (outcome: string) => outcomes.filter((each) => each.outcome === outcome).length;
  await sql`UPDATE workdesk_imports SET applied = applied + ${findings.length}, raised = raised + ${of('new')}, again = again + ${of('seen_again')},
    reopened = reopened + ${of('reopened')}, suppressed = suppressed + ${suppressed + of('dismissed')}, unresolved = unresolved + ${orphans.length},
    below = below + ${findings.length - suppressed - wanted.length} WHERE id = ${row.id}::uuid`.execute(context.db);
  return outcomes.map(({ id }) => id);
}

function placeOf({ location }: ScanFinding): string {
  const where = location.url ?? location.host ?? location.address;
  if (where) return location.port && !location.url ? `${where}:${location.port}` : where;
  return location.file ? `${location.file}${location.line ? `:${location.line}` : ''}` : (location.component ?? '');
}
