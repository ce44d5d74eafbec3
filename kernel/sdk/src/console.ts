/**
 * The console half of a capability: one lazily loaded component per declared page.
 * @module
 */
import type { Capability } from './capability.ts';

/** A module whose `Page` export is the component; the kernel knows nothing of the view library. */
export type PageLoader = () => Promise<{ readonly Page: unknown }>;

export interface CapabilityConsole<C extends Capability = Capability> {
  readonly capability: C;
  readonly pages: Readonly<Record<keyof C['pages'] & string, PageLoader>>;
}

/** Fulfils a declaration in the console. A missing or misnamed page does not compile. */
export function implementConsole<const C extends Capability>(
  capability: C,
  pages: { readonly [K in keyof C['pages'] & string]: PageLoader },
): CapabilityConsole<C> {
  return { capability, pages: pages as CapabilityConsole<C>['pages'] };
}
