/**
 * Identifiers and certificates of members.
 * @module
 */
export { type CertificateRequest, type Issuer, issueCertificate } from './certificates.ts';
export {
  addressOfDidWeb,
  compressPoint,
  type DidKey,
  didKeyOf,
  documentOfDidHedun,
  documentOfDidKey,
  type KeyType,
  parseDidHedun,
  parseDidKey,
} from './did.ts';
