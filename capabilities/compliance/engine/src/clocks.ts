/**
 * The clocks of obligations. A deadline is computed from events, facts, the instrument and a calendar each time it is asked for; it is
 * never stored as truth, so a corrected event or a new calendar shows at once, with every step that led to the day.
 * @module
 */
import {
  addDays,
  addMonths,
  addWorkdays,
  type Day,
  dayNumber,
  dayOfInstant,
  type OpenCalendar,
  workdaysBetween,
} from '@hedun/workdays';
import { type ComplianceEvent, inLegalOrder } from './events.ts';
import type { OpenInstrument } from './instrument.ts';
import { evaluate, explain, type Facts, type Parameters, type Scope, undecidedFacts } from './predicate.ts';
import type { Clock, Node, Obligation, Words } from './schema.ts';

/** open and overdue wait for an act; met and late have one; suspended waits for the other side; unclocked has no number in the text. */
export type DeadlineStatus =
  | 'open'
  | 'overdue'
  | 'met'
  | 'late'
  | 'cancelled'
  | 'suspended'
  | 'unclocked'
  | 'retained'
  | 'undecided';

export type DeadlineStep =
  | { readonly kind: 'started'; readonly event: string; readonly day: Day }
  | {
      readonly kind: 'counted';
      readonly n: number;
      readonly unit: Clock['unit'];
      readonly from: Day;
      readonly to: Day;
      readonly provisional: boolean;
    }
  | {
      readonly kind: 'interrupted';
      readonly event: string;
      readonly day: Day;
      readonly mode: string;
      readonly used: number;
    }
  | { readonly kind: 'resumed'; readonly event: string; readonly day: Day; readonly left: number }
  | {
      readonly kind: 'extended';
      readonly event: string;
      readonly n: number;
      readonly from: Day;
      readonly to: Day;
      readonly provisional: boolean;
    }
  | {
      readonly kind: 'extension-refused';
      readonly event: string;
      readonly why: 'second' | 'late' | 'incomplete' | 'too-long' | 'not-allowed';
      readonly missing: readonly string[];
    }
  | { readonly kind: 'set'; readonly event: string; readonly to: Day };

export interface Deadline {
  readonly node: string;
  readonly subject: string;
  readonly who: string;
  readonly trigger: ComplianceEvent;
  readonly startedOn: Day;
  readonly dueOn?: Day;
  /** True when the count touched a year whose calendar is not announced. */
  readonly provisional: boolean;
  readonly status: DeadlineStatus;
  readonly doneOn?: Day;
  readonly doneBy?: string;
  /** Working days from today to the limit; negative when it has passed. */
  readonly workdaysLeft?: number;
  readonly finding?: Words;
  readonly liability: readonly string[];
  readonly steps: readonly DeadlineStep[];
  /** Facts that would decide whether the obligation applies at all. */
  readonly missing: readonly string[];
  readonly calendar: string;
}

export interface ClockInput {
  readonly events: readonly ComplianceEvent[];
  readonly facts?: Facts;
  readonly parameters?: Parameters;
  readonly calendar: OpenCalendar;
  /** Legal time of the question, ISO 8601 with offset or a day. */
  readonly asOf: string;
}

function later(day: Day, clock: Clock, calendar: OpenCalendar): { readonly day: Day; readonly provisional: boolean } {
  if (clock.unit === 'workday') return addWorkdays(calendar, day, clock.n);
  if (clock.unit === 'day') return { day: addDays(day, clock.n), provisional: false };
  return { day: addMonths(day, clock.unit === 'year' ? clock.n * 12 : clock.n), provisional: false };
}

interface Running {
  readonly steps: DeadlineStep[];
  readonly dueOn: Day | undefined;
  readonly provisional: boolean;
  readonly suspended: boolean;
}

/** Walks the interruptions of one clock: restart begins anew, pause keeps what was used, run takes no notice. */
function runClock(
  obligation: Obligation,
  clock: Clock,
  start: Day,
  events: readonly ComplianceEvent[],
  parameters: Parameters,
  calendar: OpenCalendar,
): Running {
  const steps: DeadlineStep[] = [];
  let from = start;
  let left = clock;
  let suspended = false;
  const interrupt = obligation.interrupt;
  const mode = interrupt ? String(parameters[interrupt.mode] ?? 'run') : 'run';
  if (interrupt && mode !== 'run')
    for (const event of events) {
      const day = dayOfInstant(event.occurredAt);
      if (!suspended && event.type === interrupt.by) {
        const used =
          mode === 'pause' && left.unit === 'workday'
            ? Math.min(left.n, workdaysBetween(calendar, from, day).count)
            : 0;
        left = mode === 'pause' ? { ...left, n: left.n - used } : clock;
        suspended = true;
        steps.push({ kind: 'interrupted', event: event.id, day, mode, used });
      } else if (suspended && event.type === interrupt.until) {
        from = day;
        suspended = false;
        steps.push({ kind: 'resumed', event: event.id, day, left: left.n });
      }
    }
  if (suspended) return { steps, dueOn: undefined, provisional: false, suspended };
  const end = later(from, left, calendar);
  steps.push({ kind: 'counted', n: left.n, unit: left.unit, from, to: end.day, provisional: end.provisional });
  return { steps, dueOn: end.day, provisional: end.provisional, suspended };
}

function extendClock(
  obligation: Obligation,
  running: Running,
  events: readonly ComplianceEvent[],
  scope: Scope,
  calendar: OpenCalendar,
): Running {
  const extend = obligation.extend;
  if (!extend || running.dueOn === undefined) return running;
  let { dueOn, provisional } = running;
  const steps = [...running.steps];
  let extended = false;
  for (const event of events) {
    if (event.type !== extend.event) continue;
    const data = event.data ?? {};
    const missing = extend.needs.filter(
      (need) => data[need] === undefined || data[need] === false || data[need] === '',
    );
    const asked = typeof data.n === 'number' ? data.n : extend.clock.n;
    const refuse = (why: 'second' | 'late' | 'incomplete' | 'too-long' | 'not-allowed') =>
      steps.push({ kind: 'extension-refused', event: event.id, why, missing });
    if (extended) refuse('second');
    else if (extend.allowed && evaluate(extend.allowed, scope) !== true) refuse('not-allowed');
    else if (missing.length > 0) refuse('incomplete');
    else if (!(asked > 0 && asked <= extend.clock.n)) refuse('too-long');
    else if (dayNumber(dayOfInstant(event.occurredAt)) > dayNumber(dueOn)) refuse('late');
    else {
      const end = later(dueOn, { ...extend.clock, n: asked }, calendar);
      steps.push({
        kind: 'extended',
        event: event.id,
        n: asked,
        from: dueOn,
        to: end.day,
        provisional: end.provisional,
      });
      dueOn = end.day;
      provisional ||= end.provisional;
      extended = true;
    }
  }
  return { ...running, steps, dueOn, provisional };
}

function deadlineOf(
  node: Node,
  obligation: Obligation,
  trigger: ComplianceEvent,
  after: readonly ComplianceEvent[],
  scope: Scope,
  input: ClockInput,
): Deadline | undefined {
  const applies = node.applies ? evaluate(node.applies, scope) : true;
  if (applies === false) return undefined;
  const today = dayOfInstant(input.asOf);
  const startedOn = dayOfInstant(trigger.occurredAt);
  const base = {
    node: node.id,
    subject: trigger.subject,
    who: obligation.who,
    trigger,
    startedOn,
    liability: obligation.breach?.liability ?? [],
    calendar: `${input.calendar.id}@${input.calendar.version}`,
  };
  const started: DeadlineStep = { kind: 'started', event: trigger.id, day: startedOn };
  if (applies === null && node.applies) {
    const missing = undecidedFacts(explain(node.applies, scope));
    return { ...base, provisional: false, status: 'undecided', steps: [started], missing };
  }
  const ending = after.find(
    (event) => obligation.doneBy.includes(event.type) || obligation.cancelledBy.includes(event.type),
  );
  const relevant = ending ? after.slice(0, after.indexOf(ending)) : after;
  let running: Running;
  if (obligation.clock === 'promptly') running = { steps: [], dueOn: undefined, provisional: false, suspended: false };
  else if (obligation.clock === 'set-by-authority') {
    const due = trigger.data?.dueOn;
    const steps: DeadlineStep[] = typeof due === 'string' ? [{ kind: 'set', event: trigger.id, to: due }] : [];
    running = { steps, dueOn: typeof due === 'string' ? due : undefined, provisional: false, suspended: false };
    const moved = relevant
      .filter(
        (event) =>
          event.type === obligation.extend?.event &&
          event.data?.approval === true &&
          typeof event.data.dueOn === 'string',
      )
      .at(-1);
    if (moved && typeof moved.data?.dueOn === 'string')
      running = {
        ...running,
        dueOn: moved.data.dueOn,
        steps: [...steps, { kind: 'set', event: moved.id, to: moved.data.dueOn }],
      };
  } else {
    running = runClock(obligation, obligation.clock, startedOn, relevant, scope.parameters, input.calendar);
    running = extendClock(obligation, running, relevant, scope, input.calendar);
  }
  const { dueOn, provisional } = running;
  const steps = [started, ...running.steps];
  const rest = { ...base, ...(dueOn === undefined ? {} : { dueOn }), provisional, steps, missing: [] };
  if (ending && obligation.cancelledBy.includes(ending.type)) return { ...rest, status: 'cancelled' };
  if (obligation.bound === 'at-least') return { ...rest, status: 'retained' };
  const finding = obligation.breach ? { finding: obligation.breach.finding } : {};
  if (ending) {
    const doneOn = dayOfInstant(ending.occurredAt);
    const late = dueOn !== undefined && dayNumber(doneOn) > dayNumber(dueOn);
    return { ...rest, doneOn, doneBy: ending.id, status: late ? 'late' : 'met', ...(late ? finding : {}) };
  }
  if (running.suspended) return { ...rest, status: 'suspended' };
  if (dueOn === undefined) return { ...rest, status: 'unclocked' };
  const overdue = dayNumber(today) > dayNumber(dueOn);
  const workdaysLeft = workdaysBetween(input.calendar, today, dueOn).count;
  return { ...rest, workdaysLeft, status: overdue ? 'overdue' : 'open', ...(overdue ? finding : {}) };
}

/**
 * All deadlines of an instrument for a list of events, in the order of their triggers. Only events up to `asOf` count. An event belongs
 * to a clock when it has the clock's subject; its data are facts for that clock.
 * @throws {TypeError} for times without an offset.
 */
export function deadlines(open: OpenInstrument, input: ClockInput): readonly Deadline[] {
  const today = dayNumber(dayOfInstant(input.asOf));
  const ordered = inLegalOrder(input.events).filter((event) => dayNumber(dayOfInstant(event.occurredAt)) <= today);
  const bySubject = new Map<string, ComplianceEvent[]>();
  for (const event of ordered) {
    const list = bySubject.get(event.subject);
    if (list) list.push(event);
    else bySubject.set(event.subject, [event]);
  }
  const parameters = { ...open.parameters, ...input.parameters };
  const found: Deadline[] = [];
  for (const node of open.instrument.nodes) {
    const obligation = node.obligation;
    if (!obligation) continue;
    for (const events of bySubject.values())
      for (const [position, trigger] of events.entries()) {
        if (!obligation.trigger.includes(trigger.type)) continue;
        const scope: Scope = { facts: { ...input.facts, ...trigger.data }, parameters };
        const deadline = deadlineOf(node, obligation, trigger, events.slice(position + 1), scope, input);
        if (deadline) found.push(deadline);
      }
  }
  return found;
}

/** One deadline from one event, for a question from the command line: “received then, when is it due?” */
export function deadlineOfEvent(
  open: OpenInstrument,
  event: Omit<ComplianceEvent, 'id' | 'subject'>,
  input: Omit<ClockInput, 'events' | 'asOf'>,
): readonly Deadline[] {
  return deadlines(open, { ...input, asOf: event.occurredAt, events: [{ id: 'event', subject: 'subject', ...event }] });
}
