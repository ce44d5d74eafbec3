/** @module Rules [C20] to [C22]: schemes, compensations and penalties, against a whole kernel. */

import type { Instrument } from '@hedun/compliance';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestPlatform, type TestPlatform } from './platform.ts';
import { textOfFile } from './text-of-file.ts';

let platform: TestPlatform;
let id: string;
let instrument: Instrument;
beforeAll(async () => {
  platform = await openTestPlatform();
  const about = { organisationId: platform.water, instrument: 'crypto-assessment', name: '营收系统', level: 3 };
  ({ id } = await platform.run<{ id: string }>('createAssessment', about));
  ({ instrument } = await platform.run<{ instrument: Instrument }>('showInstrument', {
    instrument: 'crypto-assessment',
  }));
});
afterAll(() => platform.kernel.close());

test('[C20] a scheme of chosen deployments names every unit it leaves open, at once, and is exported', async () => {
  const scheme = async () => {
    const found = (await platform.detail(id)).scheme;
    if (!found) throw new Error('expected a scheme, got none');
    return found;
  };
  const gapsAtFirst = (await scheme()).gaps.map((each) => each.unit);
  expect(gapsAtFirst.length).toBe(22);
  expect((await platform.detail(id)).documents.map((each) => each.id)).not.toContain('crypto-scheme');
  const network = instrument.deployments.filter((each) => each.layer === 'network').map((each) => each.id);
  await platform.run('chooseScheme', { id, deployments: network.slice(0, 1) });
  const covers = instrument.deployments.find((each) => each.id === network[0])?.covers.map((each) => each.unit) ?? [];
  expect((await scheme()).gaps.map((each) => each.unit).sort()).toEqual(
    gapsAtFirst.filter((unit) => !covers.includes(unit)).sort(),
  );
  await platform.run('chooseScheme', { id, deployments: instrument.deployments.map((each) => each.id) });
  expect((await scheme()).gaps.filter((each) => each.binding)).toEqual([]);
  await expect(platform.run('chooseScheme', { id, deployments: ['tin-foil'] })).rejects.toThrow('compliance.refused');
  for (const format of ['docx', 'pdf']) {
    const file = await platform.run<{ id: string }>('writeDocument', { id, document: 'crypto-scheme', format });
    const text = await textOfFile(await platform.bytes(file.id));
    for (const { title, parts, keys } of instrument.deployments)
      for (const wanted of [title, ...parts.map((each) => each.title), ...keys.map((each) => each.destruction)])
        expect(text).toContain(wanted.zh.replace(/\s/g, ''));
  }
});

test('[C21] a compensation names judged objects, is confirmed by the caller, and stands in the score', async () => {
  const object = (oid: string, D: boolean) => ({
    id: oid,
    name: oid,
    facts: { D, A: true, K: true, strengthBits: 128, moduleLevel: 2, keyRequirementsMet: true },
  });
  const judge = (unit: string, D: boolean) =>
    platform.run('judgeUnit', { id, unit, answer: { kind: 'objects', objects: [object('o', D)] } });
  await judge('network-confidentiality', false);
  await judge('application-transit-confidentiality', true);
  const given = {
    unit: 'network-confidentiality',
    object: 'o',
    giverUnit: 'application-transit-confidentiality',
    giver: 'o',
    reason: '应用层已对全部重要数据加密',
  };
  const state = (compensations: object[]) => platform.run('stateCompensations', { id, compensations });
  await expect(state([{ ...given, giver: 'x' }])).rejects.toThrow('compliance.refused');
  await state([given]);
  const { sheet, score, scoreWords } = await platform.detail(id);
  expect(sheet?.compensations).toMatchObject([{ ...given, confirmedBy: '管理员' }]);
  expect(score?.lines.find((line) => line.kind === 'compensation')).toMatchObject({ value: 0.5 });
  expect(scoreWords.find((line) => line.kind === 'compensation')?.why.join()).toContain('弥补');
  const old = { organisationId: platform.water, instrument: 'crypto-assessment', name: '旧规则', level: 3 };
  const { id: other } = await platform.run<{ id: string }>('createAssessment', { ...old, rules: 'rules-2021' });
  await expect(platform.run('stateCompensations', { id: other, compensations: [] })).rejects.toThrow(
    'compliance.refused',
  );
});

test('[C22] penalties follow the text in force on the day of the conduct; a draft cannot be asked', async () => {
  interface Answer {
    readonly instrument: { readonly version: string };
    readonly penalties: readonly { readonly fine: { readonly range: readonly number[] | null } | null }[];
  }
  const ask = (input: object) =>
    platform.run<Answer>('explainPenalties', { instrument: 'cybersecurity-law', ...input });
  const conduct = { conduct: 'cii-duties', severity: 'refusal-or-harm' };
  const before = await ask({ on: '2025-12-31', facts: conduct });
  const after = await ask({ on: '2026-01-01', facts: conduct });
  expect([before.instrument.version, after.instrument.version]).toEqual(['2016', '2026']);
  for (const each of [before, after]) expect(each.penalties[0]?.fine?.range).toEqual([100_000, 1_000_000]);
  expect(
    (await ask({ on: '2026-01-01', facts: { ...conduct, severity: 'serious' } })).penalties[0]?.fine?.range,
  ).toEqual([500_000, 2_000_000]);
  const { items } = await platform.run<{ items: { id: string; selectable: boolean; penalties: number }[] }>(
    'listInstruments',
    {},
  );
  const draft = items.find((each) => !each.selectable);
  expect(draft?.penalties).toBeGreaterThan(0);
  await expect(ask({ instrument: draft?.id })).rejects.toThrow('a text in force');
  await expect(ask({ instrument: 'pi-audit' })).rejects.toThrow('a table of penalties');
  await expect(ask({ facts: { conduct: 'jaywalking' } })).rejects.toThrow('compliance.refused');
});
