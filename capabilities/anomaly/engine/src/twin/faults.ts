/**
 * What can go wrong in the twin, by hand or by attack, and what it does to what a device does or says.
 * @module
 */
import type { Device, DeviceKind } from './plan.ts';

export const faultKinds = [
  'fan-failure',
  'spoofed-co',
  'stuck-sensor',
  'loop-outage',
  'network-flood',
  'fire',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  readonly device: string;
  /** First and last second, inclusive. */
  readonly from: number;
  readonly until: number;
}
/** Kinds of device each can befall. */
export const befalls: Readonly<Record<FaultKind, readonly DeviceKind[]>> = {
  'fan-failure': ['fan'],
  'spoofed-co': ['co'],
  'stuck-sensor': ['co', 'visibility', 'heat', 'wind', 'light'],
  'loop-outage': ['loop'],
  'network-flood': ['switch'],
  fire: ['heat'],
};

export function checkFault(fault: Fault, device: Device): void {
  if (!befalls[fault.kind].includes(device.kind))
    throw new RangeError(
      `device: expected one of ${befalls[fault.kind].join(', ')} for ${fault.kind}, got ${device.kind}`,
    );
  if (!(fault.until >= fault.from))
    throw new RangeError(`fault: expected an end at or after ${fault.from}, got ${fault.until}`);
}
