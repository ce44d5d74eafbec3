/**
 * The devices of the tunnel: 25 sections of 100 m, twenty devices each, and the signals they report every second.
 * @module
 */

export const deviceKinds = [
  'fan',
  'co',
  'visibility',
  'light',
  'heat',
  'loop',
  'wind',
  'feeder',
  'switch',
  'camera',
] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/** How many of a kind stand in each section. */
const perSection: Readonly<Record<DeviceKind, number>> = {
  fan: 2,
  co: 1,
  visibility: 1,
  light: 6,
  heat: 3,
  loop: 2,
  wind: 1,
  feeder: 1,
  switch: 1,
  camera: 2,
};
/** What a device reports, in order, with its unit. */
export const signalsOf: Readonly<Record<DeviceKind, readonly { readonly name: string; readonly unit: string }[]>> = {
  fan: [
    { name: 'speed', unit: '%' },
    { name: 'current', unit: 'A' },
  ],
  co: [{ name: 'co', unit: 'ppm' }],
  visibility: [{ name: 'extinction', unit: '1/km' }],
  light: [{ name: 'level', unit: '%' }],
  heat: [{ name: 'temperature', unit: '°C' }],
  loop: [
    { name: 'vehicles', unit: '1/s' },
    { name: 'speed', unit: 'm/s' },
  ],
  wind: [{ name: 'wind', unit: 'm/s' }],
  feeder: [{ name: 'power', unit: 'kW' }],
  switch: [
    { name: 'packets', unit: 'k/s' },
    { name: 'errors', unit: '1/s' },
  ],
  camera: [{ name: 'stream', unit: 'Mbit/s' }],
};

export interface Device {
  readonly index: number;
  readonly id: string;
  readonly kind: DeviceKind;
  /** 0 to 24, from the entrance. */
  readonly section: number;
  readonly number: number;
  /** Place of its first signal among all signals. */
  readonly signal: number;
  readonly signals: number;
}
export interface Plan {
  readonly sections: number;
  readonly devices: readonly Device[];
  readonly signals: number;
  /** The device of each signal. */
  readonly owner: Uint16Array;
}

export function planTunnel(sections = 25): Plan {
  if (!Number.isInteger(sections) || sections < 2)
    throw new RangeError(`sections: expected 2 or more, got ${sections}`);
  const devices: Device[] = [];
  let signal = 0;
  for (let section = 0; section < sections; section += 1)
    for (const kind of deviceKinds)
      for (let number = 0; number < perSection[kind]; number += 1) {
        const id = `${kind}-${String(section + 1).padStart(2, '0')}-${number + 1}`;
        const signals = signalsOf[kind].length;
        devices.push({ index: devices.length, id, kind, section, number, signal, signals });
        signal += signals;
      }
  const owner = new Uint16Array(signal);
  for (const device of devices) owner.fill(device.index, device.signal, device.signal + device.signals);
  return { sections, devices, signals: signal, owner };
}

export function deviceOf(plan: Plan, id: string): Device {
  const found = plan.devices.find((device) => device.id === id);
  if (!found) throw new RangeError(`device: expected an id of this tunnel, got ${id}`);
  return found;
}

/** Devices of the same or the next section: what happens to one is soon felt by the other. */
function neighboursIn(plan: Plan): (one: number, other: number) => boolean {
  return (one, other) => Math.abs(plan.devices[one]!.section - plan.devices[other]!.section) <= 1;
}

/** What a monitor of the tunnel may know beforehand: who stands near whom, and which devices are meters of others. */
export function knowledgeOf(plan: Plan) {
  return { near: neighboursIn(plan), sums: (device: number): boolean => plan.devices[device]!.kind === 'feeder' };
}
