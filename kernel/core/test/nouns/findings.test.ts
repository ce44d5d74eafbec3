import type { NewFinding, RaiseOutcome } from '@hedun/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endExpiredDismissals, findingSteps, merge, setSeverity, step } from '../../src/nouns/findings.ts';
import { fingerprintOf } from '../../src/nouns/fingerprint.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const day = 86_400_000;
let serial = 0;
function report(changes: Partial<NewFinding> = {}): NewFinding {
  serial += 1;
  return {
    organisationId: stage.organisations.bureau,
    kind: 'vulnerability',
    title: `弱点 ${serial}`,
    severity: 'high',
    source: 'scanner-a',
    identity: [`CVE-2026-${serial}`],
    seenAt: stage.now.at,
    ...changes,
  };
}
const raise = (...findings: NewFinding[]) => stage.all((session) => stage.nouns.findings(session).raise(findings));
const get = (id: string) => stage.all((session) => stage.nouns.findings(session).get(id));
async function raiseOne(finding: NewFinding): Promise<{ id: string; outcome: RaiseOutcome }> {
  const [raised] = await raise(finding);
  return raised as { id: string; outcome: RaiseOutcome };
}

describe('fingerprints', () => {
  test('[N1] parts do not run into each other, and asset, kind and identity all count', () => {
    const all = [
      { kind: 'a', identity: ['b', 'c'] },
      { kind: 'a', identity: ['bc'] },
      { kind: 'ab', identity: ['c'] },
      { kind: 'a', assetId: 'x', identity: ['b', 'c'] },
      { kind: 'a', identity: ['c', 'b'] },
    ].map(fingerprintOf);
    expect(new Set(all).size).toBe(all.length);
    expect(fingerprintOf({ kind: 'a', identity: ['b', 'c'] })).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('raising', () => {
  test('[N2] a first report is new, a second one is seen again and only counts', async () => {
    const finding = report();
    const first = await raiseOne(finding);
    stage.now.at = new Date(stage.now.at.getTime() + day);
    const second = await raiseOne({ ...finding, source: 'scanner-b', severity: 'low', seenAt: stage.now.at });
    expect(first.outcome).toBe('new');
    expect(second).toEqual({ id: first.id, outcome: 'seen_again' });
    expect(await get(first.id)).toMatchObject({
      occurrences: 2,
      severity: 'high',
      sources: ['scanner-a', 'scanner-b'],
      status: 'open',
      lastSeenAt: stage.now.at.toISOString(),
    });
  });

  test('[N2] the same weakness twice in one call is one finding with two occurrences', async () => {
    const finding = report();
    const [a, b] = await raise(finding, { ...finding, source: 'scanner-b' });
    expect(a?.id).toBe(b?.id);
    expect((await get(a?.id ?? '')).occurrences).toBe(2);
  });

  test('[N2] what findings share and what is their own come back with each of them', async () => {
    const shared = { description: '同一条规则', remediation: '升级', confidence: 0.5 };
    const own = Array.from({ length: 6 }, (_, index) =>
      report({
        ...(index % 2 === 0 ? shared : { ...shared, description: '另一条规则', severity: 'low' as const }),
        references: [{ kind: 'cve', id: `CVE-2026-9${index}` }],
        attributes: { port: index },
      }),
    );
    const raised = await raise(...own);
    for (const [index, { id }] of raised.entries())
      expect(await get(id)).toMatchObject({
        title: own[index]?.title,
        description: index % 2 === 0 ? '同一条规则' : '另一条规则',
        remediation: '升级',
        severity: index % 2 === 0 ? 'high' : 'low',
        confidence: 0.5,
        references: [{ kind: 'cve', id: `CVE-2026-9${index}` }],
        attributes: { port: index },
      });
  });

  test('[N2] two organisations with the same weakness have a finding each', async () => {
    const finding = report();
    const [a, b] = await raise(finding, { ...finding, organisationId: stage.organisations.school });
    expect(a?.id).not.toBe(b?.id);
  });

  test('[N3] a report newer than the fix reopens and counts the recurrence; an older one does not', async () => {
    const finding = report();
    const { id } = await raiseOne(finding);
    stage.now.at = new Date(stage.now.at.getTime() + day);
    await stage.all((session) => stage.nouns.findings(session).fix([id]));
    expect((await raiseOne(finding)).outcome).toBe('seen_again');
    expect((await get(id)).status).toBe('fixed');
    stage.now.at = new Date(stage.now.at.getTime() + day);
    expect((await raiseOne({ ...finding, seenAt: stage.now.at })).outcome).toBe('reopened');
    expect(await get(id)).toMatchObject({ status: 'open', recurrences: 1, fixedAt: null });
  });

  test('[N4] a dismissed finding stays dismissed while the dismissal holds', async () => {
    const finding = report();
    const { id } = await raiseOne(finding);
    const expiresAt = new Date(stage.now.at.getTime() + 10 * day);
    await stage.all((session) =>
      stage.nouns.findings(session).dismiss([id], { reason: 'risk_accepted', note: '低风险', expiresAt }),
    );
    expect((await raiseOne(finding)).outcome).toBe('dismissed');
    stage.now.at = new Date(expiresAt.getTime() + 1000);
    expect((await raiseOne({ ...finding, seenAt: stage.now.at })).outcome).toBe('reopened');
    expect(await get(id)).toMatchObject({ status: 'open', dismissal: null, recurrences: 0 });
  });

  test('[N4] an expired dismissal ends by itself', async () => {
    const { id } = await raiseOne(report());
    const expiresAt = new Date(stage.now.at.getTime() + day);
    await stage.all((session) =>
      stage.nouns.findings(session).dismiss([id], { reason: 'false_positive', note: '复查', expiresAt }),
    );
    expect(await stage.all((session) => endExpiredDismissals(session))).toBe(0);
    stage.now.at = new Date(expiresAt.getTime() + 1);
    expect(await stage.all((session) => endExpiredDismissals(session))).toBe(1);
    expect(await get(id)).toMatchObject({ status: 'open', dismissal: null });
  });

  test('[N4] a dismissal may not expire in the past', async () => {
    const { id } = await raiseOne(report());
    const past = stage.all((session) =>
      stage.nouns
        .findings(session)
        .dismiss([id], { reason: 'false_positive', note: 'x', expiresAt: new Date(stage.now.at.getTime() - 1) }),
    );
    await expect(past).rejects.toMatchObject({ code: 'input.invalid', where: 'expiresAt' });
  });

  test('[N5] unknown kind, asset or organisation is refused and nothing is kept', async () => {
    const good = report();
    await expect(raise(good, report({ kind: 'no-such-kind' }))).rejects.toMatchObject({
      code: 'finding.unknown_kind',
      where: 'findings.1.kind',
    });
    await expect(raise(report({ assetId: stage.organisations.city }))).rejects.toMatchObject({
      code: 'record.not_found',
    });
    await expect(
      raise(report({ organisationId: good.title.padEnd(1) && '0199b000-0000-7000-8000-000000000000' })),
    ).rejects.toMatchObject({
      code: 'record.not_found',
    });
    expect((await raiseOne(good)).outcome).toBe('new');
  });

  test('[N5] an organisation outside the scope is refused', async () => {
    const foreign = stage.as({ kind: 'organisations', ids: [stage.organisations.school] }, (session) =>
      stage.nouns.findings(session).raise([report()]),
    );
    await expect(foreign).rejects.toMatchObject({ code: 'access.out_of_scope' });
  });

  test('[N6] new and reopened findings are announced, repeated ones are not', async () => {
    stage.events.length = 0;
    const finding = report();
    const { id } = await raiseOne(finding);
    await raiseOne(finding);
    expect(stage.events).toEqual([
      { event: 'kernel.finding.raised', payload: { ids: [id], organisationIds: [stage.organisations.bureau] } },
    ]);
  });

  test('[N2] 2,500 reports in one call keep their order', async () => {
    const many = Array.from({ length: 2500 }, () => report());
    const raised = await raise(...many);
    const titles = await stage.all((session) =>
      session.db
        .selectFrom('findings')
        .select(['id', 'title'])
        .where('id', 'in', [raised[0]?.id, raised[1234]?.id, raised[2499]?.id] as string[])
        .execute(),
    );
    const byId = new Map(titles.map(({ id, title }) => [id, title]));
    expect([0, 1234, 2499].map((index) => byId.get(raised[index]?.id ?? ''))).toEqual(
      [0, 1234, 2499].map((index) => many[index]?.title),
    );
  });
});

describe('life cycle', () => {
  test('[N7] every step is taken from exactly the states of the table, and each leaves a line in the timeline', async () => {
    const reach: Record<string, (id: string) => Promise<unknown>> = {
      open: async () => undefined,
      triaged: (id) => stage.all((session) => step(session, 'triage', [id])),
      fixed: (id) => stage.all((session) => step(session, 'fix', [id])),
      verified: async (id) => {
        await stage.all((session) => step(session, 'fix', [id]));
        await stage.all((session) => step(session, 'verify', [id]));
      },
      dismissed: (id) =>
        stage.all((session) => stage.nouns.findings(session).dismiss([id], { reason: 'duplicate', note: 'x' })),
    };
    for (const [state, go] of Object.entries(reach))
      for (const [name, { from, to }] of Object.entries(findingSteps)) {
        const { id } = await raiseOne(report());
        await go(id);
        const dismissal = {
          reason: 'duplicate' as const,
          note: 'x',
          by: stage.organisations.city,
          at: stage.now.at.toISOString(),
          expiresAt: null,
        };
        const { changed, skipped } = await stage.all((session) =>
          step(session, name as keyof typeof findingSteps, [id], name === 'dismiss' ? { dismissal } : {}),
        );
        const allowed = (from as readonly string[]).includes(state);
        expect([state, name, changed, skipped.length]).toEqual([state, name, allowed ? 1 : 0, allowed ? 0 : 1]);
        expect((await get(id)).status).toBe(allowed ? to : state);
        if (allowed) {
          const lines = await stage.all((session) =>
            session.db
              .selectFrom('timeline')
              .select('data')
              .where('subjectId', '=', id)
              .orderBy('id', 'desc')
              .execute(),
          );
          expect(lines[0]?.data).toMatchObject({ from: state, to });
        }
      }
  });

  test('[N7] random walks never leave the life cycle', async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return seed % below;
    };
    const names = Object.keys(findingSteps) as (keyof typeof findingSteps)[];
    const { id } = await raiseOne(report());
    for (let turn = 0; turn < 60; turn += 1) {
      const before = (await get(id)).status;
      const name = names[random(names.length)] as keyof typeof findingSteps;
      await stage.all((session) => step(session, name, [id]));
      const after = (await get(id)).status;
      const { from, to } = findingSteps[name];
      expect(after).toBe((from as readonly string[]).includes(before) ? to : before);
    }
  });

  test('[N8] merging adds counts and sources to the kept one, and a report of the merged one counts for it', async () => {
    const kept = await raiseOne(report());
    const other = report({ source: 'scanner-b' });
    const merged = await raiseOne(other);
    await stage.all((session) => merge(session, kept.id, [merged.id]));
    expect(await get(kept.id)).toMatchObject({ occurrences: 2, sources: ['scanner-a', 'scanner-b'] });
    expect(await get(merged.id)).toMatchObject({ status: 'dismissed', mergedInto: kept.id });
    expect(await raiseOne(other)).toEqual({ id: kept.id, outcome: 'seen_again' });
    expect((await get(kept.id)).occurrences).toBe(3);
    await expect(stage.all((session) => merge(session, merged.id, [kept.id]))).rejects.toMatchObject({
      code: 'finding.step_not_allowed',
    });
  });

  test('[N9] a severity set by a person outlasts further reports', async () => {
    const finding = report({ severity: 'critical' });
    const { id } = await raiseOne(finding);
    await stage.all((session) => setSeverity(session, [id], 'low', '隔离网段'));
    await raiseOne(finding);
    expect((await get(id)).severity).toBe('low');
  });
});
