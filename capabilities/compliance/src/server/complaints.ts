/**
 * Complaints of citizens and organisations about sharing (Art. 37): received and answered by the department they reached. The text says
 * “in time” and gives no number, so the clock has none; how long each has waited is shown.
 * @module
 */
import { type Deadline, deadlines, type OpenInstrument } from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import type { z } from 'zod';
import type { Compliance } from '../capability.ts';
import type { DeadlineView } from '../shapes.ts';
import type { Complaint, ComplaintRow } from '../sharing-shapes.ts';
import { calendar, json, short } from './library.ts';
import { page } from './pages.ts';
import { eventOf, type Here, regulation } from './request-record.ts';
import { legalTime } from './steps.ts';
import { deadlineView } from './views.ts';

type Row = z.infer<typeof ComplaintRow>;
const statusTitles = {
  received: { zh: '办理中', en: 'Being handled' },
  answered: { zh: '已办结', en: 'Answered' },
} as const;

function clocks(open: OpenInstrument, row: Pick<Row, 'events'>, now: Date): readonly Deadline[] {
  return deadlines(open, { events: row.events, calendar, asOf: now.toISOString() });
}
function viewsOf(open: OpenInstrument, row: Row, context: Here): DeadlineView[] {
  const about = {
    title: row.title,
    link: `/compliance/complaints/${row.id}`,
    organisationId: row.organisationId,
    own: row.id,
  };
  return clocks(open, row, context.now()).map((each) => deadlineView(open, each, about, context.locale));
}
function view(row: Row, open: OpenInstrument, context: Here): Complaint {
  const { events, ...rest } = row;
  return {
    ...rest,
    statusTitle: statusTitles[row.status][short(context.locale)],
    receivedAt: new Date(events[0]?.occurredAt ?? row.createdAt).toISOString(),
    deadlines: viewsOf(open, row, context),
  };
}
async function load(context: Here, id: string, lock = false): Promise<Row> {
  const query = context.db.selectFrom('complianceComplaints').selectAll().where('id', '=', id);
  const row = await (lock ? query.forUpdate() : query).executeTakeFirst();
  if (!row) throw new Failure('compliance.unknown', { where: 'id', got: id });
  return row;
}

/** The clocks of every complaint in scope, for the list of all obligations. */
export async function complaintDeadlines(context: Here): Promise<DeadlineView[]> {
  const open = await regulation(context);
  const rows = await context.db.selectFrom('complianceComplaints').selectAll().execute();
  return rows.flatMap((row) => viewsOf(open, row, context));
}

export const complaintHandlers = handlers<Compliance>()({
  listComplaints: async ({ filter, cursor, limit }, context) => {
    const open = await regulation(context);
    const found = await page(limit, (size) => {
      let query = context.db.selectFrom('complianceComplaints').selectAll().orderBy('id', 'desc').limit(size);
      if (filter.trim()) query = query.where('title', 'ilike', `%${filter.trim().replace(/[\\%_]/g, '\\$&')}%`);
      if (cursor) query = query.where('id', '<', cursor);
      return query.execute();
    });
    return { ...found, items: found.items.map((row) => view(row, open, context)) };
  },
  getComplaint: async ({ id }, context) => view(await load(context, id), await regulation(context), context),
  receiveComplaint: async ({ organisationId, at, evidenceIds, ...fields }, context) => {
    context.organisations.requireScope([organisationId]);
    for (const evidenceId of evidenceIds) await context.files.get(evidenceId);
    const now = context.now();
    const id = context.newId();
    const row: Row = {
      id,
      organisationId,
      ...fields,
      status: 'received',
      outcome: null,
      evidenceIds,
      events: [eventOf('complaint.received', id, legalTime(at, now), context, { department: organisationId })],
      createdAt: now.toISOString(),
      updatedAt: now.toISOString(),
    };
    await context.db
      .insertInto('complianceComplaints')
      .values({ ...row, evidenceIds: json(row.evidenceIds), events: json(row.events) })
      .execute();
    return view(row, await regulation(context), context);
  },
  answerComplaint: async ({ id, outcome, at }, context) => {
    const row = await load(context, id, true);
    context.organisations.requireScope([row.organisationId]);
    if (row.status === 'answered')
      throw new Failure('compliance.step_refused', { where: 'id', expected: 'one being handled', got: row.status });
    const now = context.now();
    const answered = eventOf('complaint.answered', id, legalTime(at, now), context, {});
    const received = row.events[0]?.occurredAt ?? row.createdAt;
    if (Date.parse(answered.occurredAt) < Date.parse(received))
      throw new Failure('compliance.refused', {
        where: 'at',
        expected: `at or after ${received}`,
        got: answered.occurredAt,
      });
    const changed: Row = {
      ...row,
      status: 'answered',
      outcome,
      events: [...row.events, answered],
      updatedAt: now.toISOString(),
    };
    await context.db
      .updateTable('complianceComplaints')
      .set({ status: changed.status, outcome, events: json(changed.events), updatedAt: changed.updatedAt })
      .where('id', '=', id)
      .execute();
    return view(changed, await regulation(context), context);
  },
});
