/** Being written. @module */
import type { Core } from '../contract.ts';
export function nounHandlers(_core: Core) {
  return {};
}
