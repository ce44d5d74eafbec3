/**
 * Contract `supervision`: rules find what is out of the ordinary in a member's access records; a mark stands on chain and an alarm goes out as an event.
 * A supervisor may restrict a member until an administrator lifts it.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { hourOf } from './access.ts';
import { requireCaller } from './caller.ts';
import {
  type AccessRecord,
  emit,
  keyOf,
  list,
  type Member,
  parse,
  read,
  refuse,
  secondsOf,
  text,
  whole,
  write,
} from './records.ts';
import { recordStep } from './trail.ts';

export interface Rules {
  /** Refusals of one member within the window. */
  readonly refusals: number;
  /** Different objects asked for within the window. */
  readonly objects: number;
  /** Requests within the window, permitted or not. */
  readonly requests: number;
  readonly windowSeconds: number;
  /** Working hours in minutes after midnight UTC; requests outside are marked when `outsideHours` of them fall in the window. */
  readonly workFrom: number;
  readonly workTo: number;
  readonly outsideHours: number;
}
export interface Mark {
  readonly id: string;
  readonly subject: string;
  readonly rule: 'refusals' | 'many_objects' | 'many_requests' | 'outside_hours' | 'invalid_certificate';
  readonly count: number;
  readonly limit: number;
  readonly evidence: readonly string[];
  readonly at: number;
  readonly by: string;
  readonly state: 'open' | 'cleared';
  readonly note: string | null;
}

/** In force until a supervisor sets others. The day from 22:30 to 12:00 UTC is 06:30 to 20:00 in China. */
export const ordinaryRules: Rules = {
  refusals: 3,
  objects: 20,
  requests: 100,
  windowSeconds: 3600,
  workFrom: 1350,
  workTo: 720,
  outsideHours: 5,
};
const mostEvidence = 20;
const invalidCertificate = new Set(['certificate_revoked', 'certificate_expired', 'certificate_not_yet_valid']);

export class SupervisionContract extends Contract {
  constructor() {
    super('supervision');
  }

  async setRules(ctx: Context, input: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'supervisor');
    const fields = parse(input, 'rules');
    const rules: Rules = {
      refusals: whole(fields, 'refusals', 1, 10_000),
      objects: whole(fields, 'objects', 1, 10_000),
      requests: whole(fields, 'requests', 1, 100_000),
      windowSeconds: whole(fields, 'windowSeconds', 60, 86_400),
      workFrom: whole(fields, 'workFrom', 0, 1439),
      workTo: whole(fields, 'workTo', 0, 1439),
      outsideHours: whole(fields, 'outsideHours', 1, 10_000),
    };
    await write(ctx, keyOf(ctx, 'parameters', 'rules'), rules);
    await recordStep(ctx, { action: 'supervision.setRules', actor: did });
    return JSON.stringify(rules);
  }

  /** Looks at one member's last window. New marks are written and alarmed; a rule already marked in this hour is left as it is. */
  async inspect(ctx: Context, subject: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'supervisor');
    const rules = await rulesOf(ctx);
    const now = secondsOf(ctx);
    const seen: AccessRecord[] = [];
    for (let hour = now - rules.windowSeconds; ; hour += 3600) {
      seen.push(...(await list<AccessRecord>(ctx, 'accessBy', subject, hourOf(Math.min(hour, now)))));
      if (hour >= now) break;
    }
    const recent = uniqueById(seen).filter(({ at }) => at > now - rules.windowSeconds && at <= now);
    const marks: Mark[] = [];
    for (const { rule, records, count, limit } of findings(recent, rules)) {
      const id = `${subject}/${rule}/${hourOf(now)}`;
      const key = keyOf(ctx, 'mark', subject, rule, hourOf(now));
      if (count < limit || (await read<Mark>(ctx, key))) continue;
      const evidence = records.slice(-mostEvidence).map((record) => record.id);
      const mark: Mark = { id, subject, rule, count, limit, evidence, at: now, by: did, state: 'open', note: null };
      await write(ctx, key, mark);
      marks.push(mark);
    }
    if (marks.length > 0) {
      await recordStep(ctx, {
        action: 'supervision.mark',
        actor: did,
        subject,
        outcome: marks.map(({ rule }) => rule).join(','),
      });
      emit(ctx, 'supervision.alarm', {
        subject,
        marks: marks.map(({ rule, count, limit }) => ({ rule, count, limit })),
      });
    }
    return JSON.stringify(marks);
  }

  async clear(ctx: Context, subject: string, rule: string, hour: string, note: string): Promise<string> {
    const { did } = await requireCaller(ctx, 'supervisor');
    const key = keyOf(ctx, 'mark', subject, rule, hour);
    const mark =
      (await read<Mark>(ctx, key)) ?? refuse('supervision.no_such_mark', 'a mark', `${subject}/${rule}/${hour}`);
    const next: Mark = { ...mark, state: 'cleared', note: text({ note }, 'note', 500) };
    await write(ctx, key, next);
    await recordStep(ctx, { action: 'supervision.clear', actor: did, subject, outcome: rule });
    return JSON.stringify(next);
  }

  /** A restricted member's requests are refused and recorded. Restricting is the supervisor's, lifting an administrator's. */
  async restrict(ctx: Context, subject: string, reason: string): Promise<string> {
    return await this._standing(ctx, subject, reason, 'supervisor', 'active', 'restricted');
  }
  async lift(ctx: Context, subject: string, reason: string): Promise<string> {
    return await this._standing(ctx, subject, reason, 'administrator', 'restricted', 'active');
  }

  /** The underscore keeps it from being called as a transaction: the shim's rule. */
  async _standing(
    ctx: Context,
    subject: string,
    reason: string,
    role: 'supervisor' | 'administrator',
    from: Member['standing'],
    to: Member['standing'],
  ): Promise<string> {
    const { did } = await requireCaller(ctx, role);
    const key = keyOf(ctx, 'member', subject);
    const member = (await read<Member>(ctx, key)) ?? refuse('members.unknown', 'a member', subject);
    if (member.standing !== from) refuse('supervision.wrong_standing', from, member.standing);
    const next: Member = { ...member, standing: to };
    await write(ctx, key, next);
    await recordStep(ctx, {
      action: to === 'restricted' ? 'supervision.restrict' : 'supervision.lift',
      actor: did,
      subject,
      outcome: text({ reason }, 'reason', 500),
    });
    emit(ctx, 'supervision.alarm', { subject, standing: to, reason });
    return JSON.stringify(next);
  }

  async rules(ctx: Context): Promise<string> {
    return JSON.stringify(await rulesOf(ctx));
  }
  async marks(ctx: Context): Promise<string> {
    return JSON.stringify(await list<Mark>(ctx, 'mark'));
  }
}

const rulesOf = async (ctx: Context) => (await read<Rules>(ctx, keyOf(ctx, 'parameters', 'rules'))) ?? ordinaryRules;

function uniqueById(records: readonly AccessRecord[]): AccessRecord[] {
  return [...new Map(records.map((record) => [record.id, record])).values()];
}

function findings(recent: readonly AccessRecord[], rules: Rules) {
  const refused = recent.filter(({ outcome }) => outcome === 'refused');
  const invalid = refused.filter(({ reason }) => reason !== null && invalidCertificate.has(reason));
  const outside = recent.filter(({ at }) => !isWorkTime(Math.floor((at % 86_400) / 60), rules));
  const objects = new Set(recent.map(({ object }) => object)).size;
  return [
    { rule: 'refusals', records: refused, count: refused.length, limit: rules.refusals },
    { rule: 'many_objects', records: recent, count: objects, limit: rules.objects },
    { rule: 'many_requests', records: recent, count: recent.length, limit: rules.requests },
    { rule: 'outside_hours', records: outside, count: outside.length, limit: rules.outsideHours },
    { rule: 'invalid_certificate', records: invalid, count: invalid.length, limit: 1 },
  ] as const;
}
function isWorkTime(minute: number, { workFrom, workTo }: Rules): boolean {
  return workFrom <= workTo ? minute >= workFrom && minute < workTo : minute >= workFrom || minute < workTo;
}
