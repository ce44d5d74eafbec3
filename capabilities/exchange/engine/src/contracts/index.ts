/**
 * All contracts, as Fabric's shim wants them (`contracts`) and as the embedded ledger runs them: the very same classes.
 * @module
 */
import { AccessContract } from './access.ts';
import { AttributesContract } from './attributes.ts';
import { DomainsContract } from './domains.ts';
import { IdentityContract } from './identity.ts';
import { MembersContract } from './members.ts';
import { ObjectsContract } from './objects.ts';
import { ProvenanceContract } from './provenance.ts';
import { SupervisionContract } from './supervision.ts';

export const contracts = [
  MembersContract,
  IdentityContract,
  AttributesContract,
  ObjectsContract,
  AccessContract,
  SupervisionContract,
  ProvenanceContract,
  DomainsContract,
] as const;
export type { Standing } from './caller.ts';
export { type CertificateFields, readCertificate } from './certificate.ts';
export type { Anchor, DistributedPolicy, Domain, ExchangeEntry } from './domains.ts';
export type { DidRecord } from './identity.ts';
export type { Policy } from './objects.ts';
export { checkTree, type PolicyTree, satisfies } from './policy-tree.ts';
export type {
  AccessRecord,
  Application,
  AttributeDefinition,
  CertificateRecord,
  Change,
  DataObject,
  HeldAttribute,
  Holder,
  Member,
  Parameters,
  Proposal,
  Role,
  TrailStep,
} from './records.ts';
export { sha256Hex } from './sha256.ts';
export { type Mark, ordinaryRules, type Rules } from './supervision.ts';
