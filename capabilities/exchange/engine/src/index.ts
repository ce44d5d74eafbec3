/**
 * Attribute-based encryption, an embedded permissioned ledger with verifiable proofs, and the contracts of a data exchange: the pure part.
 * @module
 */
export {};
