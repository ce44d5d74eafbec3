/**
 * The trail: what the paths of attributes, data and users are drawn from. Blind writes under the transaction's own id, so that
 * no two transactions ever conflict over it.
 * @module
 */
import type { Context } from 'fabric-contract-api';
import { encode, keyOf, secondsOf, sortable, type TrailStep } from './records.ts';

export async function recordStep(
  ctx: Context,
  step: {
    readonly action: string;
    readonly actor: string;
    readonly outcome?: string;
    readonly object?: string;
    readonly attribute?: string;
    readonly subject?: string;
  },
): Promise<void> {
  const at = secondsOf(ctx);
  const full: TrailStep = {
    transaction: ctx.stub.getTxID(),
    at,
    action: step.action,
    actor: step.actor,
    object: step.object ?? null,
    attribute: step.attribute ?? null,
    subject: step.subject ?? null,
    outcome: step.outcome ?? 'done',
  };
  const bytes = encode(full);
  // To the nanosecond of the proposal, so that what one second holds stands in its order.
  const moment = `${sortable(at)}.${String(ctx.stub.getTxTimestamp().nanos).padStart(9, '0')}`;
  const put = (kind: string, of: string) =>
    ctx.stub.putState(keyOf(ctx, 'trail', kind, of, moment, full.transaction), bytes);
  await put('user', step.actor);
  if (step.subject && step.subject !== step.actor) await put('user', step.subject);
  if (step.object) await put('object', step.object);
  if (step.attribute) await put('attribute', step.attribute);
}
