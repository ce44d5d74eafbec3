/** @module Rules [I1] to [I4]: the shipped regulations. */
import { describe, expect, test } from 'vitest';
import { coverage, lintInstrument, lintLibrary } from '../src/index.ts';
import { calendar, cases, named, shipped } from './shipped.ts';

test('[I1] the shipped files have no problem, alone or together', () => {
  expect(shipped.flatMap(({ instrument, text }) => lintInstrument(instrument, text))).toEqual([]);
  expect(lintLibrary(shipped.map((each) => each.instrument))).toEqual([]);
  expect(cases.map((each) => each.instrument).sort()).toEqual(shipped.map((each) => each.instrument.id).sort());
});

describe.each(shipped.map(({ open }) => ({ id: open.instrument.id, open })))('$id', ({ open }) => {
  const covered = coverage(open, cases, calendar);
  test.each(covered.outcomes.map((outcome) => ({ name: `${outcome.case.node}: ${outcome.case.name}`, outcome })))(
    '[I2] $name',
    ({ outcome }) => {
      expect({ passed: outcome.passed, got: outcome.got, expected: outcome.case.expect }).toMatchObject({
        passed: true,
      });
    },
  );
  test('[I2] every executable id has a case that holds and one that does not', () => {
    expect(covered.untested).toEqual([]);
    expect(covered.nodes.length).toBe(covered.executable);
  });
});

test('[I2] an executable id without cases is found', () => {
  const open = named('cn.pi-audit.2025');
  const fewer = cases.map((file) => ({ ...file, cases: file.cases.filter((each) => each.node !== 'art-15') }));
  expect(coverage(open, fewer, calendar).untested).toEqual(['art-15']);
  const wrong = cases.map((file) => ({
    ...file,
    cases: file.cases.map((each) => (each.node === 'art-14' ? { ...each, expect: { holds: null } } : each)),
  }));
  expect(coverage(open, wrong, calendar).untested).toEqual(['art-14']);
});

describe('completeness', () => {
  test('[I3] the PI audit: 20 articles, 26 topics and 111 checks', () => {
    const { nodes } = named('cn.pi-audit.2025').instrument;
    expect(nodes.filter((node) => node.kind === 'article').map((node) => node.id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `art-${index + 1}`),
    );
    const parents = new Set(nodes.map((node) => node.parent));
    expect(nodes.filter((node) => node.kind === 'check' && !parents.has(node.id))).toHaveLength(111);
    const perItem = Array.from(
      { length: 26 },
      (_, index) => nodes.filter((node) => node.parent === `guide-${index + 2}`).length,
    );
    // Lettered sub-items of items 2 to 27 as printed; item 7 has none and is itself the check.
    expect(perItem).toEqual([4, 5, 6, 4, 3, 0, 3, 7, 2, 3, 5, 7, 3, 5, 6, 3, 2, 11, 3, 2, 5, 4, 3, 3, 3, 8]);
  });

  test('[I3] the data-sharing regulations: 44 articles, and their liability items', () => {
    const { nodes } = named('cn.gov-data-sharing.2025').instrument;
    expect(nodes.filter((node) => node.kind === 'article').map((node) => node.id)).toEqual(
      Array.from({ length: 44 }, (_, index) => `art-${index + 1}`),
    );
    expect([39, 40, 41].map((article) => nodes.filter((node) => node.parent === `art-${article}`).length)).toEqual([
      9, 7, 3,
    ]);
  });

  test('[I3] the cryptography assessment: 41 units in 8 layers, and a reference deployment for every technical unit', () => {
    const { nodes, deployments, scorings } = named('cn.crypto-assessment.2023').instrument;
    expect(nodes.filter((node) => node.kind === 'unit')).toHaveLength(41);
    expect(nodes.filter((node) => node.kind === 'layer')).toHaveLength(8);
    const covered = new Set(deployments.flatMap((each) => each.covers.map((cover) => cover.unit)));
    const technical = nodes.filter((node) =>
      ['physical', 'network', 'device', 'application'].includes(node.parent ?? ''),
    );
    expect(technical.map((node) => node.id).filter((id) => !covered.has(id))).toEqual([]);
    for (const scoring of scorings)
      expect(scoring.units.map((unit) => unit.node)).toEqual(
        nodes.filter((node) => node.kind === 'unit').map((node) => node.id),
      );
    // A weight stands exactly where the standard has a verb.
    for (const unit of scorings[0]?.units ?? [])
      expect(unit.weights.map((weight) => weight === null)).toEqual(
        nodes.find((node) => node.id === unit.node)?.verbs?.map((verb) => verb === null),
      );
  });

  test('[I4] every node speaks both languages and has a trace', () => {
    for (const { instrument } of shipped)
      for (const node of instrument.nodes) {
        expect(node.zh).toMatch(/\p{Script=Han}/u);
        expect(node.en).toMatch(/[A-Za-z]{3}/);
        expect(node.zh).not.toMatch(/[ \t][\u4e00-\u9fff]|-\s*\d+\s*-/);
        expect(node.trace.length).toBeGreaterThan(1);
      }
  });

  test('[I4] nothing of the cryptography assessment or the law of 2026 claims to be verified', () => {
    for (const id of ['cn.crypto-assessment.2023', 'cn.cybersecurity-law.2026']) {
      const { status, scorings, highRisks, penalties, parameters } = named(id).instrument;
      expect(
        [status, ...[...scorings, ...highRisks, ...penalties, ...parameters].map((each) => each.status)].filter(
          (each) => each === 'verified',
        ),
      ).toEqual([]);
    }
    for (const { instrument } of shipped)
      for (const parameter of instrument.parameters)
        if (parameter.basis === 'interpretation') expect(parameter.status).not.toBe('verified');
  });
});
