/**
 * One signature over many things: the root of a Merkle tree of their digests is signed, each carries its path, and each proves itself alone. Endorsers sign
 * what they simulated in one turn this way, and a creator may sign the proposals it sends together (Merkle, "A Certified Digital Signature", CRYPTO 1989,
 * for signing once over a tree). A P-256 verification costs as much as seventy hashes, and all of a batch share one.
 * @module
 */
import { equalBytes, fingerprint, Reader, Writer } from './bytes.ts';
import { batchPaths, type Hash, nodeHash, rootFromInclusion } from './merkle.ts';

/** A place in a batch, the way up to its root, and the signature over that. */
export interface BatchPlace {
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

interface Good {
  readonly signer: string;
  readonly root: Uint8Array;
  readonly size: number;
  readonly signature: Uint8Array;
}

/** Verifies places; a signature found good once is remembered, since all of a batch share it. */
export class BatchVerifier {
  readonly #hash: Hash;
  /** Batch signatures found good, by root. */
  readonly #good = new Map<number, Good[]>();
  /** Parents computed before, by left child: the paths of a batch share all but their first steps. */
  readonly #parents = new Map<
    number,
    { readonly left: Uint8Array; readonly right: Uint8Array; readonly parent: Uint8Array }
  >();

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  /**
   * @param signer whose key `verify` uses: what is remembered holds for this signer only
   * @param messageOf the signed bytes for a root
   */
  holds(
    signer: string,
    leaf: Uint8Array,
    { index, size, path, signature }: BatchPlace,
    messageOf: (root: Uint8Array, size: number) => Uint8Array,
    verify: (message: Uint8Array, signature: Uint8Array) => boolean,
  ): boolean {
    const root = rootFromInclusion(this.#hash, index, size, leaf, path, this.#combine);
    if (!root) return false;
    const name = fingerprint(root, 0);
    const known = this.#good.get(name) ?? [];
    const isSame = (each: Good) =>
      each.signer === signer &&
      each.size === size &&
      equalBytes(each.root, root) &&
      equalBytes(each.signature, signature);
    if (known.some(isSame)) return true;
    if (!verify(messageOf(root, size), signature)) return false;
    if (this.#good.size > 4096) this.#good.clear();
    this.#good.set(name, [...known.slice(-8), { signer, root: root.slice(), size, signature: signature.slice() }]);
    return true;
  }

  readonly #combine = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    const name = fingerprint(left, 0);
    const known = this.#parents.get(name);
    if (known && equalBytes(known.left, left) && equalBytes(known.right, right)) return known.parent;
    const parent = nodeHash(this.#hash, left, right);
    if (this.#parents.size > 20_000) this.#parents.clear();
    this.#parents.set(name, { left: left.slice(), right: right.slice(), parent });
    return parent;
  };
}

/** A DER signature begins with 0x30, so that the first byte tells the two forms apart. */
const placeTag = 0x4d;
/** The creator's certificate stands in every proposal below the root. */
const creatorMessage = (root: Uint8Array, size: number): Uint8Array =>
  new Writer().text('hedun.proposals.1').bytes(root).size(size).done();
const proposalLeaf = (hash: Hash, proposal: Uint8Array): Uint8Array =>
  hash(new Writer().text('hedun.proposal-in-batch.1').bytes(proposal).done());

/**
 * Signs proposals of one creator at once. @returns a signature for each, of its own: the plain one where there is only one proposal
 * @param sign ECDSA P-256 with SHA-256, DER, with the creator's key
 */
export function signProposals(
  hash: Hash,
  proposals: readonly Uint8Array[],
  sign: (message: Uint8Array) => Uint8Array,
): Uint8Array[] {
  const [only] = proposals;
  if (only && proposals.length === 1) return [sign(only)];
  if (!only) return [];
  const { root, paths } = batchPaths(
    hash,
    proposals.map((each) => proposalLeaf(hash, each)),
  );
  const signature = sign(creatorMessage(root, proposals.length));
  return paths.map((path, index) => encodePlace({ index, size: proposals.length, path, signature }));
}

/** The path stands at the end and from the root down: the last bytes are the nearest sibling's digest, so that signatures of one batch differ there. */
function encodePlace({ index, size, path, signature }: BatchPlace): Uint8Array {
  const writer = new Writer().byte(placeTag).size(index).size(size).bytes(signature);
  return writer.list([...path].reverse(), (to, step) => to.bytes(step)).done();
}
function decodePlace(bytes: Uint8Array): BatchPlace {
  const reader = new Reader(bytes);
  reader.byte();
  const [index, size, signature] = [reader.size(), reader.size(), reader.bytes()];
  const path = reader.list((from) => from.bytes()).reverse();
  reader.end();
  return { index, size, path, signature };
}

/** Whether a proposal was signed by the key of the certificate, alone or in a batch. */
export class CreatorVerifier {
  readonly #hash: Hash;
  readonly #verify: (certificate: string, message: Uint8Array, signature: Uint8Array) => boolean;
  readonly #batches: BatchVerifier;

  constructor(crypto: {
    readonly sha256: Hash;
    verifyByCertificate(certificate: string, message: Uint8Array, signature: Uint8Array): boolean;
  }) {
    this.#hash = crypto.sha256;
    this.#verify = (...all) => crypto.verifyByCertificate(...all);
    this.#batches = new BatchVerifier(crypto.sha256);
  }

  holds(certificate: string, proposal: Uint8Array, signature: Uint8Array): boolean {
    if (signature[0] !== placeTag) return this.#verify(certificate, proposal, signature);
    let place: BatchPlace;
    try {
      place = decodePlace(signature);
    } catch {
      return false;
    }
    return this.#batches.holds(
      certificate,
      proposalLeaf(this.#hash, proposal),
      place,
      creatorMessage,
      (message, bare) => this.#verify(certificate, message, bare),
    );
  }
}
