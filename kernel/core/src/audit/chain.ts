/**
 * The arithmetic of the audit chain: what a record's hash covers and how a checkpoint is signed. Pure.
 * SHA-256 over canonical JSON (RFC 8785 for the values used here: sorted keys, no numbers beyond the safe integers) with domain separation.
 * @module
 */
import { createHash } from 'node:crypto';
import type { AuditRecord } from '@hedun/sdk';

export type HashedRecord = Omit<AuditRecord, 'hash'>;

export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const entries = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, each]) => `${JSON.stringify(name)}:${canonical(each)}`).join(',')}}`;
}

/** Covers every column and the hash before it, so that changing, removing or moving any record breaks the chain behind it. */
export function recordHash(record: HashedRecord): string {
  const {
    sequence,
    at,
    actorId,
    actorName,
    organisationId,
    action,
    outcome,
    target,
    requestId,
    address,
    details,
    previousHash,
  } = record;
  return createHash('sha256')
    .update('hedun/audit/record/v1\n')
    .update(
      canonical({
        sequence,
        at,
        actorId,
        actorName,
        organisationId,
        action,
        outcome,
        target,
        requestId,
        address,
        details,
        previousHash,
      }),
    )
    .digest('hex');
}

export function checkpointText(sequence: number, hash: string, at: string): string {
  return `hedun/audit/checkpoint/v1\n${sequence}\n${hash}\n${at}\n`;
}
