/**
 * What the pages of findings and cases both need to know about a case. Pure.
 * @module
 */
import type { Case, Finding } from '@hedun/sdk';
import { severities } from '../parts/SeverityTag.tsx';

export const isClosed = ({ status }: Pick<Case, 'status'>) => status === 'verified' || status === 'archived';

/** A case starts from its findings: their owner, the worst severity, a title that says what it is about. */
export function caseFrom(
  rows: readonly Finding[],
  titleOf: (title: string, count: number) => string,
): Readonly<Record<string, unknown>> {
  const [first] = rows;
  if (!first) return {};
  const worst = severities.find((severity) => rows.some((row) => row.severity === severity)) ?? first.severity;
  return { organisationId: first.organisationId, severity: worst, title: titleOf(first.title, rows.length) };
}
