/**
 * An attribute authority: keys for holders, and the second tier of revocation. Every attribute has an epoch; what is hashed to the curve is
 * `atom@epoch`. Revoking raises the epoch of the attribute: holders who keep it get new points, headers are encrypted again, and a revoked
 * key opens nothing made since. What it opened or could open before is beyond recall, and no scheme recalls it.
 * @module
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { type AtomTree, type Attribute, atomsOf } from '../policy/atoms.ts';
import { utf8, Writer } from './bytes.ts';
import { type Scalar, scalarOfBytes } from './curve.ts';
import type { RandomBytes } from './encapsulation.ts';
import { type HolderKey, issueKey, type MasterKey, setup } from './fabeo.ts';

/** Epoch of each attribute name; a name that is absent is in epoch 0. */
export type Epochs = Readonly<Record<string, number>>;
const epochOf = (epochs: Epochs, name: string): number => (Object.hasOwn(epochs, name) ? (epochs[name] as number) : 0);

export function createAuthority(name: string, random: RandomBytes): MasterKey {
  return setup(name, scalarOfBytes(random(64)));
}

/** Whom a key is for. The serial goes up when a holder's key was lost, so that the old one is worth nothing together with the new. */
export interface Holder {
  readonly name: string;
  readonly serial: number;
}

/** A key for exactly these attributes in the current epochs. The same holder and serial give parts that fit together. */
export function issueHolderKey(
  master: MasterKey,
  holder: Holder,
  attributes: readonly Attribute[],
  epochs: Epochs,
): HolderKey {
  const atoms = attributes.flatMap((attribute) =>
    atomsOf(attribute).map((atom) => `${atom}@${epochOf(epochs, attribute.name)}`),
  );
  return issueKey(master, `${holder.name}#${holder.serial}`, [...new Set(atoms)], secretOf(master, holder));
}

/** Puts the epochs into the leaves of a policy. */
export function inEpochs(tree: AtomTree, epochs: Epochs): AtomTree {
  return tree.kind === 'atom'
    ? { ...tree, atom: `${tree.atom}@${epochOf(epochs, tree.name)}` }
    : { ...tree, branches: tree.branches.map((branch) => inEpochs(branch, epochs)) };
}
export function namesIn(tree: AtomTree): readonly string[] {
  return [...new Set(tree.kind === 'atom' ? [tree.name] : tree.branches.flatMap(namesIn))].sort();
}

/** The holder's own number, the same whenever it is asked for: a key update fits the key, and the authority keeps no list of secrets. */
function secretOf(master: MasterKey, { name, serial }: Holder): Scalar {
  const input = new Writer().raw(utf8('hedun-exchange-v1/holder\0')).text(name).long(serial).bytes();
  return scalarOfBytes(hmac(sha512, master.alpha.serialize(), input));
}
