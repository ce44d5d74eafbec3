/**
 * The true scheme and deliberately broken ones behind one face. Each broken one makes a mistake that has been made in the world; the attacks
 * of the tests must succeed on them, or the attacks prove nothing. They live among the tests and nowhere else.
 * @module
 */
import { createHash } from 'node:crypto';
import {
  createAuthority,
  decapsulate,
  type Epochs,
  encapsulate,
  type HolderKey,
  inEpochs,
  issueHolderKey,
  scalarOfBytes,
} from '@hedun/exchange/abe';
import { type AtomTree, type Attribute, atomsOf, compileSpan, selectRows } from '@hedun/exchange/policy';
import { order, readOne, readTwo } from '../src/abe/curve.ts';
import { elementsOf, issueKey, openWithKey } from '../src/abe/fabeo.ts';

export interface Scheme {
  readonly name: string;
  keyOf(holder: string, attributes: readonly Attribute[], epochs?: Epochs): HolderKey;
  encrypt(tree: AtomTree, epochs?: Epochs): { readonly ciphertext: Uint8Array; readonly key: Uint8Array };
  /** Throws where the ciphertext does not open. */
  decrypt(key: HolderKey, tree: AtomTree, ciphertext: Uint8Array, epochs?: Epochs): Uint8Array;
}
type Random = (size: number) => Uint8Array;
const context = new Uint8Array([1, 2, 3]);

export function trueScheme(random: Random): Scheme {
  const master = createAuthority('true', random);
  return {
    name: 'ours',
    keyOf: (name, attributes, epochs = {}) => issueHolderKey(master, { name, serial: 1 }, attributes, epochs),
    encrypt: (tree, epochs = {}) => encapsulate(master.parameters, inEpochs(tree, epochs), context, random),
    decrypt: (key, tree, ciphertext, epochs = {}) =>
      decapsulate(master.parameters, key, inEpochs(tree, epochs), context, ciphertext),
  };
}

/** Every holder has the same secret number, so that the points of two holders fit together. */
export function sharedSecret(random: Random): Scheme {
  const master = createAuthority('shared', random);
  const one = scalarOfBytes(random(64));
  return {
    ...trueScheme(random),
    name: 'one secret number for all holders',
    keyOf: (holder, attributes) =>
      issueKey(
        master,
        holder,
        attributes.flatMap((each) => atomsOf(each).map((atom) => `${atom}@0`)),
        one,
      ),
    encrypt: (tree) => encapsulate(master.parameters, inEpochs(tree, {}), context, random),
    decrypt: (key, tree, ciphertext) => decapsulate(master.parameters, key, inEpochs(tree, {}), context, ciphertext),
  };
}

/** Epochs are written down and never reach the curve. */
export function withoutEpochs(random: Random): Scheme {
  const whole = trueScheme(random);
  return {
    name: 'epochs that bind nothing',
    keyOf: (holder, attributes) => whole.keyOf(holder, attributes),
    encrypt: (tree) => whole.encrypt(tree),
    decrypt: (key, tree, ciphertext) => whole.decrypt(key, tree, ciphertext),
  };
}

/** The bare scheme: the key is a hash of the target element; nothing is checked and nothing is bound. */
export function withoutCheck(random: Random): Scheme {
  const master = createAuthority('bare', random);
  const number = () => scalarOfBytes(random(64));
  return {
    name: 'no re-encryption check',
    keyOf: (name, attributes) => issueHolderKey(master, { name, serial: 1 }, attributes, {}),
    encrypt: (tree) => {
      const program = compileSpan(inEpochs(tree, {}), order);
      const secret = number();
      const coins = {
        secret,
        colours: Array.from({ length: program.colours }, number),
        randoms: Array.from({ length: program.columns - 1 }, () =>
          BigInt(`0x${Buffer.from(random(31)).toString('hex')}`),
        ),
      };
      const elements = elementsOf(program, coins);
      return {
        ciphertext: Buffer.concat(
          [elements.secret, ...elements.colours, ...elements.rows].map((point) => point.serialize()),
        ),
        key: digest(master.parameters.target.times(secret).serialize()),
      };
    },
    decrypt: (key, tree, ciphertext) => {
      const marked = inEpochs(tree, {});
      const program = compileSpan(marked, order);
      const uses = selectRows(marked, (atom) => key.atoms.has(atom), order);
      if (!uses) throw new Error('policy not met');
      const two = (index: number) => readTwo(ciphertext.subarray(96 * index, 96 * index + 96));
      const { target } = openWithKey(key, program, uses, {
        secret: two(0),
        colourOf: (colour) => two(1 + colour),
        rowOf: (row) => {
          const at = 96 * (1 + program.colours) + 48 * row;
          return readOne(ciphertext.subarray(at, at + 48));
        },
      });
      return digest(target.serialize());
    },
  };
}

/** Sold as attribute-based encryption: the key is a hash of the policy. */
export function fromPublicData(random: Random): Scheme {
  const whole = trueScheme(random);
  return {
    ...whole,
    name: 'a key made of public data',
    encrypt: (tree) => ({ ciphertext: new Uint8Array(64), key: digest(Buffer.from(JSON.stringify(tree))) }),
    decrypt: (_key, tree) => digest(Buffer.from(JSON.stringify(tree))),
  };
}
function digest(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}
