import { beforeAll, expect, test } from 'vitest';
import { matrix } from '../src/index.ts';
import {
  type Alarm,
  type Fault,
  knowledgeOf,
  learnMonitor,
  type Monitor,
  openTwin,
  planTunnel,
  type Twin,
} from '../src/twin/index.ts';

const plan = planTunnel();
let open: () => Monitor;
const record = (seed: number, seconds: number) => {
  const twin = openTwin(plan, seed);
  const recording = matrix(seconds, plan.signals);
  for (let row = 0; row < seconds; row += 1) recording.values.set(twin.step(), row * plan.signals);
  return recording;
};
beforeAll(() => {
  open = learnMonitor(record(1, 1500), plan.owner, knowledgeOf(plan));
});
const run = (seed: number, faults: readonly Omit<Fault, 'until'>[], seconds = 420) => {
  const twin = openTwin(plan, seed);
  for (const fault of faults) twin.inject({ ...fault, until: Number.MAX_SAFE_INTEGER });
  const monitor = open();
  const seen: (Alarm & { second: number })[] = [];
  for (let second = 0; second < seconds; second += 1)
    for (const alarm of monitor.watch(twin.step())) seen.push({ ...alarm, second });
  return { seen, twin };
};
const causes = (seen: readonly Alarm[]) => [
  ...new Set(seen.filter(({ cause }) => cause).map(({ device }) => plan.devices[device]!.id)),
];

test('[A80] the plan has 500 devices, every signal one owner', () => {
  expect(plan.devices.length).toBe(500);
  expect(plan.owner.length).toBe(plan.signals);
  expect(new Set(plan.owner).size).toBe(500);
});
test('[A81] the same seed gives the same tunnel; the numbers stay physical', () => {
  const [one, two] = [record(3, 60), record(3, 60)];
  expect(one.values).toEqual(two.values);
  expect(one.values.every(Number.isFinite)).toBe(true);
  const later = record(4, 900);
  expect(later.values.every(Number.isFinite)).toBe(true);
  const carbon = plan.devices
    .filter(({ kind }) => kind === 'co')
    .map(({ signal }) => later.values[899 * plan.signals + signal]!);
  expect(Math.max(...carbon)).toBeLessThan(120);
  expect(Math.min(...carbon)).toBeGreaterThan(0);
});
test('[A82] couplings: with all its fans dead the air of the tunnel gets worse', () => {
  const co = (twin: Twin, said: Float32Array) =>
    twin.plan.devices.filter(({ kind }) => kind === 'co').reduce((sum, { signal }) => sum + said[signal]!, 0) / 25;
  const [well, ill] = [openTwin(plan, 5), openTwin(plan, 5)];
  for (const { id, kind } of plan.devices)
    if (kind === 'fan') ill.inject({ kind: 'fan-failure', device: id, from: 60, until: 600 });
  let [fresh, foul] = [0, 0];
  for (let second = 0; second < 400; second += 1) [fresh, foul] = [co(well, well.step()), co(ill, ill.step())];
  expect(foul).toBeGreaterThan(1.2 * fresh);
});
test('[A83] a clean replay rings no alarm', () => {
  expect(run(11, []).seen.map(({ device }) => plan.devices[device]!.id)).toEqual([]);
});
for (const [kind, device] of [
  ['fan-failure', 'fan-09-1'],
  ['spoofed-co', 'co-13-1'],
  ['stuck-sensor', 'visibility-06-1'],
  ['loop-outage', 'loop-17-2'],
  ['network-flood', 'switch-21-1'],
] as const)
  test(`[A84] ${kind} is caught within 30 s with the right root cause`, () => {
    const { seen } = run(21, [{ kind, device, from: 120 }]);
    const first = seen.find((alarm) => plan.devices[alarm.device]!.id === device);
    expect(first).toBeDefined();
    expect(first!.second - 120).toBeLessThanOrEqual(30);
    // The order of strength has settled ten seconds after the first alarm.
    expect(causes(seen.filter(({ second }) => second >= first!.second + 10))).toEqual([device]);
    if (kind === 'loop-outage') expect(first!.form).toBe('silent');
    if (kind === 'stuck-sensor') expect(seen.at(-1)!.form).toBe('stuck');
  });
test('[A84] two faults at once, far from each other, are two root causes', () => {
  const { seen } = run(22, [
    { kind: 'fan-failure', device: 'fan-05-2', from: 100 },
    { kind: 'spoofed-co', device: 'co-18-1', from: 140 },
  ]);
  expect(causes(seen.filter(({ second }) => second >= 170)).sort()).toEqual(['co-18-1', 'fan-05-2']);
});
test('[A85] a fault on a device it cannot befall, and an unknown device, are refused', () => {
  const twin = openTwin(plan, 1);
  const fault = { from: 1, until: 2 } as const;
  expect(() => twin.inject({ ...fault, kind: 'fan-failure', device: 'co-01-1' })).toThrow(/got co/);
  expect(() => twin.inject({ ...fault, kind: 'fan-failure', device: 'fan-99-1' })).toThrow(/got fan-99-1/);
});
