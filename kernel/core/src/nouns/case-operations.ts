/**
 * Handlers of cases. Issuing, returning, verifying and archiving need the right to issue over the recipient, beyond that of working on cases.
 * @module
 */
import { Failure, handlers } from '@hedun/sdk';
import type { Kernel } from '@hedun/sdk/kernel';
import type { Core } from '../contract.ts';
import { callOf, sessionOf } from '../session.ts';
import { caseSteps, issuerSteps } from './case-steps.ts';
import { filesBy } from './finding-operations.ts';
import { asFinding } from './findings.ts';
import { historyOf } from './shared.ts';

const issue = 'case.issue';

export function caseHandlers(_core: Core) {
  return handlers<Kernel>()({
    listCases: (input, context) => context.cases.list(input),
    getCase: async ({ id }, context) => {
      const session = sessionOf(context);
      const found = await context.cases.get(id);
      const findings = await session.db
        .selectFrom('findings')
        .selectAll()
        .where('caseId', '=', id)
        .orderBy('severityRank', 'desc')
        .orderBy('id')
        .limit(1000)
        .execute();
      const timeline = await historyOf(session, id);
      const evidenceIds = timeline.flatMap(({ data }) =>
        Array.isArray(data.evidenceIds) ? data.evidenceIds.filter((each) => typeof each === 'string') : [],
      );
      const mayIssue = holdsOver(context, found.organisationId);
      return {
        case: found,
        findings: findings.map(asFinding),
        timeline,
        evidence: await filesBy(session, [...new Set(evidenceIds)]),
        nextSteps: caseSteps[found.status].filter((next) =>
          issuerSteps.has(next) ? mayIssue : context.can('case.write'),
        ),
      };
    },
    openCase: ({ dueAt, ...input }, context) => context.cases.open({ ...input, dueAt: dueAt ? new Date(dueAt) : null }),
    moveCase: async ({ id, to, note, evidenceIds }, context) => {
      if (issuerSteps.has(to)) {
        const { organisationId } = await context.cases.get(id);
        if (!holdsOver(context, organisationId))
          throw new Failure('access.denied', { where: 'to', expected: issue, got: to, values: { permission: issue } });
      }
      return await context.cases.move(id, to, note, evidenceIds);
    },
    commentCase: async ({ id, text, evidenceIds }, context) => {
      await context.cases.comment(id, text, evidenceIds);
      return { done: true };
    },
    setCaseDeadline: ({ id, dueAt, reason }, context) => context.cases.setDeadline(id, new Date(dueAt), reason),
  });
}

function holdsOver(context: Parameters<typeof callOf>[0], organisationId: string): boolean {
  if (!context.can(issue)) return false;
  const scope = callOf(context).principal?.scopeOf(issue);
  return scope?.kind === 'all' || (scope?.ids.includes(organisationId) ?? false);
}
