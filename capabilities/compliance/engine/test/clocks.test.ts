/** @module Rules [K1] to [K8]. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { addDays, addMonths, addWorkdays } from '@hedun/workdays';
import { describe, expect, test } from 'vitest';
import { type ComplianceEvent, type Deadline, deadlines, sensitivity } from '../src/index.ts';
import { calendar, named, shipped } from './shipped.ts';

const open = named('cn.gov-data-sharing.2025');
const event = (
  id: string,
  type: string,
  occurredAt: string,
  data?: ComplianceEvent['data'],
  subject = 's',
): ComplianceEvent => ({ id, type, subject, occurredAt, ...(data ? { data } : {}) });
const request = (at: string, attribute = 'conditional') => event('r', 'request.submitted', at, { attribute });
function only(node: string, events: readonly ComplianceEvent[], asOf: string, parameters = {}): Deadline {
  const found = deadlines(open, { events, calendar, asOf, parameters }).filter((each) => each.node === node);
  expect(found).toHaveLength(1);
  return found[0] as Deadline;
}

describe('counting', () => {
  test('[K1] equal input gives equal deadlines, and the input stays as it was', () => {
    const events = Object.freeze([Object.freeze(request('2026-02-13T10:00+08:00'))]);
    const input = { events, calendar, asOf: '2026-03-01T00:00+08:00' };
    expect(deadlines(open, input)).toEqual(deadlines(open, input));
    expect(only('art-21.1c', events, '2026-03-01T00:00+08:00').calendar).toBe('CN@2026.1');
  });

  test('[K2] every clock of the regulations on all 730 days equals the calendar', () => {
    for (let day = '2025-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) {
      const at = `${day}T23:59:59+08:00`;
      const events = [
        request(at),
        event('u', 'request.submitted', at, { attribute: 'unconditional' }, 'u'),
        event('g', 'request.agreed', at, {}, 'g'),
        event('d', 'duty.changed', at, {}, 'd'),
        event('c', 'catalogue.updated', at, {}, 'c'),
        event('k', 'correction.requested', at, {}, 'k'),
      ];
      const found = new Map(deadlines(open, { events, calendar, asOf: at }).map((each) => [each.node, each]));
      for (const [node, count] of [
        ['art-21.1c', 10],
        ['art-21.1u', 1],
        ['art-22', 20],
        ['art-17', 10],
        ['art-17.3', 2],
        ['art-26.2', 10],
      ] as const) {
        const limit = addWorkdays(calendar, day, count);
        const deadline = found.get(node);
        if (deadline?.dueOn !== limit.day || deadline.provisional !== limit.provisional || deadline.startedOn !== day)
          throw new Error(`${node} on ${day}: ${JSON.stringify(deadline)}`);
      }
    }
    expect(open.nodes.get('art-22')?.obligation?.clock).toEqual({ n: 20, unit: 'workday' });
  });

  test('[K2] the same deadlines in four time zones', () => {
    const script = path.resolve(import.meta.dirname, 'print-deadlines.ts');
    const print = (zone: string) =>
      execFileSync(process.execPath, [script], { env: { ...process.env, TZ: zone }, encoding: 'utf8' });
    const zones = ['Asia/Shanghai', 'UTC', 'America/New_York', 'Pacific/Kiritimati'].map(print);
    expect(zones[0]?.trim().split('\n').length).toBe(730);
    for (const zone of zones) expect(zone).toBe(zones[0]);
  });

  test('[K3] beyond the announced calendar it is provisional', () => {
    expect(only('art-21.1c', [request('2026-12-15T10:00+08:00')], '2026-12-15T11:00+08:00').provisional).toBe(false);
    expect(only('art-21.1c', [request('2026-12-21T10:00+08:00')], '2026-12-21T11:00+08:00').provisional).toBe(true);
  });
});

describe('extension and interruption', () => {
  const extended = (at: string, data: ComplianceEvent['data'], id = 'x') => event(id, 'request.extended', at, data);
  const both = { approval: true, notice: true };
  const refusals = (deadline: Deadline) =>
    deadline.steps.flatMap((each) => (each.kind === 'extension-refused' ? [each.why] : []));

  test('[K4] ten more working days, once', () => {
    const events = [
      request('2026-02-13T10:00+08:00'),
      extended('2026-03-04T10:00+08:00', both),
      extended('2026-03-05T10:00+08:00', both, 'y'),
    ];
    const deadline = only('art-21.1c', events, '2026-03-06T10:00+08:00');
    expect(deadline.dueOn).toBe('2026-03-19');
    expect(refusals(deadline)).toEqual(['second']);
  });

  test.each([
    ['incomplete', '2026-03-04T10:00+08:00', { approval: true }],
    ['too-long', '2026-03-04T10:00+08:00', { ...both, n: 11 }],
    ['late', '2026-03-06T10:00+08:00', both],
  ])('[K4] refused: %s', (why, at, data) => {
    const deadline = only(
      'art-21.1c',
      [request('2026-02-13T10:00+08:00'), extended(at, data)],
      '2026-03-10T10:00+08:00',
    );
    expect(deadline.dueOn).toBe('2026-03-05');
    expect(refusals(deadline)).toEqual([why]);
  });

  test('[K5] suspended while the other side completes its material', () => {
    const events = [request('2026-02-13T10:00+08:00'), event('i', 'request.incomplete', '2026-02-24T10:00+08:00')];
    expect(only('art-21.1c', events, '2026-04-01T10:00+08:00').status).toBe('suspended');
    expect(only('art-21.1c', events, '2026-04-01T10:00+08:00', { onIncomplete: 'run' }).status).toBe('overdue');
  });

  test('[K5] pause keeps what was used', () => {
    const events = [
      request('2026-02-13T10:00+08:00'),
      event('i', 'request.incomplete', '2026-02-24T10:00+08:00'),
      event('b', 'request.resubmitted', '2026-04-29T10:00+08:00'),
    ];
    const deadline = only('art-21.1c', events, '2026-04-29T11:00+08:00', { onIncomplete: 'pause' });
    expect(deadline.steps.find((each) => each.kind === 'interrupted')).toMatchObject({ used: 2 });
    expect(deadline.dueOn).toBe(addWorkdays(calendar, '2026-04-29', 8).day);
  });
});

describe('outcome', () => {
  const clocked = shipped.flatMap((each) =>
    each.instrument.nodes.flatMap((node) => {
      const obligation = node.obligation;
      if (!obligation || typeof obligation.clock === 'string' || obligation.bound === 'at-least') return [];
      const { n, unit } = obligation.clock;
      return obligation.trigger.map((trigger) => ({
        each,
        node,
        obligation,
        n,
        unit,
        trigger,
        name: `${each.instrument.name}/${node.id} after ${trigger}`,
      }));
    }),
  );
  test.each(clocked)(
    '[K6] $name: in time on the last day, late on the next',
    ({ each, node, obligation, n, unit, trigger }) => {
      const facts = node.applies
        ? (sensitivity(node.applies, each.open.facts, each.open.parameters).holding ?? {})
        : {};
      for (const day of ['2025-09-26', '2025-12-30', '2026-02-12', '2026-02-13', '2026-04-29']) {
        const limit =
          unit === 'workday'
            ? addWorkdays(calendar, day, n).day
            : unit === 'day'
              ? addDays(day, n)
              : addMonths(day, unit === 'year' ? 12 * n : n);
        const outcome = (done?: string, asOf = '2029-12-31') => {
          const events = [
            event('t', trigger, `${day}T08:00+08:00`),
            ...(done === undefined ? [] : [event('d', obligation.doneBy[0] as string, done)]),
          ];
          const found = deadlines(each.open, { events, facts, calendar, asOf }).find(
            (one) => one.node === node.id && one.trigger.id === 't',
          );
          return [found?.dueOn, found?.status];
        };
        expect(outcome(`${limit}T23:59:59+08:00`)).toEqual([limit, 'met']);
        expect(outcome(`${addDays(limit, 1)}T00:00:00+08:00`)).toEqual([limit, 'late']);
        expect(outcome(undefined, limit)).toEqual([limit, 'open']);
        expect(outcome(undefined, addDays(limit, 1))).toEqual([limit, 'overdue']);
      }
    },
  );

  test('[K6] the last minute of the last day is in time', () => {
    const answered = (at: string) =>
      only(
        'art-21.1c',
        [request('2026-02-13T10:00+08:00'), event('a', 'request.answered', at)],
        '2026-12-01T00:00+08:00',
      );
    expect(answered('2026-03-05T23:59:59+08:00').status).toBe('met');
    expect(answered('2026-03-06T00:00:00+08:00')).toMatchObject({ status: 'late', liability: ['art-39.4'] });
    expect(only('art-21.1c', [request('2026-02-13T10:00+08:00')], '2026-03-05T23:59:59+08:00')).toMatchObject({
      status: 'open',
      workdaysLeft: 0,
    });
    expect(only('art-21.1c', [request('2026-02-13T10:00+08:00')], '2026-03-06T00:00:00+08:00')).toMatchObject({
      status: 'overdue',
      workdaysLeft: -1,
    });
    expect(
      only('art-29.2', [event('d', 'data.used', '2026-03-02T10:00+08:00')], '2026-03-02T11:00+08:00'),
    ).toMatchObject({ status: 'retained', dueOn: '2029-03-02' });
    expect(
      only('art-27', [event('p', 'purpose.ended', '2026-03-02T10:00+08:00')], '2026-12-02T11:00+08:00').status,
    ).toBe('unclocked');
  });

  test('[K7] the order given and the time of recording play no part; the future does not exist yet', () => {
    const answer: ComplianceEvent = {
      ...event('a', 'request.answered', '2026-03-05T10:00+08:00'),
      recordedAt: '2026-06-01T00:00+08:00',
    };
    const asked = request('2026-02-13T10:00+08:00');
    expect(only('art-21.1c', [answer, asked], '2026-07-01T00:00+08:00').status).toBe('met');
    expect(only('art-21.1c', [asked, answer], '2026-03-01T00:00+08:00').status).toBe('open');
    expect(
      deadlines(open, {
        events: [asked, { ...answer, subject: 'another' }],
        calendar,
        asOf: '2026-07-01T00:00+08:00',
      })[0]?.status,
    ).toBe('overdue');
    expect(() =>
      deadlines(open, { events: [request('2026-02-13T10:00')], calendar, asOf: '2026-07-01T00:00+08:00' }),
    ).toThrow(/offset/);
  });

  test('[K8] an unknown attribute leaves both clocks undecided', () => {
    const found = deadlines(open, {
      events: [event('r', 'request.submitted', '2026-02-13T10:00+08:00')],
      calendar,
      asOf: '2026-02-14T00:00+08:00',
    });
    expect(found.map((each) => [each.node, each.status, each.missing])).toEqual([
      ['art-21.1u', 'undecided', ['attribute']],
      ['art-21.1c', 'undecided', ['attribute']],
    ]);
  });
});
