/** @module Rules [C1] to [C9]: the platform half against a whole kernel. */
import { complianceServer } from '@hedun/capability-compliance/server';
import { openTestKernel, type TestKernel } from '@hedun/core/testing-kernel';
import type { CapabilityServer, CommandIo } from '@hedun/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AssessmentDetail, DeadlineView } from '../src/shapes.ts';
import type { Entry, RequestSummary } from '../src/sharing-shapes.ts';

let kernel: TestKernel;
let water: string;
let health: string;
beforeAll(async () => {
  kernel = await openTestKernel({ capabilities: [complianceServer as unknown as CapabilityServer] });
  [water, health] = [await kernel.organisation('水务局'), await kernel.organisation('卫生健康委')];
});
afterAll(() => kernel.close());
type Who = Parameters<TestKernel['run']>[2];
const run = async <T>(name: string, input: unknown, who?: Who): Promise<T> =>
  (await kernel.run(`compliance.${name}`, input, who ?? kernel.administrator)) as T;
const detail = (id: string) => run<AssessmentDetail>('getAssessment', { id });
async function command(words: string, args: { values?: Record<string, unknown>; positionals?: string[] }) {
  const found = complianceServer.commands?.find((each) => each.words === words);
  let written = '';
  const io: CommandIo = {
    write: (text) => {
      written += text;
    },
    warn: (text) => {
      written += text;
    },
    locale: 'zh-CN',
  };
  const code = await found?.run({ values: args.values ?? {}, positionals: args.positionals ?? [] }, io);
  return { code, written };
}

describe('instruments and commands', () => {
  test('[C1] every shipped instrument is listed; a name means the version in force, a draft carries no case', async () => {
    const { items } = await run<{ items: { id: string; name: string; selectable: boolean }[] }>('listInstruments', {});
    expect(items.length).toBe(7);
    expect(items.filter((each) => !each.selectable).map((each) => each.id)).toEqual([expect.stringContaining('draft')]);
    const { instrument } = await run<{ instrument: { version: string; nodes: unknown[] } }>('showInstrument', {
      instrument: 'pi-audit',
    });
    expect(instrument.nodes.length).toBeGreaterThan(130);
    await expect(run('showInstrument', { instrument: 'nothing' })).rejects.toThrow('compliance.unknown');
    const draft = items.find((each) => !each.selectable)?.id;
    await expect(run('createAssessment', { organisationId: water, instrument: draft, name: '甲' })).rejects.toThrow(
      'compliance.refused',
    );
  });
  test('[C2] the command line says when an answer is due, with every step of the count', async () => {
    const asked = { instrument: 'gov-data-sharing', event: 'request.submitted', at: '2026-02-13T10:00+08:00' };
    const { code, written } = await command('compliance deadline', {
      values: { ...asked, fact: ['attribute=conditional'], json: true },
    });
    expect(code).toBe(0);
    const [only, ...rest] = JSON.parse(written).deadlines as { node: string; dueOn: string; provisional: boolean }[];
    expect(rest).toEqual([]);
    expect(only).toMatchObject({ node: 'art-21.1c', dueOn: '2026-03-05', provisional: false });
    await expect(command('compliance deadline', { values: { ...asked, fact: ['attribute=perhaps'] } })).rejects.toThrow(
      'unconditional',
    );
    await expect(command('compliance deadline', { values: { ...asked, event: 'x' } })).rejects.toThrow(
      'request.submitted',
    );
    await expect(command('compliance deadline', { values: { ...asked, at: '2026-02-13' } })).rejects.toThrow('offset');
  });
  test('[C3] the linter passes a shipped file and answers 1 with the place for a broken one', async () => {
    const good = new URL('../instruments/gov-data-sharing.yaml', import.meta.url).pathname;
    expect((await command('compliance lint', { positionals: [good] })).code).toBe(0);
    const broken = new URL('../package.json', import.meta.url).pathname;
    const { code, written } = await command('compliance lint', { positionals: [broken] });
    expect(code).toBe(1);
    expect(written).toMatch(/package\.json:\d+:\d+ error/);
  });
});

describe('assessments', () => {
  let id: string;
  test('[C4] facts scope an audit; contradicting facts are shown and stay unknown until corrected', async () => {
    ({ id } = await run<{ id: string }>('createAssessment', {
      organisationId: water,
      instrument: 'pi-audit',
      name: '水务缴费',
    }));
    await run('stateFact', { id, fact: 'org.inPRC', value: true });
    expect((await detail(id)).inScope).toBe(null);
    await run('stateFact', { id, fact: 'org.stateOrgan', value: false });
    expect((await detail(id)).inScope).toBe(true);
    await run('stateFact', { id, fact: 'pi.persons', value: 12_000_000 });
    expect((await detail(id)).problems).toEqual([]);
    await run('stateFact', { id, fact: 'pi.persons', value: 900_000 });
    expect((await detail(id)).problems.map((each) => each.problem.kind)).toEqual(['contradiction']);
    await run('stateFact', { id, fact: 'pi.persons', value: 11_000_000, correct: true });
    expect((await detail(id)).problems).toEqual([]);
    await expect(run('stateFact', { id, fact: 'pi.persons', value: 'many' })).rejects.toThrow('a number');
    await expect(run('stateFact', { id, fact: 'nonsense', value: 1 })).rejects.toThrow('compliance.refused');
  });
  test('[C5] an answer without evidence closes nothing; a breach becomes a finding; “not applicable” keeps reason and name', async () => {
    await run('stateFact', { id, fact: 'basis.consent', value: true });
    const before = await detail(id);
    const waiting = before.results.filter((each) => each.judgement === 'not-assessed').map((each) => each.node);
    const [first = '', second = '', third = ''] = waiting;
    await run('answerCheck', { id, node: first, judgement: 'conform' });
    await run('answerCheck', { id, node: second, judgement: 'major', note: '未取得同意' });
    await run('declareNotApplicable', { id, node: third, reason: '未开展此类处理' });
    const after = await detail(id);
    const judged = (node: string) => after.results.find((each) => each.node === node);
    expect(judged(first)).toMatchObject({ judgement: 'needs-evidence', evidence: 'none' });
    expect(judged(second)?.judgement).toBe('major');
    expect(judged(third)?.judgement).toBe('not-applicable');
    expect(after.assessment.overrides[third]).toMatchObject({ reason: '未开展此类处理', by: '管理员' });
    await expect(run('answerCheck', { id, node: first, judgement: 'conform', standing: 'verified' })).rejects.toThrow(
      'compliance.no_evidence',
    );
    const { items } = (await kernel.run('kernel.listFindings', {})) as { items: { kind: string; severity: string }[] };
    expect(items).toMatchObject([{ kind: 'compliance.breach', severity: 'high' }]);
  });
  test('[C6] a step is refused with every reason in words, and taken once they are settled', async () => {
    const refused = run('stepAssessment', { id, on: 'check-eligibility', actor: 'processor' });
    await expect(refused).rejects.toThrow('审计方式');
    await run('stepAssessment', {
      id,
      on: 'check-eligibility',
      actor: 'processor',
      facts: { 'engagement.mode': 'self-internal' },
    });
    const { summary, steps } = await detail(id);
    expect(summary).toMatchObject({ status: 'eligible', statusTitle: '资格已核' });
    expect(steps.find((each) => each.on === 'plan')?.blocked.join()).toContain('审计方案');
    await expect(
      run('stepAssessment', { id, on: 'plan', actor: 'processor', at: '2030-01-01T00:00:00Z' }),
    ).rejects.toThrow('compliance.future');
  });
  test('[C7] documents are drawn in both formats; a document the instrument does not declare is refused', async () => {
    for (const format of ['docx', 'pdf']) {
      const file = await run<{ size: number; name: string }>('writeDocument', { id, document: 'audit-report', format });
      expect(file.size).toBeGreaterThan(5000);
      expect(file.name).toContain('合规审计报告');
    }
    await expect(run('writeDocument', { id, document: 'nothing' })).rejects.toThrow('audit-report');
  });
  test('[C8] a cryptography assessment scores line by line; one high risk decides the verdict', async () => {
    const input = { organisationId: water, instrument: 'crypto-assessment', name: '营收系统' };
    await expect(run('createAssessment', input)).rejects.toThrow('level');
    const crypto = await run<{ id: string }>('createAssessment', { ...input, level: 3 });
    expect((await detail(crypto.id)).score?.total).toBeUndefined();
    const { instrument } = await run<{ instrument: import('@hedun/compliance').Instrument }>('showInstrument', {
      instrument: 'crypto-assessment',
    });
    const [scoring] = instrument.scorings;
    const layer = new Map(instrument.nodes.map((node) => [node.id, node.parent]));
    for (const { node, weights } of scoring?.units ?? []) {
      if (weights[2] === null) continue;
      const judged = scoring?.layers.find((each) => each.node === layer.get(node))?.judged;
      const facts = { D: true, A: true, K: true, strengthBits: 128, moduleLevel: 2, keyRequirementsMet: true };
      const answer =
        judged === 'whole'
          ? { kind: 'whole', choice: 'met' }
          : { kind: 'objects', objects: [{ id: 'o', name: '对象', facts }] };
      await run('judgeUnit', { id: crypto.id, unit: node, answer });
    }
    expect((await detail(crypto.id)).score).toMatchObject({ total: 100, verdict: { id: 'conform' }, openHighRisks: 0 });
    await run('stateRisks', {
      id: crypto.id,
      risks: [{ risk: 'algorithm', unit: 'network-confidentiality', description: '使用 SHA-1' }],
    });
    const { score } = await detail(crypto.id);
    expect(score).toMatchObject({ total: 100, openHighRisks: 1 });
    expect(score?.verdict?.title.zh).toBe('不符合');
    expect(score?.lines.filter((line) => line.kind === 'total').length).toBe(1);
    const report = await run<{ size: number }>('writeDocument', {
      id: crypto.id,
      document: 'crypto-report',
      format: 'pdf',
    });
    expect(report.size).toBeGreaterThan(5000);
    await expect(
      run('judgeUnit', { id: crypto.id, unit: 'nothing', answer: { kind: 'whole', choice: 'met' } }),
    ).rejects.toThrow('compliance.refused');
  });
  test('[C9] assessments stay inside the data scope', async () => {
    const reader = await kernel.user('health-reader', 'auditor', health);
    expect((await run<{ items: unknown[] }>('listAssessments', {}, reader)).items).toEqual([]);
    await expect(run('getAssessment', { id }, reader)).rejects.toThrow('compliance.unknown');
    const own = await kernel.user('water-reader', 'auditor', water);
    expect((await run<{ items: unknown[] }>('listAssessments', {}, own)).items.length).toBe(2);
  });
});

describe('data sharing', () => {
  const bare = (name: string) => ({ organisationId: water, name, attribute: 'conditional' });
  const whole = (name: string) => ({
    ...bare(name),
    items: ['户号', '用水量'],
    format: 'CSV',
    frequency: '每月',
    level: '一般数据 2 级',
    method: 'interface',
    scope: '政府部门',
    purpose: '履职',
    conditions: ['不得用于商业目的'],
  });
  const approved = {
    'catalogue.secrecyAssessed': true,
    'catalogue.privacyAssessed': true,
    'catalogue.headApproved': true,
  };
  const ask = { basis: '职责', scenario: '困难家庭核对', scope: '本市', method: 'interface', duration: '一年' };
  const published = async (name: string) => {
    const { id } = await run<Entry>('createEntry', whole(name));
    await run('stepEntry', { id, on: 'approve', actor: 'department', facts: approved });
    await run('stepEntry', { id, on: 'submit', actor: 'department' });
    await run('stepEntry', { id, on: 'publish', actor: 'authority' });
    return id;
  };
  const found = async (filter: string, who?: Who) =>
    (await run<{ items: { name: string }[] }>('searchCatalogue', { filter }, who)).items.map(({ name }) => name);
  let entryId: string;
  test('[C10] an incomplete entry names what it lacks and is not approved; only the authority publishes', async () => {
    const { id, problems } = await run<Entry>('createEntry', bare('水价'));
    expect(problems.map((each) => each.field)).toEqual(expect.arrayContaining(['items', 'format', 'method', 'scope']));
    const refused = run('stepEntry', {
      id,
      on: 'approve',
      actor: 'department',
      facts: { ...approved, 'catalogue.complete': true },
    });
    await expect(refused).rejects.toThrow('目录要素应当齐全');
    entryId = await published('居民用水量');
    expect(await found('')).toEqual(['居民用水量']);
  });
  test('[C11] the published catalogue is found by any part of a word, by every department', async () => {
    const reader = await kernel.user('catalogue-reader', 'auditor', health);
    for (const filter of ['用水', '水量', '户号', '水务局', 'attribute:conditional 居民'])
      expect(await found(filter, reader)).toEqual(['居民用水量']);
    for (const filter of ['用电', '水居', 'attribute:unconditional']) expect(await found(filter)).toEqual([]);
    await expect(found('attribute:perhaps')).rejects.toThrow('input.unknown_filter');
    expect((await run<{ items: unknown[] }>('listEntries', {}, reader)).items).toEqual([]);
  });
  test('[C12] a request runs by its clocks: an answer after ten working days is late and shows in supervision', async () => {
    const { id } = await run<RequestSummary>('createRequest', { organisationId: health, entryId, ...ask });
    const step = (on: string, actor: string, at: string, facts = {}) =>
      run<RequestSummary>('stepRequest', { id, on, actor, at, facts });
    await expect(step('approve', 'requester', '2026-02-12T09:00:00+08:00')).rejects.toThrow('负责人同意');
    await step('approve', 'requester', '2026-02-12T09:00:00+08:00', { 'request.headApproved': true });
    expect(await step('submit', 'requester', '2026-02-13T10:00:00+08:00')).toMatchObject({
      clock: 'overdue',
      dueOn: '2026-03-05',
    });
    await step('review', 'provider', '2026-03-01T10:00:00+08:00');
    const overdue = await run<{ items: DeadlineView[] }>('listObligations', { show: 'overdue' });
    expect(overdue.items.map((each) => each.deadline.node)).toContain('art-21.1c');
    await step('agree', 'provider', '2026-03-06T10:00:00+08:00', { 'answer.headApproved': true });
    const supervision = await run<{ tables: { id: string; rows: unknown[] }[]; overdue: DeadlineView[] }>(
      'supervision',
      {},
    );
    expect(supervision.tables.find((each) => each.id === 'answers-by-provider')?.rows).toMatchObject([
      { group: water, all: 1, late: 1, onTimeRate: 0, rank: 1 },
    ]);
    expect(supervision.overdue.find((each) => each.deadline.node === 'art-21.1c')?.words).toContain('2026-03-05');
    const report = await run<{ size: number }>('writeSupervisionReport', { organisationId: kernel.root });
    expect(report.size).toBeGreaterThan(3000);
  });
  test('[C13] agreement is handed over by an event in the same transaction', async () => {
    const events = await kernel.core.store.system((db) =>
      db
        .selectFrom('outbox')
        .selectAll()
        .where('event' as never, '=', 'compliance.sharing.agreed' as never)
        .execute(),
    );
    expect(events.length).toBe(1);
    expect(events[0]).toMatchObject({
      payload: { entryId, providerOrganisationId: water, requesterOrganisationId: health, method: 'interface' },
    });
  });
  test('[C14] only the two parties see a request, and each acts only for itself', async () => {
    const outside = await kernel.organisation('教育局');
    const listed = async (who: Who) => (await run<{ items: { id: string }[] }>('listRequests', {}, who)).items.length;
    expect(await listed(await kernel.user('outsider', 'auditor', outside))).toBe(0);
    expect(await listed(await kernel.user('provider-reader', 'auditor', water))).toBe(1);
    expect(await listed(await kernel.user('requester-reader', 'auditor', health))).toBe(1);
    const requester = await kernel.user('requester', 'administrator', health);
    const { id } = await run<RequestSummary>('createRequest', { organisationId: health, entryId, ...ask }, requester);
    await run(
      'stepRequest',
      { id, on: 'approve', actor: 'requester', facts: { 'request.headApproved': true } },
      requester,
    );
    await run('stepRequest', { id, on: 'submit', actor: 'requester' }, requester);
    await expect(run('stepRequest', { id, on: 'review', actor: 'provider' }, requester)).rejects.toThrow(
      'access.out_of_scope',
    );
  });
});
