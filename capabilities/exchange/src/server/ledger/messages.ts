/**
 * What ledger processes ask each other, and the bytes of it.
 * @module
 */
import {
  type Committed,
  type EndorsedOne,
  type Ordered,
  type PrivateValue,
  Reader,
  type RefusalCode,
  type SignedProposal,
  type ValidationCode,
  Writer,
} from '@hedun/exchange/ledger';

export const kinds = {
  endorse: 1,
  order: 2,
  block: 3,
  query: 4,
  proof: 5,
  checkpoint: 6,
  consistency: 7,
  status: 8,
  cpu: 9,
} as const;

export const encodeProposals = (batch: readonly SignedProposal[], brief: boolean): Uint8Array =>
  new Writer()
    .byte(brief ? 1 : 0)
    .list(batch, (writer, { bytes, signature, transient }) =>
      writer
        .bytes(bytes)
        .bytes(signature)
        .list([...transient], (to, [name, value]) => to.text(name).bytes(value)),
    )
    .done();
export function decodeProposals(payload: Uint8Array): { readonly brief: boolean; readonly batch: SignedProposal[] } {
  const reader = new Reader(payload);
  const brief = reader.byte() === 1;
  const batch = reader.list((from) => ({
    bytes: from.bytes(),
    signature: from.bytes(),
    transient: new Map(from.list((each) => [each.text(), each.bytes()] as const)),
  }));
  reader.end();
  return { brief, batch };
}

const putValue = (writer: Writer, { collection, key, value }: PrivateValue) =>
  value === null ? writer.text(collection).text(key).byte(0) : writer.text(collection).text(key).byte(1).bytes(value);
const takeValue = (reader: Reader): PrivateValue => ({
  collection: reader.text(),
  key: reader.text(),
  value: reader.byte() === 0 ? null : reader.bytes(),
});

/** One organisation's answer. A brief one holds the digest of the response instead of the response: enough to compare. */
export interface Answer {
  readonly refused: { readonly code: RefusalCode; readonly message: string } | null;
  readonly response: Uint8Array;
  readonly privateValues: readonly PrivateValue[];
  readonly endorsement: Extract<EndorsedOne, { kind: 'endorsed' }>['endorsement'] | null;
}
export function encodeAnswers(
  answers: readonly EndorsedOne[],
  brief: boolean,
  digest: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  return new Writer()
    .list(answers, (writer, answer) => {
      if (answer.kind === 'refused') return writer.byte(0).text(answer.code).text(answer.message);
      const { simulation, endorsement } = answer;
      return writer
        .byte(1)
        .bytes(brief ? digest(simulation.bytes) : simulation.bytes)
        .list(brief ? [] : simulation.privateValues, putValue)
        .text(endorsement.msp)
        .size(endorsement.index)
        .size(endorsement.size)
        .list(endorsement.path, (to, step) => to.bytes(step))
        .bytes(endorsement.signature);
    })
    .done();
}
export function decodeAnswers(payload: Uint8Array): Answer[] {
  const reader = new Reader(payload);
  const answers = reader.list((from): Answer => {
    if (from.byte() === 0) {
      const refused = { code: from.text() as RefusalCode, message: from.text() };
      return { refused, response: new Uint8Array(0), privateValues: [], endorsement: null };
    }
    return {
      refused: null,
      response: from.bytes(),
      privateValues: from.list(takeValue),
      endorsement: {
        msp: from.text(),
        index: from.size(),
        size: from.size(),
        path: from.list((step) => step.bytes()),
        signature: from.bytes(),
      },
    };
  });
  reader.end();
  return answers;
}

export const encodeOrder = (ordered: readonly Ordered[]): Uint8Array =>
  new Writer()
    .list(ordered, (writer, { envelope, privateValues }) => writer.bytes(envelope).list(privateValues, putValue))
    .done();
export function decodeOrder(payload: Uint8Array): Ordered[] {
  const reader = new Reader(payload);
  const ordered = reader.list((from) => ({ envelope: from.bytes(), privateValues: from.list(takeValue) }));
  reader.end();
  return ordered;
}
export const encodeCommitted = (committed: readonly Committed[]): Uint8Array =>
  new Writer()
    .list(committed, (writer, { transaction, code, leaf }) => writer.text(transaction).text(code).number(leaf))
    .done();
export function decodeCommitted(payload: Uint8Array): {
  readonly transaction: string;
  readonly code: ValidationCode;
  readonly leaf: number;
}[] {
  const reader = new Reader(payload);
  const committed = reader.list((from) => ({
    transaction: from.text(),
    code: from.text() as ValidationCode,
    leaf: from.number(),
  }));
  reader.end();
  return committed;
}

export const encodeQueries = (queries: readonly { readonly call: string; readonly args: readonly string[] }[]) =>
  new Writer()
    .list(queries, (writer, { call, args }) => writer.text(call).list(args, (to, arg) => to.text(arg)))
    .done();
export function decodeQueries(payload: Uint8Array): { readonly call: string; readonly args: string[] }[] {
  const reader = new Reader(payload);
  const queries = reader.list((from) => ({ call: from.text(), args: from.list((each) => each.text()) }));
  reader.end();
  return queries;
}
