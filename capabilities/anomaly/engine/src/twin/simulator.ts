/**
 * The tunnel, second by second: vehicles drive through and emit, air carries what they emit, fans are switched by the measured air, lights
 * follow the day outside, feeders carry what fans and lights draw, switches carry what cameras send. A fault acts where it would act, so that
 * its consequences reach other devices by themselves: a sensor that lies low keeps the fans off and the real air gets worse.
 *
 * Constants are of the order of those in tunnel ventilation practice (PIARC 2019R02) and chosen for a lively picture, not for a design.
 * @module
 */
import { openRandom } from '../random.ts';
import { checkFault, type Fault } from './faults.ts';
import { type Device, deviceOf, type Plan } from './plan.ts';

export interface Twin {
  readonly plan: Plan;
  /** Seconds since the start. */
  readonly second: () => number;
  /** What every device reports in the next second; a silent device reports NaN. */
  step(): Float32Array;
  inject(fault: Fault): void;
  clear(): void;
  readonly faults: () => readonly Fault[];
}

const steady = 0.05;

export function openTwin(plan: Plan, seed: number, { startOfDay = 8 * 3600 } = {}): Twin {
  const random = openRandom(seed).fork('tunnel');
  const { sections, devices } = plan;
  const vehicles = new Float64Array(sections).fill(3);
  const co = new Float64Array(sections).fill(12);
  const dust = new Float64Array(sections).fill(1.2);
  const heat = new Float64Array(sections).fill(22);
  const speed = new Float64Array(sections).fill(19);
  const fan = new Float64Array(devices.length);
  const last = new Float32Array(plan.signals);
  // How far each device is off its true value belongs to the tunnel, not to the day that is simulated.
  const make = openRandom(2500).fork('devices');
  const calibration = Float64Array.from({ length: plan.signals }, () => 1 + 0.03 * make.normal());
  let [time, wind, level, swing] = [0, 2.5, 1, 0];
  let faults: Fault[] = [];
  const byKind = (kind: Device['kind']) => devices.filter((device) => device.kind === kind);
  const [fans, coSensors] = [byKind('fan'), byKind('co')];
  const active = (device: string) =>
    faults.find((fault) => fault.device === device && time >= fault.from && time <= fault.until);

  const drive = () => {
    const clock = ((startOfDay + time) / 86_400) * 2 * Math.PI;
    // A slow swing (minutes) stands on the day's curve: platoons from the lights outside.
    swing = 0.995 * swing + 0.03 * random.normal();
    const demand = Math.max(0.2, 1 + 0.5 * Math.sin(clock - 1.2) + swing);
    for (let at = sections - 1; at > 0; at -= 1) {
      const moved = Math.min(0.35, speed[at - 1]! / 100);
      const flow = vehicles[at - 1]! * moved;
      vehicles[at]! += flow - vehicles[at]! * Math.min(0.35, speed[at]! / 100);
      vehicles[at] = Math.max(0, vehicles[at]!);
    }
    vehicles[0] = Math.max(
      0,
      vehicles[0]! * (1 - Math.min(0.35, speed[0]! / 100)) + 0.6 * demand * (1 + 0.2 * random.normal()),
    );
    for (let at = 0; at < sections; at += 1) speed[at] = Math.max(5, 21 - 0.5 * vehicles[at]!) + 0.2 * random.normal();
  };
  const blow = (said: Float32Array) => {
    // The control sees what sensors say, not what is so: the third largest reading decides, as one wild sensor must not.
    const readings = coSensors
      .map(({ signal }) => said[signal]!)
      .filter(Number.isFinite)
      .sort((a, b) => b - a);
    const mark = time === -300 ? 12 : (readings[2] ?? 40);
    const wanted = Math.max(0.35, Math.min(1, (mark - 4) / 22));
    level += 0.04 * (wanted - level);
    let thrust = 0;
    for (const device of fans) {
      const broken = active(device.id)?.kind === 'fan-failure';
      fan[device.index]! += 0.3 * ((broken ? 0 : level) - fan[device.index]!);
      thrust += fan[device.index]! ** 2;
    }
    const traffic = vehicles.reduce((sum, value) => sum + value, 0);
    wind += 0.06 * (0.09 * thrust + 0.02 * traffic - 0.45 * wind * Math.abs(wind) + 0.15 * random.normal());
  };
  const carry = () => {
    const share = Math.min(0.4, Math.max(0.01, wind / 20));
    for (let at = sections - 1; at >= 0; at -= 1) {
      const before = (values: Float64Array, outside: number) => (at > 0 ? values[at - 1]! : outside);
      // Fans of a section also stir fresh air in from its niche: a dead fan is felt where it hangs.
      const stirred = fans.filter(({ section }) => section === at).reduce((sum, { index }) => sum + fan[index]!, 0);
      co[at]! += 0.22 * vehicles[at]! + share * (before(co, 3) - co[at]!) - 0.02 * (0.5 + stirred) * co[at]!;
      dust[at]! += 0.02 * vehicles[at]! + share * (before(dust, 0.3) - dust[at]!) - 0.02 * (0.5 + stirred) * dust[at]!;
      const burning = faults.some(
        ({ kind, device, from, until }) =>
          kind === 'fire' && time >= from && time <= until && deviceOf(plan, device).section === at,
      );
      heat[at]! +=
        0.02 * (20 + 0.5 * vehicles[at]! - heat[at]!) +
        0.3 * share * (before(heat, 20) - heat[at]!) +
        (burning ? 2.5 : 0);
      if (burning) dust[at]! += 1.2;
    }
  };
  const outside = () => Math.max(0, Math.sin(((startOfDay + time) / 86_400 - 0.25) * 2 * Math.PI)) + steady;

  const report = (): Float32Array => {
    const said = new Float32Array(plan.signals);
    const power = new Float64Array(sections);
    const load = new Float64Array(sections);
    const say = ({ signal }: Device, at: number, value: number, noise: number) => {
      said[signal + at] = calibration[signal + at]! * value + noise * random.normal();
    };
    for (const device of devices) {
      const { section, kind, index } = device;
      if (kind === 'fan') {
        say(device, 0, 100 * fan[index]!, 0.8);
        say(device, 1, 60 * fan[index]! ** 2 + 1, 0.5);
        power[section]! += 22 * fan[index]! ** 2;
      }
      if (kind === 'co') say(device, 0, co[section]!, 0.25);
      if (kind === 'visibility') say(device, 0, dust[section]!, 0.04);
      if (kind === 'light') {
        const near = Math.min(section, sections - 1 - section);
        const lit = 30 + 60 * outside() * Math.exp(-near / 3);
        say(device, 0, lit, 0.5);
        power[section]! += lit / 100;
      }
      if (kind === 'heat') say(device, 0, heat[section]!, 0.12);
      if (kind === 'loop') {
        say(device, 0, 0.5 * vehicles[section]! * (speed[section]! / 100), 0.012);
        say(device, 1, speed[section]!, 0.3);
      }
      if (kind === 'wind') say(device, 0, wind, 0.06);
      if (kind === 'camera') {
        say(device, 0, 4 + 0.35 * vehicles[section]!, 0.15);
        load[section]! += said[device.signal]!;
      }
    }
    for (const device of devices) {
      if (device.kind === 'feeder') say(device, 0, power[device.section]! + 3, 0.12);
      if (device.kind !== 'switch') continue;
      const flooded = active(device.id)?.kind === 'network-flood';
      say(device, 0, 0.4 + 0.12 * load[device.section]! + (flooded ? 45 : 0), 0.05);
      say(device, 1, 0.2 + (flooded ? 12 : 0), 0.08);
      // A flooded switch starves the cameras behind it.
      if (flooded)
        for (const camera of devices)
          if (camera.kind === 'camera' && camera.section === device.section) said[camera.signal]! *= 0.55;
    }
    for (const fault of faults) {
      if (time < fault.from || time > fault.until) continue;
      const { signal, signals } = deviceOf(plan, fault.device);
      if (fault.kind === 'spoofed-co') said[signal] = 6 + 0.25 * random.normal();
      if (fault.kind === 'stuck-sensor') said[signal] = last[signal]!;
      if (fault.kind === 'loop-outage') said.fill(Number.NaN, signal, signal + signals);
    }
    last.set(said);
    return said;
  };

  const step = () => {
    drive();
    blow(last);
    carry();
    const said = report();
    time += 1;
    return said;
  };
  // Five minutes before the first second, so that the tunnel does not begin empty.
  for (time = -300; time < 0; ) step();

  return {
    plan,
    second: () => time,
    step,
    inject: (fault) => {
      checkFault(fault, deviceOf(plan, fault.device));
      faults = [...faults, fault];
    },
    clear: () => {
      faults = faults.map((fault) => ({ ...fault, until: Math.min(fault.until, time - 1) }));
    },
    faults: () => faults,
  };
}
