/** @module Rules [L12] to [L15]: every figure is the length of the list behind it, by unit, severity and kind, for months and years; the reports say the same. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CountedRow, HeatFigures, MonthFigures } from '../src/figure-shapes.ts';
import type { NoticeDetail, NoticeSummary } from '../src/shapes.ts';
import { nuclei, openStage, type Stage, type Who } from './stage.ts';

const dayMs = 86_400_000;
let stage: Stage;
const bring = async (name: string, lines: readonly string[]) => {
  await stage.run('importScan', { evidenceId: await stage.upload(name, lines.join('\n')) });
  await stage.kernel.core.jobs.drain();
};
const count = async () => {
  await stage.kernel.core.events.settle();
  stage.kernel.clock.advance(10_000);
  await stage.kernel.core.jobs.drain();
};
/** A year in the life of two units: found, notified, fixed, verified, dismissed, late, back again. */
beforeAll(async () => {
  stage = await openStage();
  await stage.asset(stage.computing, '教务系统', ['jw.example.edu.cn'], 3);
  await stage.asset(stage.history, '档案馆', ['archive.example.edu.cn']);
  await bring('一.jsonl', [
    ...['critical', 'high', 'medium', 'low', 'info'].map((severity, index) =>
      nuclei('jw.example.edu.cn', `CVE-2024-000${index}`, severity),
    ),
    nuclei('archive.example.edu.cn', 'CVE-2024-0101', 'high'),
    nuclei('archive.example.edu.cn', 'open-panel', 'low'),
  ]);
  const { notices } = await stage.run<{ notices: NoticeSummary[] }>('issueNotices', {
    organisationIds: [stage.computing, stage.history],
  });
  const first = notices[0]?.id ?? '';
  await stage.run('signNotice', { id: first }, stage.contact);
  stage.kernel.clock.advance(2 * dayMs);
  const evidence = await stage.upload('截图.png', 'png', stage.computing, stage.contact);
  await stage.run('submitFix', { id: first, note: '已修复', evidenceIds: [evidence] }, stage.contact);
  await stage.run('verifyNotice', { id: first, note: '人工复核' });
  await stage.run('archiveNotice', { id: first });
  const { items } = await stage.run<{ items: { id: string }[] }>('kernel.listFindings', { filter: 'severity:info' });
  await stage.run('kernel.dismissFindings', { ids: items.map(({ id }) => id), reason: 'risk_accepted', note: '接受' });
  // A month later: one is back, one is new, and the second notice is late.
  stage.kernel.clock.advance(30 * dayMs);
  await bring('二.jsonl', [
    nuclei('jw.example.edu.cn', 'CVE-2024-0000', 'critical', { round: 2 }),
    nuclei('archive.example.edu.cn', 'CVE-2024-0777', 'medium'),
  ]);
  await count();
});
afterAll(() => stage.kernel.close());

const figuresOf = (period: string, who?: Who) =>
  period.length === 4
    ? stage.run<MonthFigures>('yearFigures', { year: period }, who)
    : stage.run<MonthFigures>('monthFigures', { month: period }, who);
const behind = async (filter: string, who?: Who) =>
  await stage.run<{ total: number; items: CountedRow[] }>('listCounted', { filter, limit: 500 }, who);
const totalOf = async (filter: string, who?: Who) => (await behind(filter, who)).total;

describe('figures and the lists behind them', () => {
  test.each(['2026-10', '2026-11', '2026-12', '2026', '2027'])(
    '[L13] every figure of %s is the length of its list, in all and by unit, severity and kind',
    async (period) => {
      const figures = await figuresOf(period);
      expect(figures.stale).toBe(0);
      for (const figure of [
        'found',
        'verified',
        'dismissed',
        'reopened',
        'openAtEnd',
        'within7',
        'within30',
        'issued',
        'signed',
        'archived',
        'archivedInTime',
        'overdueAtEnd',
      ] as const)
        expect(await totalOf(`figure:${figure} period:${period}`), figure).toBe(figures[figure]);
      for (const { severity, found, openAtEnd } of figures.severities) {
        expect(await totalOf(`figure:found period:${period} severity:${severity}`)).toBe(found);
        expect(await totalOf(`figure:openAtEnd period:${period} severity:${severity}`)).toBe(openAtEnd);
      }
      for (const { kind, found, openAtEnd } of figures.kinds) {
        expect(await totalOf(`figure:found period:${period} kind:${kind}`)).toBe(found);
        expect(await totalOf(`figure:openAtEnd period:${period} kind:${kind}`)).toBe(openAtEnd);
      }
      for (const unit of figures.units) {
        const own = (figure: string) => totalOf(`figure:${figure} period:${period} unit:${unit.organisationId}`);
        expect(await own('found')).toBe(unit.found);
        expect(await own('verified')).toBe(unit.verified);
        expect(await own('openAtEnd')).toBe(unit.openAtEnd);
        expect(await own('issued')).toBe(unit.issued);
        expect(await own('archivedInTime')).toBe(unit.inTime);
        expect(await own('overdueAtEnd')).toBe(unit.overdueAtEnd);
      }
    },
  );
  test('[L13] the story is in the numbers: something was found, fixed, dismissed, came back, and is late', async () => {
    const [november, december] = [await figuresOf('2026-11'), await figuresOf('2026-12')];
    expect(november).toMatchObject({
      found: 7,
      issued: 2,
      signed: 1,
      archived: 1,
      archivedInTime: 1,
      dismissed: 1,
      fixDays: 2,
    });
    expect(december).toMatchObject({ found: 1, reopened: 1, overdueAtEnd: 1, archived: 0 });
    const year = await figuresOf('2026');
    expect(year.found).toBe(november.found + december.found);
    expect(year.verified).toBe(november.verified + december.verified);
    expect(year.openAtEnd).toBe(december.openAtEnd);
    // What is open follows from month to month.
    const open = year.trend.map(({ month, openAtEnd }) => [month, openAtEnd]);
    expect(open.slice(-3)).toEqual([
      ['2026-10', 0],
      ['2026-11', november.openAtEnd],
      ['2026-12', december.openAtEnd],
    ]);
  });
  test('[L13] a list without a figure or with an unknown one is refused by name', async () => {
    await expect(behind('period:2026-11')).rejects.toThrow('figure');
    await expect(behind('figure:found')).rejects.toThrow('period');
    await expect(behind('figure:nonsense period:2026-11')).rejects.toThrow('figure');
    await expect(behind('figure:found period:2026-13')).rejects.toThrow('period');
    await expect(behind('figure:found figure:verified period:2026-11')).rejects.toThrow('figure');
  });
  test('[L14] the heat by unit and kind adds up to what is open, and each cell is its list', async () => {
    const heat = await stage.run<HeatFigures>('heatFigures', { period: '2026-12' });
    const figures = await figuresOf('2026-12');
    expect(heat.units.reduce((sum, { open }) => sum + open, 0) + heat.others.open).toBe(figures.openAtEnd);
    for (const unit of heat.units)
      for (const [index, cell] of unit.cells.entries())
        expect(
          await totalOf(`figure:openAtEnd period:2026-12 unit:${unit.organisationId} kind:${heat.kinds[index]?.kind}`),
        ).toBe(cell);
  });
  test('[L12] a unit gets its own figures, heat and lists', async () => {
    const figures = await figuresOf('2026', stage.contact);
    expect(figures.units.map(({ organisationId }) => organisationId)).toEqual([stage.computing]);
    const heat = await stage.run<HeatFigures>('heatFigures', { period: '2026' }, stage.contact);
    expect(heat.units.map(({ organisationId }) => organisationId)).toEqual([stage.computing]);
    const { items } = await behind('figure:found period:2026', stage.contact);
    expect(new Set(items.map(({ organisationId }) => organisationId))).toEqual(new Set([stage.computing]));
    expect(items).toHaveLength(figures.found);
  });
  test('[L15] monthly and annual report as PDF, DOCX and XLSX; a unit writes its own only', async () => {
    for (const format of ['pdf', 'docx', 'xlsx'])
      for (const [operation, period] of [
        ['writeMonthlyReport', { month: '2026-12' }],
        ['writeYearReport', { year: 2026 }],
      ] as const) {
        const file = await stage.run<{ size: number; name: string }>(operation, {
          ...period,
          organisationId: stage.root,
          format,
        });
        expect(file.size).toBeGreaterThan(3000);
        expect(file.name).toContain(
          operation === 'writeYearReport' ? '2026年网络安全工作年报' : '2026年12月网络安全工作月报',
        );
      }
    await expect(
      stage.run('writeYearReport', { year: 2026, organisationId: stage.root, format: 'pdf' }, stage.contact),
    ).rejects.toThrow('access.out_of_scope');
  });
  test('[L12] the tallies are what the findings say, counted another way', async () => {
    const figures = await figuresOf('2026');
    const { rows } = await stage.kernel.core.store.system((db) =>
      sql<{
        open: number;
        verified: number;
      }>`SELECT count(*) FILTER (WHERE status NOT IN ('verified', 'dismissed'))::int AS open, count(*) FILTER (WHERE status = 'verified')::int AS verified FROM findings`.execute(
        db,
      ),
    );
    expect(figures).toMatchObject(rows.map(({ open, verified }) => ({ openAtEnd: open, verified }))[0] ?? {});
    const { items } = await stage.run<{ items: NoticeSummary[] }>('listNotices', { filter: 'status:archived' });
    expect((await stage.run<NoticeDetail>('getNotice', { id: items[0]?.id })).summary.status).toBe('archived');
  });
});
