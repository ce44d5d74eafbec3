/**
 * The embedded ledger, pure: files, sockets, clock and keys come in as arguments.
 * @module
 */
export { CreatorVerifier, signProposals } from './batch.ts';
export {
  type Block,
  BlockCutter,
  type CutLimits,
  decodeBlock,
  decodeEntry,
  type Entry,
  encodeBlock,
  encodeEntry,
  type Ordered,
  type ValidationCode,
  validationCodes,
} from './block.ts';
export {
  compareUtf8,
  concat,
  equalBytes,
  fromBase64,
  fromHex,
  fromUtf8,
  Reader,
  Slab,
  toBase64,
  toHex,
  utf8,
  Writer,
} from './bytes.ts';
export { Chain, type ChainOptions, type Committed, type Prepared } from './chain.ts';
export {
  type Assembled,
  assemble,
  clockWindowSeconds,
  type EndorsedOne,
  type EndorsementPolicy,
  EndorsementVerifier,
  Endorser,
  type EndorserOptions,
  type LedgerCrypto,
  type RefusalCode,
} from './endorse.ts';
export { type Hash, isConsistent, leafHash, MerkleTree, nodeHash, rootFromInclusion } from './merkle.ts';
export {
  type Checkpoint,
  cosignNote,
  formatCheckpoint,
  formatKey,
  type NoteKey,
  parseCheckpoint,
  parseKey,
  type SignEd25519,
  signNote,
  splitNote,
  type VerifyEd25519,
  verifyNote,
} from './note.ts';
export {
  type Growth,
  type LogTrust,
  type ProofCrypto,
  ProofError,
  type ProofFault,
  proofOf,
  type RecordProof,
  readRecord,
  verifyCheckpoint,
  verifyGrowth,
  verifyRecord,
} from './proofs.ts';
export { ContractRuntime, type RunnableContract, type Simulation } from './runtime.ts';
export { encodeSnapshot, restoreSnapshot, type SnapshotPlace } from './snapshot.ts';
export { versionOf, WorldState } from './state.ts';
export { EmbeddedStub, type HistoryStep, type StateView } from './stub.ts';
export {
  type Creator,
  decodeEnvelope,
  decodeProposal,
  decodeResponse,
  type Endorsement,
  type Envelope,
  encodeEnvelope,
  encodeProposal,
  encodeResponse,
  type PrivateValue,
  type Proposal,
  type RangeRead,
  type ReadOfKey,
  type Response,
  type SignedProposal,
  transactionId,
  transientHash,
} from './transaction.ts';
