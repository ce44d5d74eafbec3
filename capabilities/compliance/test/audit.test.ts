/** @module Rules [C32] to [C38]: working papers, measures, consecutive audits, newer texts, exports and imports, against a whole kernel. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { complianceServer } from '@hedun/capability-compliance/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatisticsRow } from '../src/shapes.ts';
import { openTestPlatform, type TestPlatform } from './platform.ts';
import { textOfFile } from './text-of-file.ts';

let platform: TestPlatform;
let id = '';
const start = async (name = '水务缴费', instrument = 'pi-audit') =>
  (await platform.run<{ id: string }>('createAssessment', { organisationId: platform.water, instrument, name })).id;
beforeAll(async () => {
  platform = await openTestPlatform();
  id = await start();
  for (const [fact, value] of [
    ['org.inPRC', true],
    ['org.stateOrgan', false],
  ] as const)
    await platform.run('stateFact', { id, fact, value });
});
afterAll(() => platform.kernel.close());
const [one, two] = ['guide-3.1', 'guide-3.2'] as const;
const documentText = async (document: string, of = id) => {
  const file = await platform.run<{ id: string }>('writeDocument', { id: of, document, format: 'docx' });
  return await textOfFile(await platform.bytes(file.id));
};

test('[C32] a working paper is reviewed by somebody else than its preparer and those who run the control; a change asks for a new review', async () => {
  const paper = { id, node: one, procedure: '核对隐私政策所载名称', population: '3 个应用', controlRunBy: ['赵运维'] };
  await expect(platform.run('writePaper', { id, node: one, procedure: '抽查', sample: '2 个' })).rejects.toThrow(
    'population',
  );
  await expect(platform.run('writePaper', { ...paper, node: 'art-20' })).rejects.toThrow('compliance.refused');
  await platform.run('writePaper', paper);
  const problems = async () => (await platform.detail(id)).papers.map((each) => each.problems);
  expect(await problems()).toEqual([['尚未复核']]);
  await expect(platform.run('reviewPaper', { id, node: one })).rejects.toThrow('compliance.not_independent');
  await expect(platform.run('reviewPaper', { id, node: two })).rejects.toThrow('compliance.unknown');
  const reviewer = await platform.kernel.user('reviewer', 'security-officer', platform.water);
  await platform.run('reviewPaper', { id, node: one }, reviewer);
  expect(await problems()).toEqual([[]]);
  const text = await documentText('working-papers');
  for (const word of ['核对隐私政策所载名称', '3个应用', '缺少的工作底稿']) expect(text).toContain(word);
  await platform.run('writePaper', { ...paper, procedure: '重新核对' });
  expect(await problems()).toEqual([['尚未复核']]);
});

test('[C33] what falls short stands in the improvement plan until it conforms; its finding is closed with it', async () => {
  await platform.run('answerCheck', { id, node: one, judgement: 'minor', note: '联系方式缺失' });
  await platform.run('answerCheck', { id, node: two, judgement: 'major', note: '未列明种类' });
  const plan = async () => (await platform.detail(id)).plan.map(({ node, status }) => [node, status]);
  expect(await plan()).toEqual([
    [two, 'missing'],
    [one, 'missing'],
  ]);
  const measure = { node: one, measure: '补充联系方式', responsible: '赵某', dueOn: '2026-11-20' };
  const later = { node: two, measure: '以清单列明', responsible: '赵某', dueOn: '2026-12-31' };
  const set = (measures: object[]) => platform.run('planMeasures', { id, measures });
  await expect(set([measure, measure])).rejects.toThrow('compliance.refused');
  await expect(set([{ ...measure, doneOn: '2027-01-01' }])).rejects.toThrow('compliance.future');
  await set([measure, later]);
  expect(await plan()).toEqual([
    [two, 'planned'],
    [one, 'overdue'],
  ]);
  const text = await documentText('improvement-plan');
  for (const word of ['补充联系方式', '逾期未完成', '以清单列明']) expect(text).toContain(word);
  const findings = async () =>
    (
      (await platform.kernel.run('kernel.listFindings', {})) as { items: { title: string; status: string }[] }
    ).items.map(({ status }) => status);
  expect(await findings()).toEqual(['open', 'open']);
  const evidence = await platform.evidence(platform.water);
  await platform.run('answerCheck', {
    id,
    node: one,
    judgement: 'conform',
    standing: 'verified',
    evidenceIds: [evidence],
  });
  expect((await findings()).sort()).toEqual(['fixed', 'open']);
  expect(await plan()).toEqual([
    [two, 'planned'],
    [one, 'overdue'],
  ]);
  await set([{ ...measure, doneOn: '2026-11-24' }, later]);
  expect(await plan()).toEqual([
    [two, 'planned'],
    [one, 'late'],
  ]);
});

/** An audit sealed in the past, as the record of the platform has it. */
async function sealedAudit(institution: string, lead: string, at: string): Promise<void> {
  const earlier = await start();
  for (const [fact, value] of [
    ['candidate.institution', institution],
    ['candidate.lead', lead],
    ['engagement.mode', 'self-commissioned'],
  ] as const)
    await platform.run('stateFact', { id: earlier, fact, value });
  await platform.kernel.core.store.system(async (db) => {
    const table = 'complianceAssessments' as never;
    const row = (await db
      .selectFrom(table)
      .selectAll()
      .where('id' as never, '=', earlier as never)
      .executeTakeFirstOrThrow()) as unknown as { body: object };
    const sealed = { at, by: '管理员', seal: institution, digest: '', files: [] };
    await db
      .updateTable(table)
      .set({ body: JSON.stringify({ ...row.body, sealed }) } as never)
      .where('id' as never, '=', earlier as never)
      .execute();
  });
}

test('[C34] the audits a platform knows of are counted with the affiliates of their day: a third in a row by a sister institution is refused', async () => {
  const [mother, sister] = ['江城数信审计有限公司', '江城信安审计有限公司'];
  const relate = { organisationId: platform.water, one: mother, other: sister, basis: '同一控股股东' };
  await expect(platform.run('stateAffiliation', { ...relate, other: mother, validFrom: '2025-01-01' })).rejects.toThrow(
    'another institution',
  );
  const { id: relation } = await platform.run<{ id: string }>('stateAffiliation', {
    ...relate,
    validFrom: '2025-01-01',
  });
  await sealedAudit(mother, '周明', '2025-06-30T10:00:00+08:00');
  await sealedAudit(sister, '陈立', '2026-06-30T10:00:00+08:00');
  const next = await start();
  const collected = await platform.run<{ items: { fact: string; value: { affiliates: string[] }[] }[] }>(
    'collectFacts',
    { id: next },
  );
  const audits = collected.items.find((each) => each.fact === 'audits')?.value ?? [];
  expect(audits.map((each) => new Set(each.affiliates))).toEqual([
    new Set([mother, sister]),
    new Set([mother, sister]),
  ]);
  const able = ['auditors', 'premises', 'facilities', 'funds'].map((each) => [`institution.${each}`, true] as const);
  const choose = (institution: string, lead: string) =>
    platform.run('stepAssessment', {
      id: next,
      on: 'check-eligibility',
      actor: 'processor',
      facts: {
        ...Object.fromEntries(able),
        'engagement.mode': 'self-commissioned',
        'engagement.subcontractors': [],
        'candidate.institution': institution,
        'candidate.lead': lead,
      },
    });
  await expect(choose(mother, '林青')).rejects.toThrow('连续三次以上');
  // Read leniently the third is allowed; the strict reading is the default, and only declared ones can be chosen.
  const read = (maxConsecutive: number) => platform.run('chooseReadings', { id: next, parameters: { maxConsecutive } });
  await expect(read(9)).rejects.toThrow('compliance.refused');
  const blocked = async () =>
    (await platform.detail(next)).steps.find((each) => each.on === 'check-eligibility')?.blocked.join() ?? '';
  await platform.run('stateFact', { id: next, fact: 'candidate.institution', value: mother });
  await platform.run('stateFact', { id: next, fact: 'candidate.lead', value: '林青' });
  await platform.run('stateFact', { id: next, fact: 'engagement.mode', value: 'self-commissioned' });
  expect(await blocked()).toContain('连续三次以上');
  await read(3);
  expect(await blocked()).not.toContain('连续三次以上');
  await read(2);
  // Had they parted before the second audit, the mother would have had one in a row and not two.
  await platform.run('endAffiliation', { id: relation, validTo: '2025-12-31' });
  await platform.run('collectFacts', { id: next });
  await choose(mother, '林青');
  expect((await platform.detail(next)).summary.status).toBe('eligible');
});

test('[C35] an assessment moves to a newer text: every answer stays, items of the new text are listed, a draft or another family is refused', async () => {
  const old = await start('网络安全责任', 'cn.cybersecurity-law.2016');
  expect((await platform.detail(old)).laterVersions.map((each) => each.id)).toEqual(['cn.cybersecurity-law.2026']);
  const move = (instrument: string) =>
    platform.run<{ added: string[]; kept: string[] }>('moveAssessment', { id: old, instrument });
  await expect(move('cn.cybersecurity-law.2025-draft')).rejects.toThrow('compliance.refused');
  await expect(move('pi-audit')).rejects.toThrow('compliance.refused');
  const { added } = await move('cybersecurity-law');
  expect(added.length).toBeGreaterThan(0);
  const { summary, laterVersions } = await platform.detail(old);
  expect(summary.instrument).toBe('cn.cybersecurity-law.2026');
  expect(laterVersions).toEqual([]);
});

test('[C36] instruments and results leave as OSCAL, from the platform and from the command line', async () => {
  const read = async (name: string, input: object) => {
    const file = await platform.run<{ id: string; name: string }>(name, input);
    return [file.name, JSON.parse((await platform.bytes(file.id)).toString('utf8'))] as const;
  };
  const [catalogName, { catalog }] = await read('exportInstrument', { instrument: 'pi-audit' });
  expect(catalogName).toBe('cn.pi-audit.2025.oscal.json');
  expect(catalog.metadata['oscal-version']).toBe('1.1.3');
  const [, results] = await read('exportResults', { id });
  const [result] = results['assessment-results'].results;
  const found = result.findings.map((each: { target: { 'target-id': string; status: { state: string } } }) => [
    each.target['target-id'],
    each.target.status.state,
  ]);
  expect(found).toContainEqual([two, 'not-satisfied']);
  let written = '';
  const io = { write: (text: string) => (written += text), warn: () => undefined, locale: 'zh-CN' as const };
  const command = complianceServer.commands?.find((each) => each.words === 'compliance oscal');
  expect(await command?.run({ values: { instrument: 'gov-data-sharing' }, positionals: [] }, io as never)).toBe(0);
  expect(JSON.parse(written).catalog.metadata.title).toContain('Sharing of Government Data');
  written = '';
  const schema = complianceServer.commands?.find((each) => each.words === 'compliance schema');
  expect(await schema?.run({ values: {}, positionals: [] }, io as never)).toBe(0);
  expect(JSON.parse(written).$schema).toContain('2020-12');
});

test('[C37] facts come in from an exported table; one row that does not fit is named by its line and nothing is taken', async () => {
  const keep = (name: string, text: string) => platform.keepText(platform.water, name, text, 'text/csv');
  const into = (evidenceId: string) =>
    platform.run<{ items: unknown[] }>('importFacts', { id, evidenceId, standing: 'verified' });
  const before = (await platform.detail(id)).assessment.statements.length;
  const bad = await keep('坏表.csv', '事实,取值\n处理个人信息的人数,"12,000,000"\nsensitive,也许\n天气,晴\n');
  const refused = await into(bad).catch((error: { issues?: { where: string }[] }) => error);
  expect((refused as { issues?: { where: string }[] }).issues?.map(({ where }) => where)).toEqual([
    '3: sensitive',
    '4: 天气',
  ]);
  expect((await platform.detail(id)).assessment.statements.length).toBe(before);
  await expect(into(await keep('无列.csv', '甲,乙\n1,2\n'))).rejects.toThrow('事实, 取值');
  const good = await keep(
    '台账导出.csv',
    '事实,取值,起,止\n处理个人信息的人数,"12,000,000",2026-01-01,2026-12-31\nsensitive,是,,\n审计方式,按照保护部门要求委托,,\n',
  );
  expect((await into(good)).items).toMatchObject([
    { fact: 'pi.persons', value: 12_000_000, line: 2 },
    { fact: 'sensitive', value: true },
    { fact: 'engagement.mode', value: 'ordered' },
  ]);
  const { statements } = (await platform.detail(id)).assessment;
  expect(statements.find((each) => each.fact === 'pi.persons')).toMatchObject({
    standing: 'verified',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
    evidence: [good],
  });
});

test('[C38] figures by instrument follow from the assessments in scope', async () => {
  const { items } = await platform.run<{ items: StatisticsRow[] }>('statistics', {});
  const audits = items.find((each) => each.instrument === 'cn.pi-audit.2025');
  const listed = await platform.run<{ items: { instrument: string }[] }>('listAssessments', {});
  expect(audits?.assessments).toBe(listed.items.filter((each) => each.instrument === 'cn.pi-audit.2025').length);
  expect(audits?.states.reduce((sum, each) => sum + each.count, 0)).toBe(audits?.assessments);
  expect(audits).toMatchObject({ major: 1, ready: 1 });
  const reader = await platform.kernel.user('health-figures', 'auditor', platform.health);
  expect((await platform.run<{ items: unknown[] }>('statistics', {}, reader)).items).toEqual([]);
});

test('[C3] files are checked beside the shipped ones: a version in force at the same time is refused', async () => {
  const shipped = new URL('../instruments/network-transaction.yaml', import.meta.url).pathname;
  const file = path.join(tmpdir(), `hedun-overlap-${process.pid}.yaml`);
  writeFileSync(
    file,
    readFileSync(shipped, 'utf8').replace('id: cn.network-transaction.2025', 'id: cn.network-transaction.x'),
  );
  let written = '';
  const io = { write: (text: string) => (written += text), warn: () => undefined, locale: 'zh-CN' as const };
  const command = complianceServer.commands?.find((each) => each.words === 'compliance lint');
  expect(await command?.run({ values: {}, positionals: [file] }, io as never)).toBe(1);
  expect(written).toContain('overlap');
  rmSync(file);
});
