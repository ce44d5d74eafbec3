/**
 * Attribute-based encryption: authorities, keys, encapsulation, forms.
 * @module
 */
export * from './authority.ts';
export { concat, equalBytes, FormatError, Reader, utf8, Writer } from './bytes.ts';
export { CurveError, loadCurve, order, scalarOfBytes } from './curve.ts';
export {
  decapsulate,
  decapsulateAsAuthority,
  type Encapsulated,
  encapsulate,
  keySize,
  OpenError,
  PolicyNotMet,
  type RandomBytes,
} from './encapsulation.ts';
export { type HolderKey, isGenuineKey, type MasterKey, type PublicParameters } from './fabeo.ts';
export * from './forms.ts';
export { forgetAttributes } from './hashed.ts';
export * from './sealed-box.ts';
