/**
 * What the platform and the thread of a tunnel tell each other.
 * @module
 */
import type { FaultKind } from '@hedun/anomaly/twin';
import type { TunnelAlarm } from '../shapes.ts';

export type ToTunnel =
  | { readonly kind: 'step' }
  | { readonly kind: 'clear' }
  | { readonly kind: 'inject'; readonly fault: FaultKind; readonly device: string; readonly seconds: number };
export interface Picture {
  readonly kind: 'picture';
  readonly second: number;
  readonly values: readonly (number | null)[];
  readonly alarms: readonly TunnelAlarm[];
  readonly milliseconds: number;
}
export type FromTunnel = { readonly kind: 'ready' } | Picture;
