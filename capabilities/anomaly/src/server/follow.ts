/**
 * Findings of a kind as rows of a data set, through the kernel's noun and event alone: incidents of the detection pipeline above all, and those
 * of any other room. Each finding is taken once, however often its event comes.
 * @module
 */
import { Failure, type Finding, handlers, type Listeners } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';
import type { SetRow } from '../shapes.ts';
import { type Here, setOf } from './here.ts';
import { askForScores } from './scoring.ts';
import { appendRows, insertSet } from './sets.ts';
import type { Cell } from './table-file.ts';

const severities = ['info', 'low', 'medium', 'high', 'critical'];
const always = ['severity', 'confidence', 'hour', 'weekday'] as const;
/** The clock of whoever reads the findings; China keeps one. */
const offsetHours = 8;
/** Findings taken when a set is made. */
const mostEarlier = 20_000;

type Seen = Pick<Finding, 'id' | 'kind' | 'organisationId' | 'severity' | 'confidence' | 'attributes' | 'firstSeenAt'>;

/** A number is itself, a list its length, a word a word; what is not there is missing. */
function cellOf(value: unknown): Cell {
  if (typeof value === 'number' || typeof value === 'string') return value;
  if (typeof value === 'boolean') return Number(value);
  return Array.isArray(value) ? value.length : null;
}

function rowOf(columns: SetRow['columns'], finding: Seen): readonly Cell[] {
  const local = new Date(Date.parse(String(finding.firstSeenAt)) + offsetHours * 3_600_000);
  const known: Readonly<Record<string, Cell>> = {
    severity: severities.indexOf(finding.severity),
    confidence: finding.confidence,
    hour: local.getUTCHours() + local.getUTCMinutes() / 60,
    weekday: local.getUTCDay(),
  };
  const attributes = finding.attributes as Readonly<Record<string, unknown>>;
  return columns.map(({ name }) => (name in known ? known[name]! : cellOf(attributes[name])));
}

async function take(context: Here, set: SetRow, findings: readonly Seen[]): Promise<number> {
  const fresh: Seen[] = [];
  for (const finding of findings) {
    const taken = await context.db
      .insertInto('anomalyTaken')
      .values({
        id: context.newId(),
        organisationId: set.organisationId,
        setId: set.id,
        findingId: finding.id,
      })
      .onConflict((conflict) => conflict.columns(['setId', 'findingId']).doNothing())
      .returning('id')
      .executeTakeFirst();
    if (taken) fresh.push(finding);
  }
  if (fresh.length > 0)
    await appendRows(
      context,
      set,
      fresh.map((finding) => rowOf(set.columns, finding)),
    );
  return fresh.length;
}

/** An organisation and all that stand below it. */
async function below(context: Here, organisationId: string): Promise<ReadonlySet<string>> {
  const all = await context.organisations.list();
  return new Set(all.filter(({ path }) => path.split('/').includes(organisationId)).map(({ id }) => id));
}

export const followHandlers = handlers<Anomaly>()({
  followFindings: async ({ organisationId, name, kind, attributes }, context) => {
    context.organisations.requireScope([organisationId]);
    context.require('finding.read');
    // A room that watched its own anomalies would hear its own voice.
    if (kind.startsWith('anomaly.'))
      throw new Failure('anomaly.wrong_option', { where: 'kind', expected: 'a kind of another room', got: kind });
    const columns = [...new Set([...always, ...attributes])].map((each) => ({ name: each, words: null }));
    const set = await insertSet(context, {
      organisationId,
      name,
      origin: 'findings',
      columns,
      sha256: '',
      follows: kind,
    });
    const within = await below(context, organisationId);
    const earlier = await context.db
      .selectFrom('findings')
      .select(['id', 'kind', 'organisationId', 'severity', 'confidence', 'attributes', 'firstSeenAt'])
      .where('kind', '=', kind)
      .where('organisationId', 'in', [...within])
      .orderBy('firstSeenAt')
      .orderBy('id')
      .limit(mostEarlier)
      .execute();
    await take(context, set, earlier);
    return await setOf(context, set.id);
  },
});

export const followListeners: Listeners<Anomaly> = {
  'kernel.finding.raised': async ({ ids }, context) => {
    const sets = await context.db.selectFrom('anomalySets').selectAll().where('follows', '!=', '').execute();
    if (sets.length === 0) return;
    const found = await context.db
      .selectFrom('findings')
      .select(['id', 'kind', 'organisationId', 'severity', 'confidence', 'attributes', 'firstSeenAt'])
      .where('id', 'in', ids)
      .where('kind', 'in', [...new Set(sets.map(({ follows }) => follows))])
      .orderBy('firstSeenAt')
      .orderBy('id')
      .execute();
    if (found.length === 0) return;
    for (const set of sets) {
      const within = await below(context, set.organisationId);
      const own = found.filter(({ kind, organisationId }) => kind === set.follows && within.has(organisationId));
      if ((await take(context, set, own)) > 0) await askForScores(context, set.id);
    }
  },
};
