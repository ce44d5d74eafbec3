/**
 * What a worker needs to detect: the rules that are on or in shadow, and the exceptions that have not expired. Reads only.
 * @module
 */
import type { SigmaDocument } from '@hedun/detection';
import type { Context } from '@hedun/sdk';
import { sql } from 'kysely';
import type { Detection } from '../../capability.ts';
import type { ActiveException, ActiveRules } from './detection.ts';

type Here = Pick<Context<Detection>, 'db' | 'now'>;

/** Cheap enough to ask every few seconds; differs from that of the rules in use whenever they should be read again. */
export async function rulesVersion({ db, now }: Here): Promise<string> {
  const { rows } = await sql<{ version: string }>`SELECT concat_ws('/',
      (SELECT count(*) FROM detection_rules WHERE mode <> 'off' AND refusal IS NULL),
      (SELECT concat_ws('.', count(*), sum(version), extract(epoch FROM max(updated_at))) FROM detection_rules),
      (SELECT string_agg(id::text, ',' ORDER BY id) FROM detection_exceptions WHERE expires_at > ${now().toISOString()}::timestamptz)) AS version`.execute(
    db,
  );
  return rows[0]?.version ?? '';
}

export async function activeRules(context: Here): Promise<ActiveRules> {
  const { db, now } = context;
  const rules = await sql<{ key: string; mode: string; documents: SigmaDocument[] }>`
    SELECT key, mode, documents FROM detection_rules WHERE mode <> 'off' AND refusal IS NULL ORDER BY key`.execute(db);
  const exceptions = await sql<Omit<ActiveException, 'expiresAt'> & { expiresAt: string }>`
    SELECT e.id, e.organisation_id, e.rule_key, e.condition, e.expires_at,
      (SELECT array_agg(o.id) FROM organisations o JOIN organisations top ON top.id = e.organisation_id WHERE starts_with(o.path, top.path)) AS organisation_ids
    FROM detection_exceptions e WHERE e.expires_at > ${now().toISOString()}::timestamptz ORDER BY e.id`.execute(db);
  const shadow = new Set<string>();
  const documents: SigmaDocument[] = [];
  for (const rule of rules.rows) {
    documents.push(...rule.documents);
    if (rule.mode === 'shadow') shadow.add(rule.key);
  }
  return {
    version: await rulesVersion(context),
    documents,
    shadow,
    exceptions: exceptions.rows.map((each) => ({ ...each, expiresAt: Date.parse(each.expiresAt) })),
  };
}
