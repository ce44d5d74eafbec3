/**
 * How parameters and keys are written and read. Every form begins with four letters and a version, every point is compressed and checked.
 * @module
 */
import { FormatError, letters, Reader, Writer } from './bytes.ts';
import {
  CurveError,
  integerOf,
  order,
  type PointOne,
  readOne,
  readTarget,
  readTwo,
  scalar,
  sizeOfOne,
  sizeOfScalar,
  sizeOfTarget,
  sizeOfTwo,
} from './curve.ts';
import { type HolderKey, type MasterKey, type PublicParameters, setup } from './fabeo.ts';
import { FixedBase } from './fixed-base.ts';

const version = 1;
/** More atoms than a holder of fifty numbers and dates has. */
const mostAtoms = 8_192;
const longestName = 512;

export function writeParameters(parameters: PublicParameters): Uint8Array {
  return new Writer()
    .raw(letters('HXPP'))
    .byte(version)
    .text(parameters.authority)
    .raw(parameters.target.base.serialize())
    .bytes();
}
/** @throws FormatError, CurveError */
export function readParameters(bytes: Uint8Array): PublicParameters {
  const reader = new Reader(bytes);
  reader.magic('HXPP', version);
  const authority = reader.text('the authority', longestName);
  const target = reader.raw(sizeOfTarget, 'the public element');
  reader.end();
  return { authority, target: new FixedBase(readTarget(target)) };
}

export function writeMaster(master: MasterKey): Uint8Array {
  return new Writer()
    .raw(letters('HXMK'))
    .byte(version)
    .text(master.parameters.authority)
    .raw(master.alpha.serialize())
    .bytes();
}
export function readMaster(bytes: Uint8Array): MasterKey {
  const reader = new Reader(bytes);
  reader.magic('HXMK', version);
  const authority = reader.text('the authority', longestName);
  const alpha = integerOf(reader.raw(sizeOfScalar, 'the master secret'));
  reader.end();
  if (alpha === 0n || alpha >= order)
    throw new CurveError('master secret: expected a number below the order of the group, not 0');
  return setup(authority, scalar(alpha));
}

export function writeHolderKey(key: HolderKey): Uint8Array {
  const writer = new Writer()
    .raw(letters('HXHK'))
    .byte(version)
    .text(key.authority)
    .text(key.holder)
    .raw(key.binding.serialize())
    .raw(key.root.serialize());
  return writeAtoms(writer, key.atoms).bytes();
}
/** @throws FormatError, CurveError */
export function readHolderKey(bytes: Uint8Array): HolderKey {
  const reader = new Reader(bytes);
  reader.magic('HXHK', version);
  const authority = reader.text('the authority', longestName);
  const holder = reader.text('the holder', longestName);
  const binding = readTwo(reader.raw(sizeOfTwo, 'a point'));
  const root = readOne(reader.raw(sizeOfOne, 'a point'));
  const atoms = readAtoms(reader);
  reader.end();
  return { authority, holder, binding, root, atoms };
}

/** Points for attributes granted or renewed later, to be merged into a key of the same holder and serial. */
export interface KeyUpdate {
  readonly authority: string;
  readonly holder: string;
  readonly atoms: ReadonlyMap<string, PointOne>;
}
export function mergeUpdate(key: HolderKey, update: KeyUpdate): HolderKey {
  if (key.authority !== update.authority || key.holder !== update.holder)
    throw new RangeError(
      `key update: expected one for ${key.holder} of ${key.authority}, got ${update.holder} of ${update.authority}`,
    );
  return { ...key, atoms: new Map([...key.atoms, ...update.atoms]) };
}

function writeAtoms(writer: Writer, atoms: ReadonlyMap<string, PointOne>): Writer {
  writer.short(atoms.size);
  // One order, so that one key has one form.
  for (const atom of [...atoms.keys()].sort()) writer.text(atom).raw((atoms.get(atom) as PointOne).serialize());
  return writer;
}
function readAtoms(reader: Reader): Map<string, PointOne> {
  const at = reader.offset;
  const count = reader.short('the number of atoms');
  if (count > mostAtoms) throw new FormatError(at, `at most ${mostAtoms} atoms`, `${count}`);
  const atoms = new Map<string, PointOne>();
  let before: string | undefined;
  for (let index = 0; index < count; index += 1) {
    const place = reader.offset;
    const atom = reader.text('an atom', longestName);
    if (before !== undefined && atom <= before)
      throw new FormatError(place, 'atoms in order, each once', JSON.stringify(atom));
    atoms.set(atom, readOne(reader.raw(sizeOfOne, 'a point')));
    before = atom;
  }
  return atoms;
}
