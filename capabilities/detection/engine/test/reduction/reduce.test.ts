import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Alert, hostName, Reducer, standardConfiguration, userName } from '../../src/index.ts';
import { attack, day, hour, inOrder, minute, ordinary, reduce, start } from './streams.ts';

const strike = start + 2 * day + 9 * hour;

describe('reduction', () => {
  test('[R1] the same rule on the same machine within ten minutes is one episode', () => {
    const { reducer, episodeOf } = reduce([
      { time: start, rule: 'a', host: 'x' },
      { time: start + 9 * minute, rule: 'a', host: 'X.corp.example' },
      { time: start + 9 * minute, rule: 'b', host: 'x' },
      { time: start + 9 * minute, rule: 'a', host: 'y' },
      { time: start + 19 * minute + 1, rule: 'a', host: 'x' },
    ]);
    expect(episodeOf).toEqual([0, 0, 1, 2, 3]);
    expect(reducer.episodes[0]).toMatchObject({ count: 2, start, end: start + 9 * minute });
  });
  test('[R2] names of machines and people mean the same in every spelling; addresses find their host', () => {
    expect(['HOST1.corp.example', 'host1$', ' Host1 '].map(hostName)).toEqual(['host1', 'host1', 'host1']);
    expect(hostName('10.1.2.3')).toBe('10.1.2.3');
    expect(['CORP\\Joe', 'joe@corp.example', 'JOE'].map(userName)).toEqual(['joe', 'joe', 'joe']);
    const { reducer } = reduce([
      { time: start, rule: 'a', host: 'web', address: '10.0.0.7' },
      { time: start + 1, rule: 'b', address: '10.0.0.7' },
      { time: start + 2, rule: 'b', address: '10.0.0.8' },
    ]);
    expect(reducer.episodes.map((episode) => episode.machine)).toEqual(['web', 'web', '10.0.0.8']);
  });
  test('[R3] in the first day everything is new, and nothing is concluded from newness', () => {
    const { incidents, reducer } = reduce(inOrder(ordinary(1), attack(start + 12 * hour)));
    expect(incidents).toEqual([]);
    expect(new Set(reducer.episodes.map((episode) => episode.verdict.kind))).toEqual(new Set(['learning']));
  });
  test('[R4] what happens on a machine all the time is kept back, and the verdict says how often', () => {
    const { verdicts } = reduce(ordinary());
    const last = verdicts('Package update').at(-1);
    expect(last).toMatchObject({ kind: 'usual', of: 426 });
    expect(last?.kind === 'usual' && last.slots).toBe(71);
  });
  test('[R5] unusual episodes that share a machine or person add up to one incident with a link each', () => {
    const { incidents, reducer, verdicts } = reduce(inOrder(ordinary(), attack(strike)));
    expect(incidents).toHaveLength(1);
    const [incident] = incidents;
    expect(incident).toMatchObject({ alerts: attack(0).length, kind: 'group', start: strike });
    expect(incident?.machines.toSorted()).toEqual(['db', 'mail1', 'share', 'web']);
    expect(incident?.opened).toBeLessThan(strike + 2 * minute);
    expect(verdicts('Credential dump')[0]).toMatchObject({ kind: 'linked' });
    for (const index of incident?.episodes ?? []) {
      const { verdict } = reducer.episodes[index] as (typeof reducer.episodes)[number];
      if (verdict.kind !== 'linked') continue;
      const earlier = reducer.episodes[verdict.to];
      expect(earlier?.start).toBeLessThanOrEqual(reducer.episodes[index]?.start as number);
      if (verdict.by !== 'time') expect(earlier?.[verdict.by]).toBe(reducer.episodes[index]?.[verdict.by]);
    }
  });
  test('[R6] very unusual things on different machines are linked by time alone, but not hours apart', () => {
    const odd = (host: string, time: number): Alert => ({ time, rule: `Odd on ${host}`, host });
    const together = reduce(inOrder(ordinary(), [odd('web', strike), odd('share', strike + 5 * minute)]));
    expect(together.incidents.map((incident) => incident.machines)).toEqual([['web', 'share']]);
    expect(together.verdicts('Odd on share')[0]).toMatchObject({ kind: 'linked', by: 'time' });
    const apart = reduce(inOrder(ordinary(), [odd('web', strike), odd('share', strike + 3 * hour)]));
    expect(apart.incidents).toEqual([]);
    expect(apart.verdicts('Odd on share')[0]).toMatchObject({
      kind: 'weak',
      needed: standardConfiguration.incidentBits,
    });
  });
  test('[R7] no day has more than fifteen incidents; what is left out says so', () => {
    const flood: Alert[] = [];
    for (let index = 0; index < 40; index += 1)
      for (const part of ['one', 'two'])
        flood.push({ time: start + 2 * day + index * 35 * minute, rule: `New ${index} ${part}`, host: `lone${index}` });
    const { incidents, reducer } = reduce(inOrder(ordinary(), flood));
    const perDay = new Map<number, number>();
    for (const { opened } of incidents)
      perDay.set(Math.floor(opened / day), (perDay.get(Math.floor(opened / day)) ?? 0) + 1);
    expect(Math.max(...perDay.values())).toBeLessThanOrEqual(15);
    expect(incidents.length).toBeGreaterThanOrEqual(11);
    expect(reducer.episodes.filter((episode) => episode.verdict.kind === 'budget').length).toBeGreaterThan(0);
  });
  test('[R7] a strong incident finds room where weak ones no longer do', () => {
    const flood: Alert[] = [];
    for (let index = 0; index < 16; index += 1)
      for (const part of ['one', 'two'])
        flood.push({
          time: strike - 9 * hour + index * 32 * minute,
          rule: `New ${index} ${part}`,
          host: `lone${index}`,
        });
    const { incidents } = reduce(inOrder(ordinary(), flood, attack(strike)));
    expect(incidents.some((incident) => incident.rules.includes('Credential dump'))).toBe(true);
  });
  test('[R8] a machine that reports as regularly as clockwork, and alone, is one incident with its whole past', () => {
    const beacon = Array.from({ length: 2000 }, (_, index) => ({
      time: start + index * minute + (index % 5) * 1000,
      rule: 'Query of a rare domain',
      host: 'share',
    }));
    const { incidents, verdicts } = reduce(inOrder(ordinary(), beacon));
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ kind: 'regular', alerts: 2000, machines: ['share'], start });
    expect(verdicts('Query of a rare domain')[0]).toMatchObject({ kind: 'regular', incident: 0 });
  });
  test('[R8] regularity that many machines share is no incident', () => {
    const hosts = ['mail1', 'mail2', 'gate', 'web', 'share', 'db'];
    const everywhere = hosts.flatMap((host) =>
      Array.from({ length: 2000 }, (_, index) => ({ time: start + index * minute, rule: 'Heartbeat', host })),
    );
    expect(reduce(inOrder(ordinary(), everywhere)).incidents).toEqual([]);
  });
  test('[R9] the same rules again are the same incident again; what grows beyond it is its own', () => {
    const failed = (host: string, time: number): Alert[] => [
      { time, rule: 'Logon failed', host },
      { time, rule: 'Password brute force', host },
    ];
    const { incidents } = reduce(
      inOrder(ordinary(), failed('web', strike), failed('web', strike + 4 * hour), failed('db', strike + 7 * hour)),
    );
    expect(incidents.map((incident) => [incident.occurrences, incident.alerts])).toEqual([[3, 6]]);
    const grown = reduce(
      inOrder(ordinary(), failed('web', strike - 5 * hour), failed('web', strike - minute), attack(strike)),
    ).incidents;
    expect(grown.map((incident) => incident.occurrences)).toEqual([1, 1]);
    expect(grown[1]?.rules).toContain('Logon failed');
  });
  test('[R10] what a person called harmless is kept back until the exception ends', () => {
    const rules = [...new Set(attack(0).map((alert) => alert.rule))];
    const feedback = rules.map((rule) => ({ rule, verdict: 'harmless' as const, until: strike + 3 * hour }));
    const stream = inOrder(ordinary(), attack(strike), attack(strike + 4 * hour));
    const { incidents, verdicts } = reduce(stream, { feedback });
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.start).toBeGreaterThanOrEqual(strike + 4 * hour);
    expect(verdicts('Credential dump').map((verdict) => verdict.kind)).toEqual(['feedback', 'linked']);
  });
  test('[R11] every alert has an episode, every episode a verdict, and incidents hold exactly what names them', () => {
    const alert = fc.record({
      time: fc.integer({ min: 0, max: 4 * day }).map((offset) => start + offset),
      rule: fc.constantFrom('a', 'b', 'c scan', 'd dump', 'e', 'f sudo'),
      host: fc.constantFrom('x', 'y', 'z'),
      user: fc.constantFrom('u', 'v', ''),
    });
    void fc.assert(
      fc.property(fc.array(alert, { minLength: 1, maxLength: 150 }), (alerts) => {
        const { reducer, episodeOf, incidents } = reduce(inOrder(alerts));
        expect(episodeOf.every((index) => reducer.episodes[index] !== undefined)).toBe(true);
        expect(reducer.episodes.reduce((sum, episode) => sum + episode.count, 0)).toBe(alerts.length);
        const named = new Map<number, number[]>();
        for (const episode of reducer.episodes)
          if ('incident' in episode.verdict)
            named.set(episode.verdict.incident, [...(named.get(episode.verdict.incident) ?? []), episode.index]);
        expect([...named.keys()].sort()).toEqual(incidents.map((incident) => incident.id).sort());
        for (const incident of incidents)
          expect(incident.episodes.toSorted((left, right) => left - right)).toEqual(named.get(incident.id));
      }),
      { numRuns: 150, seed: 20261124 },
    );
  });
  test('[R12] networks do not influence each other', () => {
    const one = inOrder(ordinary(), attack(strike));
    const alone = reduce(one).incidents;
    const reducer = new Reducer();
    for (const alert of one) {
      reducer.push(alert, 'north');
      reducer.push({ ...alert, rule: `other ${alert.rule}` }, 'south');
    }
    const north = reducer.incidents.filter((incident) => incident.network === 'north');
    expect(north.map(({ alerts, bits, start: from }) => [alerts, bits, from])).toEqual(
      alone.map(({ alerts, bits, start: from }) => [alerts, bits, from]),
    );
  });
  test('[R13] a late alert is counted, taken at the newest time and not lost', () => {
    const { reducer } = reduce([
      { time: start + hour, rule: 'a', host: 'x' },
      { time: start, rule: 'b', host: 'x' },
    ]);
    expect(reducer.late).toBe(1);
    expect(reducer.episodes[1]?.start).toBe(start + hour);
    expect(() => reducer.push({ time: Number.NaN, rule: 'a' })).toThrow('time: expected milliseconds');
  });
});
