/** @module Rules [C15] and [C16]: signatures and the sealed report, against a whole kernel. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestPlatform, type TestPlatform } from './platform.ts';
import { textOfFile } from './text-of-file.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await openTestPlatform();
});
afterAll(() => platform.kernel.close());

const facts = {
  'org.inPRC': true,
  'org.stateOrgan': false,
  'pi.persons': 12_000_000,
  'engagement.mode': 'self-commissioned',
  'institution.auditors': true,
  'institution.premises': true,
  'institution.facilities': true,
  'institution.funds': true,
  'engagement.subcontractors': [],
  'candidate.institution': '江城数信审计有限公司',
  'candidate.lead': '周明',
  audits: [],
};
let id: string;
const step = (on: string, actor: string, stated = {}) =>
  platform.run('stepAssessment', { id, on, actor, facts: stated });

/** An audit whose every applicable check is judged, up to the drafted report. */
async function drafted(): Promise<void> {
  const about = { organisationId: platform.water, instrument: 'pi-audit', name: '水务缴费' };
  ({ id } = await platform.run<{ id: string }>('createAssessment', about));
  for (const [fact, value] of Object.entries(facts)) await platform.run('stateFact', { id, fact, value });
  await step('check-eligibility', 'processor');
  await step('plan', 'lead', { 'plan.document': '审计方案第 1 号' });
  await step('start-fieldwork', 'lead');
  const evidence = await platform.evidence(platform.water);
  const { instrument } = await platform.run<{ instrument: { nodes: { id: string; type: string }[] } }>(
    'showInstrument',
    { instrument: 'pi-audit' },
  );
  const checklist = new Set(instrument.nodes.filter(({ type }) => type === 'checklist').map((each) => each.id));
  const { results } = await platform.detail(id);
  for (const { node, judgement } of results) {
    if (!checklist.has(node) || judgement === 'not-applicable') continue;
    if (judgement === 'undecided') await platform.run('declareNotApplicable', { id, node, reason: '不涉及此类处理' });
    else
      await platform.run('answerCheck', {
        id,
        node,
        judgement: 'conform',
        standing: 'verified',
        evidenceIds: [evidence],
      });
  }
  await step('issue-findings', 'lead');
  await step('respond', 'processor');
  await step('draft-report', 'lead');
}

test('[C15] a signature is for the contents as they were, by one person in one field; on paper it needs the page', async () => {
  const unstated = platform.run('createAssessment', {
    organisationId: platform.water,
    instrument: 'pi-audit',
    name: '未起草',
  });
  const early = (await unstated) as { id: string };
  await expect(platform.run('signAssessment', { id: early.id, role: 'lead' })).rejects.toThrow(
    'compliance.not_signable',
  );
  await drafted();
  const sign = (input: Record<string, unknown>) => platform.run('signAssessment', { id, ...input });
  await expect(sign({ role: 'mayor' })).rejects.toThrow('compliance.refused');
  await expect(platform.run('stateFact', { id, fact: 'signatures', value: [] })).rejects.toThrow('compliance.refused');
  await sign({ role: 'lead' });
  await expect(step('sign', 'lead')).rejects.toThrow('主要负责人');
  await expect(sign({ role: 'principal' })).rejects.toThrow('compliance.same_signer');
  await expect(sign({ role: 'principal', name: '陈立' })).rejects.toThrow('compliance.no_evidence');
  const page = await platform.evidence(platform.water, '签字页.pdf');
  await sign({ role: 'principal', name: '陈立', evidenceIds: [page] });
  const { signing } = await platform.detail(id);
  expect(signing?.fields.map(({ signature, lapsed }) => [signature?.name, lapsed])).toEqual([
    ['陈立', false],
    ['管理员', false],
  ]);
  expect(signing?.fields[0]?.signature?.recordedBy).toBe('管理员');
  // A change after the signatures: they lapse, and the step that needs them is refused.
  await platform.run('stateFact', { id, fact: 'pi.persons', value: 12_000_001, correct: true });
  expect((await platform.detail(id)).signing?.fields.every((each) => each.lapsed)).toBe(true);
  await expect(step('sign', 'lead')).rejects.toThrow('compliance.step_refused');
  await sign({ role: 'lead' });
  await sign({ role: 'principal', name: '陈立', evidenceIds: [page] });
  await step('sign', 'lead');
  expect((await platform.detail(id)).summary.status).toBe('signed');
});

test('[C16] sealing writes the report once for good, with names, days, seal and digest; later changes touch it no more', async () => {
  await expect(step('affix-seal', 'institution')).rejects.toThrow('公章');
  // A change between signature and seal: no seal on contents nobody signed.
  const before = (await platform.detail(id)).signing?.digest;
  await platform.run('stateFact', { id, fact: 'pi.persons', value: 12_000_002, correct: true });
  const seal = { 'seal.institution': '江城数信审计有限公司' };
  await expect(step('affix-seal', 'institution', seal)).rejects.toThrow('compliance.signature_lapsed');
  const page = await platform.evidence(platform.water, '签字页.pdf');
  await platform.run('signAssessment', { id, role: 'lead' });
  await platform.run('signAssessment', { id, role: 'principal', name: '陈立', evidenceIds: [page] });
  await step('affix-seal', 'institution', seal);
  const { summary, signing } = await platform.detail(id);
  expect(summary.status).toBe('sealed');
  const sealed = signing?.sealed;
  expect(sealed).toMatchObject({ seal: '江城数信审计有限公司', by: '管理员' });
  expect(sealed?.digest).not.toBe(before);
  expect(sealed?.files.map(({ name }) => name.split('.').at(-1))).toEqual(['docx', 'pdf']);
  for (const file of sealed?.files ?? []) {
    const text = await textOfFile(await platform.bytes(file.id));
    for (const wanted of ['主要负责人（签字）陈立2026-11-24', '负责人（签字）管理员2026-11-24', sealed?.digest ?? 'x'])
      expect(text).toContain(wanted);
    expect(text).toContain('专业机构（公章）江城数信审计有限公司2026-11-24');
  }
  await platform.run('stateFact', { id, fact: 'pi.persons', value: 13_000_000, correct: true });
  const after = await platform.detail(id);
  expect(after.signing?.sealed).toEqual(sealed);
  expect(after.signing?.fields.some((each) => each.lapsed)).toBe(false);
  await expect(platform.run('signAssessment', { id, role: 'lead' })).rejects.toThrow('compliance.not_signable');
  await step('submit', 'processor');
  expect((await platform.detail(id)).summary.status).toBe('submitted');
});
