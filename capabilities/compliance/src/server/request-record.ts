/**
 * The stored record of a sharing request: who may see it, what its clocks say, what the regulation asks of it.
 * @module
 */
import {
  type ComplianceEvent,
  chooseParameters,
  type Deadline,
  deadlines,
  type Facts,
  type OpenInstrument,
  type Parameters,
  recordProblems,
  recordShape,
  type Value,
} from '@hedun/compliance';
import { type Context, Failure } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { z } from 'zod';
import type { Compliance } from '../capability.ts';
import type { DeadlineView } from '../shapes.ts';
import type { RequestRow, RequestSummary } from '../sharing-shapes.ts';
import { calendar, instrumentOf } from './library.ts';
import { machineOf, stateTitle } from './steps.ts';
import { deadlineView } from './views.ts';

export type Here = Context<Compliance>;
export type RequestRecord = z.infer<typeof RequestRow>;

/** The regulation in force, with the readings this platform's authority has chosen where the text leaves two. */
export async function regulation(context: Here): Promise<OpenInstrument> {
  const open = instrumentOf('gov-data-sharing', dayOfInstant(context.now().toISOString()));
  const [onIncomplete, extendUnconditional] = [
    await context.setting('onIncomplete'),
    await context.setting('extendUnconditional'),
  ];
  const chosen = { onIncomplete, extendUnconditional } as Parameters;
  return { ...open, parameters: chooseParameters(open, chosen) };
}
export function machine(open: OpenInstrument, id: string) {
  const found = machineOf(open, id);
  if (!found) throw new Failure('compliance.unknown', { where: 'machine', got: id });
  return found;
}

/** Both parties see a request, nobody else does: the store sees to it. */
export async function visibleRequests(context: Here): Promise<RequestRecord[]> {
  return await requestQuery(context).selectAll().orderBy('id', 'desc').execute();
}
export const requestQuery = ({ db }: Here) => db.selectFrom('complianceRequests');
export async function loadRequest(context: Here, id: string, lock = false): Promise<RequestRecord> {
  const query = requestQuery(context).selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}
/** Whoever acts as a party must hold its organisation; the authority and those above need the permission and stand over both parties. */
export function mayActAs(context: Here, actor: string, row: RequestRecord): void {
  if (actor === 'requester') context.organisations.requireScope([row.requesterOrganisationId]);
  else if (actor === 'provider') context.organisations.requireScope([row.providerOrganisationId]);
  else {
    context.require('compliance.issue');
    context.organisations.requireScope(row.partyIds);
  }
}

export function clocksOf(
  open: OpenInstrument,
  rows: readonly { readonly events: readonly ComplianceEvent[] }[],
  now: Date,
) {
  return deadlines(open, { events: rows.flatMap((row) => row.events), calendar, asOf: now.toISOString() });
}
/** The clock people wait for: one that has passed first, then the nearest that runs. */
export function nearest(found: readonly Deadline[]): Deadline | undefined {
  const waiting = found.filter((each) => each.status === 'overdue' || each.status === 'open');
  return waiting.sort((left, right) => ((left.dueOn ?? '9') < (right.dueOn ?? '9') ? -1 : 1))[0];
}
export function requestView(
  row: RequestRecord,
  open: OpenInstrument,
  own: readonly Deadline[],
  context: Here,
): RequestSummary {
  const { body, facts: _facts, state: _state, events: _events, partyIds: _parties, ...rest } = row;
  const next = nearest(own);
  const late = own.find((each) => each.status === 'late');
  return {
    ...rest,
    statusTitle: stateTitle(machine(open, 'request'), row.status, context.locale),
    provider: String(body.provider ?? ''),
    requester: String(body.requester ?? ''),
    dueOn: next?.dueOn ?? null,
    clock: next?.status ?? late?.status ?? 'none',
  };
}
/** A matter of a request, as a correction, has a clock of its own and belongs to the request all the same. */
export const ownerOf = (subject: string) => subject.split('/')[0] ?? subject;
export const matterOf = (id: string, matter: string | undefined) => (matter === undefined ? id : `${id}/${matter}`);
export const grouped = (found: readonly Deadline[]) => Map.groupBy(found, (each) => ownerOf(each.subject));

/** What follows from the record. What a step was taken on holds for that step alone: a second suspension is not lifted by the first repair. */
export function requestFacts(open: OpenInstrument, row: RequestRecord): Facts {
  const { provider: _provider, requester: _requester, ...body } = row.body;
  const complete = recordProblems(recordShape(open.instrument, 'sharing-request'), body).length === 0;
  const method = typeof body.method === 'string' ? { 'delivery.method': body.method } : {};
  return { attribute: row.attribute, 'request.complete': complete, ...method };
}

export function eventOf(
  type: string,
  subject: string,
  occurredAt: string,
  context: Here,
  data: Facts,
): ComplianceEvent {
  const known = Object.fromEntries(Object.entries(data).filter(([, value]) => value !== undefined)) as Record<
    string,
    Value
  >;
  return {
    id: context.newId(),
    type,
    subject,
    occurredAt,
    recordedAt: context.now().toISOString(),
    actor: context.actor.name,
    data: known,
  };
}

export function requestDeadlineView(open: OpenInstrument, rows: readonly RequestRecord[], context: Here) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return (deadline: Deadline): DeadlineView => {
    const row = byId.get(ownerOf(deadline.subject));
    const about = {
      title: row?.title ?? deadline.subject,
      link: row ? `/compliance/requests/${row.id}` : null,
      organisationId: row?.providerOrganisationId ?? null,
      own: row?.id ?? deadline.subject,
    };
    return deadlineView(open, deadline, about, context.locale);
  };
}
