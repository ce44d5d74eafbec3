/** @module Rules [R1] to [R4]: completeness, differences and expiry, as pure functions. */

import { addDays } from '@hedun/workdays';
import { completenessOf, differencesOf, filingDuty, filingNoticeDays, type SystemRecord } from '@hedun/workdesk';
import { describe, expect, test } from 'vitest';

const empty: SystemRecord = {
  name: '教务系统',
  organisationId: 'u1',
  status: 'active',
  protectionLevel: null,
  domains: [],
  addresses: [],
  url: '',
  purpose: '',
  filingNumber: '',
  evaluatedOn: '',
  leader: '',
  leaderPhone: '',
  technician: '',
  technicianPhone: '',
  supplier: '',
  operator: '',
  dataHeld: '',
  personalRecords: null,
  deployment: '',
  exposure: '',
  goLive: '',
  retiredOn: '',
};
const full: SystemRecord = {
  ...empty,
  protectionLevel: 3,
  domains: ['jw.example.edu.cn'],
  filingNumber: '42010043001-23001',
  evaluatedOn: '2026-03-01',
  purpose: '教务管理',
  leader: '李明',
  leaderPhone: '027-1',
  technician: '王芳',
  technicianPhone: '027-2',
  supplier: '甲公司',
  operator: '网络中心',
  dataHeld: '学籍、成绩',
  personalRecords: 0,
  deployment: 'campus',
  exposure: 'internet',
  goLive: '2020-09-01',
};
const stateOf = (system: SystemRecord, item: string, day = '2026-11-24') =>
  completenessOf(system, day).lines.find((line) => line.item === item)?.state;

describe('completeness', () => {
  test('[R1] nothing known is 0, everything known is 100, and every point has its line', () => {
    expect(completenessOf(empty, '2026-11-24').percent).toBe(0);
    const done = completenessOf(full, '2026-11-24');
    expect(done.percent).toBe(100);
    expect(done.lines.every(({ state }) => state === 'present')).toBe(true);
    // Taking one item away costs exactly its own weight.
    for (const item of ['leader', 'technicianPhone', 'dataHeld', 'goLive'] as const) {
      const less = completenessOf({ ...full, [item]: ' ' }, '2026-11-24');
      const sum = less.lines.reduce((total, { weight }) => total + weight, 0);
      const line = less.lines.find((each) => each.item === item);
      expect(line?.state).toBe('missing');
      expect(less.percent).toBe(Math.round((1 - (line?.weight ?? 0) / sum) * 100));
    }
  });
  test('[R1] what does not apply is not asked for: filing from level 2, evaluation from level 3, a retirement day only of the retired', () => {
    expect(stateOf({ ...full, protectionLevel: 1, filingNumber: '' }, 'filingNumber')).toBeUndefined();
    expect(stateOf({ ...full, protectionLevel: 2, filingNumber: '' }, 'filingNumber')).toBe('missing');
    expect(stateOf({ ...full, protectionLevel: 2 }, 'evaluatedOn')).toBeUndefined();
    expect(stateOf(full, 'retiredOn')).toBeUndefined();
    expect(stateOf({ ...full, status: 'retired' }, 'retiredOn')).toBe('missing');
    expect(stateOf({ ...full, status: 'planned', goLive: '' }, 'goLive')).toBeUndefined();
    expect(stateOf({ ...full, personalRecords: null }, 'personalRecords')).toBe('missing');
  });
  test('[R2] an evaluation older than a year counts as outdated, on the day after the year', () => {
    expect(stateOf(full, 'evaluatedOn', '2027-03-01')).toBe('present');
    expect(stateOf(full, 'evaluatedOn', '2027-03-02')).toBe('outdated');
    expect(completenessOf(full, '2027-03-02').percent).toBeLessThan(100);
  });
});

test('[R3] differences stand field by field; the order of a list and blanks make none', () => {
  expect(differencesOf(full, { ...full, domains: ['jw.example.edu.cn', ' '], leader: '李明 ' })).toEqual([]);
  expect(
    differencesOf(full, {
      ...full,
      protectionLevel: 2,
      domains: ['b.example.edu.cn', 'a.example.edu.cn'],
      personalRecords: 12,
    }),
  ).toEqual([
    { field: 'protectionLevel', before: '3', after: '2' },
    { field: 'domains', before: 'jw.example.edu.cn', after: 'a.example.edu.cn\nb.example.edu.cn' },
    { field: 'personalRecords', before: '0', after: '12' },
  ]);
  expect(differencesOf({}, { name: '新系统' })).toEqual([{ field: 'name', before: '', after: '新系统' }]);
});

test('[R4] each step before the end is told once, also when mornings were missed, and afterwards once a week', () => {
  const end = '2026-12-31';
  /** Walks through the days; `works` says on which the round runs. */
  const walk = (works: (day: string) => boolean) => {
    const said: string[] = [];
    let told: string | null = null;
    for (let day = '2026-11-01'; day <= '2027-01-20'; day = addDays(day, 1)) {
      if (!works(day)) continue;
      const duty = filingDuty(end, told, day);
      if (!duty) continue;
      told = day;
      said.push(duty.kind === 'expiring' ? String(duty.left) : `+${duty.days}`);
      expect(filingDuty(end, told, day)).toBeNull();
    }
    return said;
  };
  expect(walk(() => true)).toEqual([...filingNoticeDays.map(String), '+1', '+8', '+15']);
  // Nobody worked from the 10th to the 26th of December: the steps of 15 and 7 days become one, said late but said.
  expect(walk((day) => day < '2026-12-10' || day > '2026-12-26')).toEqual([
    '30',
    '4',
    '3',
    '1',
    '0',
    '+1',
    '+8',
    '+15',
  ]);
  expect(filingDuty(null, null, '2026-12-31')).toBeNull();
});
