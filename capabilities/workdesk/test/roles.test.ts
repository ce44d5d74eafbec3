/**
 * @module Rules [O1] to [O4]: the five roles on a whole kernel: what each may call, whose rows each sees, and that an external tester sees own
 * findings only.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { workdesk } from '../src/capability.ts';
import type { TestDetail, TestSummary } from '../src/test-shapes.ts';
import { nuclei, openStage, type Stage, type Who } from './stage.ts';

let stage: Stage;
let tester: NonNullable<Who>;
let rival: NonNullable<Who>;
const roles = ['security-officer', 'unit-leader', 'unit-contact', 'auditor', 'external-tester'] as const;
beforeAll(async () => {
  stage = await openStage();
  tester = await stage.kernel.user('tester', 'external-tester', stage.root);
  rival = await stage.kernel.user('rival', 'external-tester', stage.root);
  for (const [unit, name, host] of [
    [stage.computing, '教务系统', 'jw.example.edu.cn'],
    [stage.history, '数字档案馆', 'archive.example.edu.cn'],
  ] as const)
    await stage.run('saveSystem', { organisationId: unit, name, domains: [host], technician: '王芳' });
  await stage.run('importScan', {
    evidenceId: await stage.upload(
      '一.jsonl',
      [
        nuclei('jw.example.edu.cn', 'CVE-2024-0001', 'high'),
        nuclei('archive.example.edu.cn', 'CVE-2024-0002', 'high'),
      ].join('\n'),
    ),
  });
  await stage.kernel.core.jobs.drain();
  await stage.run('issueNotices', { organisationIds: [stage.computing, stage.history] });
  await stage.run('saveReview', { title: '审查', dueOn: '2026-12-31' });
  const [review] = (await stage.run<{ items: { id: string }[] }>('listReviews', {})).items;
  await stage.run('startReview', { id: review?.id });
});
afterAll(() => stage.kernel.close());
const whoIs = (role: (typeof roles)[number]): NonNullable<Who> =>
  ({
    'security-officer': stage.office,
    'unit-leader': stage.leader,
    'unit-contact': stage.contact,
    auditor: stage.auditor,
    'external-tester': tester,
  })[role];

/** Permissions of the workdesk each role has, written down here by hand: a change of a role must be meant. */
const expected: Readonly<Record<(typeof roles)[number], readonly string[]>> = {
  'security-officer': ['workdesk.view', 'workdesk.read', 'workdesk.write', 'workdesk.issue'],
  'unit-leader': ['workdesk.view', 'workdesk.unit', 'workdesk.lead'],
  'unit-contact': ['workdesk.view', 'workdesk.unit'],
  auditor: ['workdesk.view', 'workdesk.read'],
  'external-tester': ['workdesk.test'],
};

describe('the five roles', () => {
  test.each(roles)('[O1] %s is there as a template and holds exactly its permissions', async (role) => {
    const { items } = await stage.run<{ items: { name: string; builtIn: boolean; title: { 'zh-CN': string } }[] }>(
      'kernel.listRoles',
      {},
      stage.kernel.administrator,
    );
    expect(items.find(({ name }) => name === role)).toMatchObject({ builtIn: true });
    const held = Object.keys(workdesk.permissions).filter((each) => whoIs(role).permissions.has(each));
    expect(held.sort()).toEqual([...expected[role]].sort());
  });
  test.each(roles)(
    '[O1] %s is refused every operation of a permission it does not hold, before anything else is looked at',
    async (role) => {
      const who = whoIs(role);
      const denied = Object.entries(workdesk.operations).filter(
        ([, { permission }]) => !who.permissions.has(permission),
      );
      expect(denied.length).toBeGreaterThan(5);
      for (const [name] of denied) await expect(stage.run(name, {}, who), name).rejects.toThrow('access.denied');
    },
  );
  test('[O2] units see rows of their own unit in every list; the office and the auditor see all', async () => {
    const lists = ['listSystems', 'listNotices', 'listReviewSheets'];
    for (const name of lists) {
      const unitsOf = async (who: Who) => [
        ...new Set(
          (await stage.run<{ items: { organisationId: string }[] }>(name, { limit: 500 }, who)).items.map(
            ({ organisationId }) => organisationId,
          ),
        ),
      ];
      expect(await unitsOf(stage.contact), name).toEqual([stage.computing]);
      expect(await unitsOf(stage.leader), name).toEqual([stage.computing]);
      expect(await unitsOf(stage.other), name).toEqual([stage.history]);
      for (const all of [stage.office, stage.auditor])
        expect((await unitsOf(all)).sort(), name).toEqual([stage.computing, stage.history].sort());
    }
  });
  test('[O3] the auditor reads and changes nothing: what is not a read is a paper or a step with own things', async () => {
    const open = Object.entries(workdesk.operations)
      .filter(([, { effect, permission }]) => effect !== 'read' && expected.auditor.includes(permission))
      .map(([name]) => name);
    // Papers drawn from what may be read anyway, and one's own receipts and lessons. Anything new here must be meant.
    expect(open.sort()).toEqual(
      [
        'writeFiling',
        'writeMonthlyReport',
        'writeNotice',
        'writeRegister',
        'writeYearReport',
        'confirmAnnouncement',
        'openAnnouncement',
        'takeAnnouncementFile',
        'makeCertificate',
        'openLesson',
        'submitQuiz',
        'takeAttachment',
      ].sort(),
    );
    await expect(
      stage.run('kernel.createAsset', { organisationId: stage.root, kind: 'host', name: 'x' }, stage.auditor),
    ).rejects.toThrow('access.denied');
  });
  test('[O4] what a tester reports becomes a finding of the unit; the tester sees own reports and nothing else of the house', async () => {
    const evidence = await stage.upload('截图.png', 'png', stage.root, tester);
    const report = (target: string, who: Who, more: Record<string, unknown> = {}) =>
      stage.run<TestDetail>('reportTest', { title: `${target} SQL 注入`, target, severity: 'high', ...more }, who);
    const own = await report('https://jw.example.edu.cn/login?x=1', tester, {
      evidenceIds: [evidence],
      references: ['CVE-2024-7777'],
    });
    expect(own).toMatchObject({ status: 'open', files: [{ name: '截图.png' }] });
    await report('archive.example.edu.cn', rival);
    // A file of somebody else is not handed on, nor is its name told.
    const foreign = await stage.upload('秘密.docx', '内部材料');
    await expect(report('jw.example.edu.cn', rival, { evidenceIds: [foreign] })).rejects.toThrow('workdesk.unknown');
    await expect(report('jw.example.edu.cn', rival, { evidenceIds: [evidence] })).rejects.toThrow('workdesk.unknown');
    const lost = await report('lost.example.edu.cn:8443', tester);
    expect(lost.status).toBe('waiting');
    const mine = async (who: Who) => (await stage.run<{ items: TestSummary[] }>('listTests', {}, who)).items;
    expect((await mine(tester)).map(({ target }) => target).sort()).toEqual(
      ['https://jw.example.edu.cn/login?x=1', 'lost.example.edu.cn:8443'].sort(),
    );
    expect((await mine(rival)).map(({ target }) => target)).toEqual(['archive.example.edu.cn']);
    await expect(stage.run('getTest', { id: own.test.id }, rival)).rejects.toThrow('workdesk.unknown');
    for (const name of [
      'kernel.listFindings',
      'kernel.listAssets',
      'kernel.listCases',
      'kernel.listEvidence',
      'kernel.listUsers',
    ])
      await expect(stage.run(name, {}, tester), name).rejects.toThrow('access.denied');
    // Nothing of the unit, the asset or other reports is in the answer.
    expect(JSON.stringify(own)).not.toMatch(new RegExp([stage.computing, '教务系统', '计算机学院'].join('|')));
    const unit = await stage.run<{ items: { title: string; severity: string; evidenceIds: string[] }[] }>(
      'kernel.listFindings',
      { filter: 'SQL' },
      stage.contact,
    );
    expect(unit.items).toMatchObject([{ title: 'https://jw.example.edu.cn/login?x=1 SQL 注入', severity: 'high' }]);
    // The unit can open the evidence: it is kept under its own name.
    const file = unit.items[0]?.evidenceIds[0] ?? '';
    expect(
      (await stage.run<{ evidence: { name: string } }>('kernel.getEvidence', { id: file }, stage.contact)).evidence
        .name,
    ).toBe('截图.png');
    await stage.run('assignTarget', { target: 'lost.example.edu.cn', organisationId: stage.history });
    expect((await stage.run<TestDetail>('getTest', { id: lost.test.id }, tester)).status).toBe('open');
    await expect(
      stage.run('retestFinding', { id: own.test.id, stillThere: false, note: '看过' }, tester),
    ).rejects.toThrow('workdesk.test_step');
  });
  test('[O4] a tester tests again what the unit says is fixed; what is still there is open again', async () => {
    const { items } = await stage.run<{ items: TestSummary[] }>('listTests', { filter: 'jw' }, tester);
    const id = items[0]?.id ?? '';
    const [finding] = (await stage.run<{ items: { id: string }[] }>('kernel.listFindings', { filter: 'SQL jw' })).items;
    await stage.run('kernel.markFindingsFixed', { ids: [finding?.id] });
    stage.kernel.clock.advance(3_600_000);
    const again = await stage.run<TestDetail>('retestFinding', { id, stillThere: true, note: '仍可注入' }, tester);
    expect(again.status).toBe('open');
    expect(again.test.rounds).toMatchObject([{ stillThere: true, note: '仍可注入' }]);
    const { items: back } = await stage.run<{ items: { recurrences: number }[] }>('kernel.listFindings', {
      filter: 'SQL jw',
    });
    expect(back[0]?.recurrences).toBe(1);
  });
});
