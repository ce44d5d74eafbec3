import { describe, expect, test } from 'vitest';
import { ChainIndex, type Episode } from '../../src/index.ts';
import { attack, day, hour, inOrder, minute, ordinary, reduce, start } from '../reduction/streams.ts';

const strike = start + 2 * day + 9 * hour;
const prepared = () => {
  const { reducer, incidents } = reduce(inOrder(ordinary(), attack(strike)));
  const chains = new ChainIndex(reducer.episodes, incidents);
  const episode = (rule: string) => reducer.episodes.find((each) => each.rule === rule) as Episode;
  return { reducer, chains, episode };
};

describe('chain', () => {
  test('[C1] from the middle of an attack the path leads back to its beginning and on to its end', () => {
    const { chains, episode } = prepared();
    for (const from of ['Port scan', 'Web shell request', 'Credential dump', 'Data leak to outside']) {
      const { steps, at } = chains.around(episode(from).index);
      expect(steps[at]?.rules).toContain(from);
      expect(steps.flatMap((step) => step.rules)).toEqual([
        'Port scan',
        'Web server 400 error',
        'Web shell request',
        'Sudo to root',
        'Remote session opened',
        'Credential dump',
        'Data leak to outside',
      ]);
    }
  });
  test('[C2] every edge has a reason that holds, every step a place in time', () => {
    const { chains, episode } = prepared();
    const { steps } = chains.around(episode('Sudo to root').index);
    expect(steps[0]?.reason).toBeUndefined();
    for (const [index, step] of steps.entries()) {
      const before = steps[index - 1];
      if (!before) continue;
      expect(step.start).toBeGreaterThanOrEqual(before.start);
      const { reason } = step;
      expect(reason?.seconds).toBe(Math.round((step.start - before.start) / 1000));
      if (reason?.by === 'machine') expect(before.machines).toContain(reason.value);
      if (reason?.by === 'machine') expect(step.machines).toContain(reason.value);
      if (reason?.by === 'user') expect([before.users, step.users]).toEqual([['joe'], ['joe']]);
    }
    expect(steps.map((step) => step.reason?.by)).toContain('user');
  });
  test('[C3] machines, people and initial access are named, and one sweep over many machines is one step', () => {
    const { chains, episode } = prepared();
    const chain = chains.around(episode('Data leak to outside').index);
    expect(chain.steps[0]?.machines).toEqual(['web', 'share', 'db', 'mail1']);
    expect(chain.users).toEqual(['joe']);
    expect(chain.steps[chain.initialAccess as number]).toMatchObject({ tactic: 'initial-access', machines: ['web'] });
    expect(chain.incidents).toEqual([0]);
  });
  test('[C4] the path has at most twelve steps, the timeline all phases in order', () => {
    const long = Array.from({ length: 60 }, (_, index) => ({
      time: strike + index * minute,
      rule: `Step ${index} exploit`,
      host: `host${index % 7}`,
    }));
    const { reducer, incidents } = reduce(inOrder(ordinary(), long));
    const chain = new ChainIndex(reducer.episodes, incidents).around(
      reducer.episodes.find((each) => each.rule === 'Step 30 exploit')?.index as number,
    );
    expect(chain.steps.length).toBe(12);
    expect(chain.timeline.length).toBeGreaterThanOrEqual(60);
    const starts = chain.timeline.map((step) => step.start);
    expect(starts).toEqual(starts.toSorted((left, right) => left - right));
    expect(chain.steps[chain.at]?.rules).toEqual(['Step 30 exploit']);
  });
  test('[C5] an alert that was kept back has an answer too, and an unknown one is refused', () => {
    const { reducer, chains } = prepared();
    const quiet = reducer.episodes.find((each) => each.verdict.kind === 'usual') as Episode;
    const chain = chains.around(quiet.index);
    expect(chain.steps[chain.at]?.episodes).toContain(quiet.index);
    expect(() => chains.around(1e9)).toThrow('episode: expected');
  });
});
