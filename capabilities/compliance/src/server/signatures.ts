/**
 * Signatures on an assessment. A signature is for the contents as they were: whatever changes afterwards lets it lapse, until the sealed
 * copy fixes the document. Signed in one's own name, or on paper with the scanned page as evidence; nobody signs in two roles.
 * @module
 */
import { type Assessment, contentHash, type OpenInstrument, type Signed } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { AssessmentBody, AssessmentDetail, Signature } from '../shapes.ts';
import { load, openOf } from './assessment-record.ts';
import { json } from './library.ts';
import { machineOf } from './steps.ts';

/** SHA-256 of everything the report rests on. Whose seal will be on it is not part of that. */
export function digestOf(open: OpenInstrument, { assessment, sheet }: AssessmentBody): string {
  const { answers, overrides, parameters, instrument } = assessment;
  const seals = open.instrument.documents.map((each) => each.sealFact);
  const statements = assessment.statements.filter((each) => !seals.includes(each.fact));
  return contentHash({ instrument, statements, answers, overrides, parameters, sheet });
}

/** Those that still stand: given for the contents as they are, or fixed by the seal. */
export function standingSignatures(open: OpenInstrument, body: AssessmentBody): readonly Signature[] {
  const given = body.signatures ?? [];
  if (body.sealed) return given;
  const digest = digestOf(open, body);
  return given.filter((each) => each.digest === digest);
}

/** The record with the fact `signatures` as it follows from who signed. Nobody states that fact. */
export function withSignatures(open: OpenInstrument, body: AssessmentBody): Assessment {
  const standing = standingSignatures(open, body);
  if (standing.length === 0 || !open.facts.has('signatures')) return body.assessment;
  const statement = {
    id: 'signatures',
    fact: 'signatures',
    value: standing.map(({ role, name }) => ({ role, by: name })),
    by: standing.map(({ name }) => name).join('、'),
    standing: 'verified' as const,
    validFrom: standing.map(({ on }) => on).sort()[0] ?? '',
  };
  return { ...body.assessment, statements: [...body.assessment.statements, statement] };
}

export function signedOf(open: OpenInstrument, body: AssessmentBody): Signed {
  return Object.fromEntries(standingSignatures(open, body).map(({ role, name, on }) => [role, { name, on }]));
}

/** Given, but for other contents than those there are now. */
export function lapsedSignatures(open: OpenInstrument, body: AssessmentBody): readonly Signature[] {
  const standing = standingSignatures(open, body);
  return (body.signatures ?? []).filter((each) => !standing.includes(each));
}

/** The roles whose signature some document of the instrument has a field for. */
function fieldsOf(open: OpenInstrument) {
  const fields = open.instrument.documents.filter((each) => each.sealedIn).flatMap((each) => each.signatures);
  return [...new Map(fields.map((each) => [each.role, each])).values()];
}

/** Where a step asks for signatures, one signs right before it; otherwise until the document is fixed. */
function isOpen(open: OpenInstrument, body: AssessmentBody, state: string | undefined): boolean {
  if (body.sealed || state === undefined) return false;
  const machine = machineOf(open);
  const asking = machine?.transitions.filter((each) => JSON.stringify(each.guards).includes('"signatures"')) ?? [];
  // And again right after it, when a change has let a signature lapse.
  if (asking.length > 0) return asking.some((each) => each.from.includes(state) || each.to === state);
  return machine?.states.find((each) => each.id === state)?.terminal !== true;
}

export function signingView(
  open: OpenInstrument,
  body: AssessmentBody,
  state: string | undefined,
): AssessmentDetail['signing'] {
  const fields = fieldsOf(open);
  if (fields.length === 0) return null;
  const standing = new Set(standingSignatures(open, body));
  const given = body.signatures ?? [];
  return {
    open: isOpen(open, body, state),
    digest: body.sealed?.digest ?? digestOf(open, body),
    fields: fields.map(({ role, title }) => {
      const signature = given.findLast((each) => each.role === role) ?? null;
      return { role, title, signature, lapsed: signature !== null && !standing.has(signature) };
    }),
    sealed: body.sealed ?? null,
  };
}

export const signatureHandlers = handlers<Compliance>()({
  signAssessment: async ({ id, role, name, on, evidenceIds }, context) => {
    const row = await load(context, id, true);
    const open = openOf(row);
    const { body } = row;
    const roles = fieldsOf(open).map((each) => each.role);
    if (!roles.includes(role))
      throw new Failure('compliance.refused', { where: 'role', expected: roles.join(', ') || 'none', got: role });
    if (!isOpen(open, body, row.state?.state))
      throw new Failure('compliance.not_signable', { where: 'id', got: row.status });
    const signer = name ?? context.actor.name;
    if (signer !== context.actor.name && evidenceIds.length === 0)
      throw new Failure('compliance.no_evidence', { where: 'evidenceIds', expected: 'the signed page', got: 'none' });
    const now = context.now().toISOString();
    const day = dayOfInstant(now);
    if (on !== undefined && on > day)
      throw new Failure('compliance.future', { where: 'on', expected: `at most ${day}`, got: on });
    const other = standingSignatures(open, body).find((each) => each.name === signer && each.role !== role);
    if (other) throw new Failure('compliance.same_signer', { where: 'name', expected: 'another person', got: signer });
    for (const evidenceId of evidenceIds) await context.files.get(evidenceId);
    const signature: Signature = {
      role,
      name: signer,
      on: on ?? day,
      at: now,
      recordedBy: context.actor.name,
      digest: digestOf(open, body),
      evidenceIds,
    };
    const others = (body.signatures ?? []).filter((each) => each.role !== role);
    await context.db
      .updateTable('complianceAssessments')
      .set({ body: json({ ...body, signatures: [...others, signature] }), updatedAt: now })
      .where('id', '=', id)
      .execute();
    context.audit({ role, signer, digest: signature.digest });
    return { done: true };
  },
});
