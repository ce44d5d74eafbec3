/** @module Rules [D1] to [D6]. */
import { describe, expect, test } from 'vitest';
import {
  type Assessment,
  answer,
  assessmentReport,
  type Block,
  type ComplianceEvent,
  composeScheme,
  cryptoReport,
  type DocumentModel,
  deadlines,
  evaluateAssessment,
  figuresOfUse,
  improvementDocument,
  improvementPlan,
  markNotApplicable,
  paperProblems,
  record,
  type ScoringInput,
  schemeDocument,
  score,
  startAssessment,
  state,
  supervisionReport,
  textOf,
  type UnitInput,
  type WorkingPaper,
  workingPapers,
} from '../src/index.ts';
import { calendar, named } from './shipped.ts';

const audit = named('cn.pi-audit.2025');
const sharing = named('cn.gov-data-sharing.2025');
const crypto = named('cn.crypto-assessment.2023');
const at = { asOf: '2026-03-02T10:00+08:00', calendar };
const fact = (name: string, value: string | number | boolean) => ({
  id: name,
  fact: name,
  value,
  by: '李某',
  standing: 'verified' as const,
  validFrom: '2026-01-01',
});
const evidence = [{ id: 'e', title: '隐私政策截图', effectiveFrom: '2026-01-01' }];
const given = (judgement: 'conform' | 'major') => ({
  judgement,
  by: '王某',
  at: '2026-02-01T10:00+08:00',
  standing: 'verified' as const,
  note: '抽查三处',
  evidence,
});

function assessed(): Assessment {
  let assessment = startAssessment(audit, { id: 'PIA-2026-001', subject: { id: 's', name: '武汉某平台' } });
  for (const each of [
    fact('org.inPRC', true),
    fact('org.stateOrgan', false),
    fact('pi.persons', 12_000_000),
    fact('dpo.appointed', false),
    fact('engagement.mode', 'ordered'),
  ])
    assessment = state(assessment, each);
  assessment = answer(audit, assessment, 'guide-3.1', given('conform'));
  assessment = answer(audit, assessment, 'guide-3.2', given('major'));
  assessment = markNotApplicable(audit, assessment, 'guide-3.5', {
    reason: '系统不面向个人',
    by: '赵某',
    at: '2026-02-01T10:00+08:00',
  });
  return record(assessment, {
    id: 'r',
    type: 'rectification.completed',
    subject: 'PIA-2026-001',
    occurredAt: '2026-02-13T17:00+08:00',
  });
}
const assessment = assessed();
const evaluation = evaluateAssessment(audit, assessment, at);
const after = (document: DocumentModel, title: string): Block => {
  const index = document.blocks.findIndex((block) => block.kind === 'heading' && block.text === title);
  return document.blocks[index + 1] as Block;
};

describe('audit report', () => {
  const report = assessmentReport('audit-report', { open: audit, assessment, evaluation, locale: 'zh' });

  test('[D1] the sections stand in the declared order, in both languages', () => {
    const declared = audit.instrument.documents[0]?.sections ?? [];
    for (const locale of ['zh', 'en'] as const) {
      const made = assessmentReport('audit-report', { open: audit, assessment, evaluation, locale });
      const headings = made.blocks.flatMap((block) =>
        block.kind === 'heading' && block.level === 2 ? [block.text] : [],
      );
      expect(headings).toEqual(declared.map((section) => section.title[locale]));
      for (const block of made.blocks)
        if (block.kind === 'table') for (const row of block.rows) expect(row).toHaveLength(block.columns.length);
    }
    expect(() => assessmentReport('no-such', { open: audit, assessment, evaluation, locale: 'zh' })).toThrow(
      /audit-report/,
    );
    expect(() =>
      assessmentReport('audit-report', {
        open: audit,
        assessment: { ...assessment, id: 'other' },
        evaluation,
        locale: 'zh',
      }),
    ).toThrow(/other/);
  });

  test('[D1] every regulation’s declared documents can be made', () => {
    for (const open of [audit, sharing, crypto])
      for (const shape of open.instrument.documents) {
        const empty = startAssessment(open, { id: 'x', subject: { id: 's', name: 's' } });
        const made = assessmentReport(shape.id, {
          open,
          assessment: empty,
          evaluation: evaluateAssessment(open, empty, at),
          locale: 'zh',
        });
        expect(made.blocks.length).toBeGreaterThan(shape.sections.length);
      }
  });

  test('[D2] findings, overrides, readings, versions, and what was not assessed', () => {
    const findings = after(report, '审计发现的问题');
    const clauses = findings.kind === 'table' ? findings.rows.map((row) => row[0]) : [];
    expect(clauses).toEqual(['第十二条', '指引三（二）']);
    const text = textOf(report);
    expect(text).toContain('系统不面向个人');
    expect(text).toContain('存在不同理解');
    expect(text).toContain('规则版本 cn.pi-audit.2025，日历 CN@2026.1');
    expect(text).toMatch(/尚有 \d+ 项未评价、无法判定或者待复核/);
    expect(text).toContain('2026-02-13 后第 15 个工作日为 2026-03-12');
  });

  test('[D2] two signatures and a seal', () => {
    expect(report.blocks.filter((block) => block.kind === 'signature').map((block) => block.title)).toEqual([
      '专业机构主要负责人（签字）',
      '合规审计负责人（签字）',
    ]);
    expect(report.blocks.at(-1)).toEqual({ kind: 'seal', title: '专业机构（公章）' });
    const signed = assessmentReport('audit-report', {
      open: audit,
      assessment,
      evaluation,
      locale: 'zh',
      signed: { lead: { name: '王某', on: '2026-03-02' } },
    });
    expect(signed.blocks.filter((block) => block.kind === 'signature')[1]).toMatchObject({
      name: '王某',
      on: '2026-03-02',
    });
  });
});

describe('working papers', () => {
  const paper: WorkingPaper = {
    node: 'guide-3.1',
    procedure: '查阅隐私政策并核对登记信息',
    population: '全部 12 个应用',
    sample: '随机抽取 3 个',
    preparedBy: '王某',
    preparedOn: '2026-02-01',
    reviewedBy: ['赵某'],
    reviewedOn: '2026-02-03',
  };
  test('[D3] one paper per applicable check, and the missing ones listed', () => {
    const made = workingPapers(audit, assessment, evaluation, [paper], 'zh');
    const found = after(made, '指引三（一）');
    expect(found.kind === 'table' && found.rows.map((row) => row[0])).toEqual([
      '审计目标',
      '应取得的证据',
      '实施程序',
      '总体',
      '样本',
      '取得的证据',
      '结论',
      '说明',
      '编制',
      '复核',
    ]);
    const missing = made.blocks.at(-1);
    expect(missing?.kind === 'list' && missing.items).toContain('指引三（二）');
    expect(missing?.kind === 'list' && missing.items.includes('指引三（五）')).toBe(false);
  });

  test('[D3] the preparer, or whoever runs the control, is not the only reviewer', () => {
    const kinds = (change: Partial<WorkingPaper>) =>
      paperProblems(audit, { ...paper, ...change }).map((each) => each.kind);
    expect(kinds({})).toEqual([]);
    expect(kinds({ reviewedBy: ['王某'] })).toEqual(['not-independent']);
    expect(kinds({ controlRunBy: ['赵某'] })).toEqual(['not-independent']);
    expect(kinds({ reviewedBy: ['王某', '钱某'] })).toEqual([]);
    expect(kinds({ reviewedBy: [] })).toEqual(['not-reviewed']);
    const { population: _, ...without } = paper;
    expect(paperProblems(audit, without).map((each) => each.kind)).toEqual(['sample-without-population']);
  });
});

describe('cryptography', () => {
  const units: Record<string, UnitInput> = {};
  for (const { node, weights } of crypto.instrument.scorings[0]?.units ?? []) {
    if (weights[2] === null) continue;
    const management = ['policy', 'people', 'operation', 'emergency'].includes(crypto.nodes.get(node)?.parent ?? '');
    units[node] = management
      ? { kind: 'whole', choice: 'met' }
      : { kind: 'objects', objects: [{ id: 'o', name: '核心交换机', facts: { D: true, A: true, K: true } }] };
  }
  units['physical-video-records'] = { kind: 'not-applicable', reason: '机房托管', by: '李某' };
  units['network-confidentiality'] = {
    kind: 'objects',
    objects: [{ id: 'o', name: '互联网通道', facts: { D: false } }],
  };
  const input: ScoringInput = {
    level: 3,
    units,
    risks: [{ risk: 'network-confidentiality', unit: 'network-confidentiality', description: '业务数据明文传输' }],
  };
  const result = score(crypto.instrument, 'rules-2023', input);

  test('[D4] every line of the score and every risk stands in the report', () => {
    const made = cryptoReport(crypto, { system: '政务服务系统', result, input, locale: 'zh' });
    const lines = after(made, '三、得分逐行说明');
    expect(lines.kind === 'table' && lines.rows.length).toBe(result.lines.length);
    expect(lines.kind === 'table' && lines.rows.at(-1)?.at(-1)).toBe(String(result.total));
    const risks = after(made, '二、高风险判定');
    expect(risks.kind === 'table' && risks.rows[0]?.slice(2)).toEqual(['业务数据明文传输', '高', '未采取缓释措施']);
    const text = textOf(made);
    expect(text).toContain('不适用：机房托管（李某）');
    expect(text).toContain('结论均为「不符合」');
    expect(text).toContain('未核对官方文本');
    expect(after(made, '四、整改建议（按得分提升排序）')).toMatchObject({
      kind: 'table',
      rows: [['1', '通信过程中重要数据的机密性', expect.stringMatching(/^\+\d/)]],
    });
  });

  test('[D4] without all judgements there is no score in the report', () => {
    const { 'network-integrity': _, ...rest } = units;
    const partial = { ...input, units: rest };
    const made = cryptoReport(crypto, {
      system: '政务服务系统',
      result: score(crypto.instrument, 'rules-2023', partial),
      input: partial,
      locale: 'zh',
    });
    expect(textOf(made)).toContain('不出具得分与结论');
    expect(textOf(made)).not.toMatch(/得分 \d/);
  });

  test('[D5] a scheme names what nothing covers, the binding first', () => {
    const all = crypto.instrument.deployments.map((each) => each.id);
    for (const level of [1, 2, 3, 4]) expect(composeScheme(crypto, level, all).gaps).toEqual([]);
    const few = composeScheme(crypto, 3, ['sm-vpn', 'bastion']);
    expect(few.gaps[0]?.verb).toBe('shall');
    expect(few.gaps.map((gap) => gap.unit)).toContain('application-authentication');
    expect(few.gaps.map((gap) => gap.unit)).not.toContain('network-authentication');
    expect(composeScheme(crypto, 1, ['sm-vpn']).gaps.map((gap) => gap.unit)).not.toContain(
      'application-non-repudiation',
    );
    expect(composeScheme(crypto, 3, ['sm-vpn', 'sm-vpn']).double).toContain('network-authentication');
    expect(() => composeScheme(crypto, 3, ['tin-foil'])).toThrow(/tin-foil/);
    expect(() => composeScheme(crypto, 9, all)).toThrow(/level/);
    const made = schemeDocument(crypto, few, { system: '政务服务系统', locale: 'zh' });
    expect(made.blocks.filter((block) => block.kind === 'diagram')).toHaveLength(2);
    expect(textOf(made)).toContain('方案不能通过评审');
    expect(textOf(made)).toMatch(/生成[\s\S]*存储[\s\S]*分发[\s\S]*销毁/);
  });
});

test('[D6] league tables and the overdue list', () => {
  const event = (id: string, type: string, occurredAt: string, subject: string, provider: string): ComplianceEvent => ({
    id,
    type,
    subject,
    occurredAt,
    data: { attribute: 'conditional', provider },
  });
  const events = [
    event('1', 'request.submitted', '2026-03-02T10:00+08:00', 'r1', 'tax'),
    event('2', 'request.answered', '2026-03-04T10:00+08:00', 'r1', 'tax'),
    event('3', 'request.submitted', '2026-03-02T10:00+08:00', 'r2', 'water'),
    event('4', 'request.answered', '2026-03-30T10:00+08:00', 'r2', 'water'),
    event('5', 'request.submitted', '2026-03-02T10:00+08:00', 'r3', 'water'),
  ];
  const found = deadlines(sharing, { events, calendar, asOf: '2026-04-01T10:00+08:00' });
  const made = supervisionReport(sharing, found, {
    period: '2026 年第一季度',
    locale: 'zh',
    names: new Map([
      ['tax', '税务局'],
      ['water', '水务局'],
    ]),
  });
  const league = after(made, '共享申请按时答复率（按提供部门）');
  expect(league.kind === 'table' && league.rows).toEqual([
    ['1', '税务局', '1', '1', '0', '0', '0', '100.0%', '2'],
    ['2', '水务局', '2', '0', '1', '1', '0', '0.0%', '28'],
  ]);
  const overdue = after(made, '逾期清单');
  expect(overdue.kind === 'table' && overdue.rows.map((row) => [row[1], row[2], row[3], row[5], row[7]])).toEqual([
    ['r2', '水务局', '2026-03-16', '逾期完成', '第三十九条第（四）项'],
    ['r3', '水务局', '2026-03-16', '已逾期', '第三十九条第（四）项'],
  ]);
});

test('[D7] the improvement plan puts what decides first, then what weighs or gains most, and names what has no measure', () => {
  const assessment = assessed();
  const nodes = [...audit.nodes.values()].filter((each) => each.type === 'checklist').map((each) => each.id);
  const [one = '', two = ''] = nodes;
  const poor = answer(audit, answer(audit, assessment, one, given('major')), two, {
    ...given('major'),
    judgement: 'minor',
  });
  const evaluation = evaluateAssessment(audit, poor, at);
  const measures = [
    { node: two, measure: '修订隐私政策', responsible: '赵某', dueOn: '2026-02-28' },
    { node: 'guide-3.1', measure: '已经完成', responsible: '赵某', dueOn: '2026-02-28', doneOn: '2026-02-27' },
  ];
  const plan = improvementPlan(audit, evaluation, measures);
  const placeOf = (node: string) => plan.findIndex((each) => each.node === node);
  expect(placeOf(one)).toBeLessThan(placeOf(two));
  expect(plan[placeOf(one)]?.status).toBe('missing');
  expect(plan[placeOf(two)]?.status).toBe('overdue');
  expect(plan.at(-1)).toMatchObject({ node: 'guide-3.1', status: 'done' });
  const text = textOf(improvementDocument(audit, poor, plan, 'zh'));
  for (const word of ['修订隐私政策', '逾期未完成', '未制定措施', '赵某']) expect(text).toContain(word);
  // With a score the order is the gain, and an open high risk stands before every gain.
  const units = Object.fromEntries(
    (crypto.instrument.scorings[0]?.units ?? [])
      .filter((each) => each.weights[2] !== null)
      .map(({ node }) => {
        const layer = crypto.nodes.get(node)?.parent;
        const judged = crypto.instrument.scorings[0]?.layers.find((each) => each.node === layer)?.judged;
        const facts = { D: node !== 'network-integrity', A: true, K: true, strengthBits: 128 };
        const whole: UnitInput = { kind: 'whole', choice: node === 'policy-procedures' ? 'partly' : 'met' };
        const objects: UnitInput = { kind: 'objects', objects: [{ id: 'o', name: 'o', facts }] };
        return [node, judged === 'whole' ? whole : objects];
      }),
  );
  const risks = [{ risk: 'algorithm', unit: 'device-authentication', description: 'SHA-1' }];
  const started = startAssessment(crypto, { id: 'c', subject: { id: 's', name: '一网通办' } });
  const sheet = { rules: 'rules-2023', level: 3, units, risks };
  const scored = improvementPlan(crypto, evaluateAssessment(crypto, started, at), [], sheet).filter(
    (each) => each.gain !== undefined || each.blocking,
  );
  expect(scored[0]).toMatchObject({ node: 'device-authentication', blocking: true });
  const gained = scored.slice(1).map((each) => each.gain ?? 0);
  expect(gained).toEqual([...gained].sort((left, right) => right - left));
  expect(scored.map((each) => each.node)).toEqual(expect.arrayContaining(['network-integrity', 'policy-procedures']));
});

test('[D6] requesters are ranked by their records of use; who got nothing is not ranked', () => {
  const used = (group: string, types: string[], states: string[] = []) => ({
    group,
    events: types.map((type) => ({ type })),
    states,
  });
  const rows = figuresOfUse([
    used('甲', ['data.shared', 'data.used', 'data.used']),
    used('甲', ['data.shared'], ['suspended', 'purpose-ended', 'disposed']),
    used('乙', ['data.shared', 'data.used', 'correction.requested']),
    used('丙', ['request.submitted']),
  ]);
  expect(rows).toMatchObject([
    { group: '乙', rank: 1, recordedRate: 1, corrections: 1 },
    { group: '甲', rank: 2, shared: 2, recorded: 1, records: 2, suspended: 1, ended: 1, disposed: 1 },
  ]);
  const report = supervisionReport(sharing, [], { period: '2026', locale: 'zh', use: rows });
  expect(textOf(report)).toContain('共享数据应用情况');
});
