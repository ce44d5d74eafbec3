/**
 * Whom the morning round reminds of announcements and tasks. Knows no clock: today comes in, and on a day off nobody is reminded.
 * @module
 */
import { type Day, type OpenCalendar, workday, workdaysBetween } from '@hedun/workdays';

export interface OpenReceipt {
  readonly sentOn: Day;
  readonly opened: boolean;
  readonly confirmed: boolean;
  /** Whether the announcement asks to confirm, and until when. */
  readonly confirm: boolean;
  readonly confirmBy: Day | null;
}
/** Working days after which somebody who has not read, or not confirmed without a named day, is reminded. */
const unreadAfter = 1;
const unconfirmedAfter = 2;
/** Working days before a deadline at which it is near. */
const confirmSoon = 1;
const taskSoon = 2;
/** Working days of delay after which the office is told of a task that is not handed in. */
const officeAfter = 3;

export function receiptDuty(calendar: OpenCalendar, receipt: OpenReceipt, today: Day): 'unread' | 'unconfirmed' | null {
  if (!workday(calendar, today).worked) return null;
  const since = workdaysBetween(calendar, receipt.sentOn, today).count;
  if (receipt.confirm && !receipt.confirmed && receipt.confirmBy !== null) {
    if (today > receipt.confirmBy || workdaysBetween(calendar, today, receipt.confirmBy).count <= confirmSoon)
      return receipt.opened ? 'unconfirmed' : 'unread';
  }
  if (!receipt.opened) return since >= unreadAfter ? 'unread' : null;
  if (!receipt.confirm || receipt.confirmed || receipt.confirmBy !== null) return null;
  return since >= unconfirmedAfter ? 'unconfirmed' : null;
}

export interface OpenSheet {
  readonly status: 'assigned' | 'filling' | 'submitted' | 'returned' | 'accepted';
  readonly dueOn: Day;
}
export interface SheetDuty {
  readonly kind: 'due-soon' | 'overdue';
  readonly to: 'contact' | 'leader' | 'office';
  /** Working days left; negative when it is late. */
  readonly left: number;
}

/** While the office checks what was handed in nobody is reminded. */
export function sheetDuty(calendar: OpenCalendar, sheet: OpenSheet, today: Day): SheetDuty | null {
  if (sheet.status === 'submitted' || sheet.status === 'accepted' || !workday(calendar, today).worked) return null;
  const left = workdaysBetween(calendar, today, sheet.dueOn).count;
  if (today > sheet.dueOn) {
    // Between a deadline on a Friday and the Monday after it no working day ends, yet it is late.
    const delay = Math.max(1, -left);
    return { kind: 'overdue', to: delay >= officeAfter ? 'office' : 'leader', left: -delay };
  }
  return left <= taskSoon ? { kind: 'due-soon', to: 'contact', left } : null;
}
