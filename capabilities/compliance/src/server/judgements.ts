/**
 * What people judge: checks with their evidence, units of a score, high risks. A breach becomes a finding.
 * @module
 */
import {
  answer,
  composeScheme,
  type Evidence,
  markNotApplicable,
  paperProblems,
  type UnitInput,
  type WorkingPaper,
} from '@hedun/compliance';
import { Failure, handlers } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import { change } from './assessment-record.ts';
import { checked, short } from './library.ts';

export const judgementHandlers = handlers<Compliance>()({
  answerCheck: (input, context) =>
    change(context, input.id, async (row, open) => {
      if (input.standing === 'verified' && input.evidenceIds.length === 0)
        throw new Failure('compliance.no_evidence', { where: 'evidenceIds', expected: 'at least one', got: 'none' });
      const now = context.now().toISOString();
      const evidence: Evidence[] = [];
      for (const evidenceId of input.evidenceIds) {
        const kept = await context.files.get(evidenceId);
        evidence.push({
          id: evidenceId,
          title: kept.name,
          sha256: kept.sha256,
          effectiveFrom: input.effectiveFrom ?? dayOfInstant(now),
          ...(input.effectiveTo === undefined ? {} : { effectiveTo: input.effectiveTo }),
        });
      }
      const { judgement, standing, note } = input;
      const given = { judgement, standing, by: context.actor.name, at: now, evidence, ...(note ? { note } : {}) };
      const assessment = checked('node', () => answer(open, row.body.assessment, input.node, given));
      if (judgement !== 'conform') {
        const node = open.nodes.get(input.node);
        const [raised] = await context.findings.raise([
          {
            organisationId: row.organisationId,
            kind: 'compliance.breach',
            title: `${row.name}：${node?.trace ?? input.node}`,
            description: [node?.[short(context.locale)], note].filter(Boolean).join('\n'),
            severity: judgement === 'major' ? 'high' : 'medium',
            source: 'compliance',
            references: [{ kind: 'clause', id: `${open.instrument.id}/${input.node}` }],
            attributes: { instrument: open.instrument.id, node: input.node, assessmentId: row.id },
            evidenceIds: input.evidenceIds,
            identity: [row.id, input.node],
          },
        ]);
        const findings = { ...row.body.findings, ...(raised ? { [input.node]: raised.id } : {}) };
        return { ...row.body, assessment, findings };
      }
      // What was reported is closed when the item conforms by valid evidence; whoever verifies it is another step.
      const { [input.node]: reported, ...others } = row.body.findings ?? {};
      if (reported && evidence.length > 0) {
        await context.findings.fix([reported]);
        return { ...row.body, assessment, findings: others };
      }
      return { ...row.body, assessment };
    }),
  declareNotApplicable: ({ id, node, reason }, context) =>
    change(context, id, ({ body }, open) => {
      const override = { reason, by: context.actor.name, at: context.now().toISOString() };
      return { ...body, assessment: checked('node', () => markNotApplicable(open, body.assessment, node, override)) };
    }),
  judgeUnit: ({ id, unit, answer: given }, context) =>
    change(context, id, ({ body }, open) => {
      const { sheet } = body;
      const scoring = open.instrument.scorings.find((each) => each.id === sheet?.rules);
      if (!sheet || !scoring)
        throw new Failure('compliance.refused', {
          where: 'unit',
          expected: 'an instrument with a score',
          got: open.instrument.id,
        });
      const asked = scoring.units
        .filter((each) => (each.weights[sheet.level - 1] ?? null) !== null)
        .map((each) => each.node);
      if (!asked.includes(unit))
        throw new Failure('compliance.refused', { where: 'unit', expected: asked.join(', '), got: unit });
      const whole = given.kind === 'not-applicable' ? { ...given, by: context.actor.name } : given;
      return { ...body, sheet: { ...sheet, units: { ...sheet.units, [unit]: whole as UnitInput } } };
    }),
  writePaper: ({ id, node, procedure, population, sample, controlRunBy }, context) =>
    change(context, id, ({ body }, open) => {
      const checks = open.nodes.get(node)?.type === 'checklist';
      if (!checks) throw new Failure('compliance.refused', { where: 'node', expected: 'a check', got: node });
      const paper: WorkingPaper = {
        node,
        procedure,
        ...(population ? { population } : {}),
        ...(sample ? { sample } : {}),
        preparedBy: context.actor.name,
        preparedOn: dayOfInstant(context.now().toISOString()),
        ...(controlRunBy.length > 0 ? { controlRunBy } : {}),
      };
      if (paperProblems(open, paper).some((each) => each.kind === 'sample-without-population'))
        throw new Failure('compliance.refused', { where: 'population', expected: 'the population', got: 'none' });
      // A changed paper has not been reviewed.
      return { ...body, papers: [...(body.papers ?? []).filter((each) => each.node !== node), paper] };
    }),
  reviewPaper: ({ id, node }, context) =>
    change(context, id, ({ body }, open) => {
      const paper = body.papers?.find((each) => each.node === node);
      if (!paper) throw new Failure('compliance.unknown', { where: 'node', expected: 'a working paper', got: node });
      const reviewed: WorkingPaper = {
        ...paper,
        reviewedBy: [context.actor.name],
        reviewedOn: dayOfInstant(context.now().toISOString()),
      };
      if (paperProblems(open, reviewed).some((each) => each.kind === 'not-independent'))
        throw new Failure('compliance.not_independent', {
          where: 'node',
          expected: `not ${[paper.preparedBy, ...(paper.controlRunBy ?? [])].join(', ')}`,
          got: context.actor.name,
        });
      return { ...body, papers: (body.papers ?? []).map((each) => (each.node === node ? reviewed : each)) };
    }),
  planMeasures: ({ id, measures }, context) =>
    change(context, id, ({ body }, open) => {
      const today = dayOfInstant(context.now().toISOString());
      const nodes = measures.map((each) => each.node);
      const unknown = nodes.find((node, at) => !open.nodes.has(node) || nodes.indexOf(node) !== at);
      if (unknown !== undefined)
        throw new Failure('compliance.refused', { where: 'node', expected: 'each item once', got: unknown });
      const future = measures.find(({ doneOn }) => doneOn !== undefined && doneOn > today);
      if (future)
        throw new Failure('compliance.future', {
          where: 'doneOn',
          expected: `at most ${today}`,
          got: future.doneOn ?? '',
        });
      const planned = measures.map(({ doneOn, ...each }) => ({ ...each, ...(doneOn === undefined ? {} : { doneOn }) }));
      return { ...body, measures: planned };
    }),
  chooseScheme: ({ id, deployments }, context) =>
    change(context, id, ({ body }, open) => {
      const scheme = [...new Set(deployments)];
      checked('deployments', () => composeScheme(open, body.sheet?.level ?? 0, scheme));
      return { ...body, scheme };
    }),
  stateCompensations: ({ id, compensations }, context) =>
    change(context, id, ({ body }, open) => {
      const { sheet } = body;
      const scoring = open.instrument.scorings.find((each) => each.id === sheet?.rules);
      if (!sheet || scoring?.compensation === undefined)
        throw new Failure('compliance.refused', {
          where: 'compensations',
          expected: 'rules that know compensation',
          got: sheet?.rules ?? open.instrument.id,
        });
      const known = (unit: string, object: string) => {
        const answer = sheet.units[unit];
        return answer?.kind === 'objects' && answer.objects.some((each) => each.id === object);
      };
      for (const { unit, object, giverUnit, giver } of compensations)
        for (const [where, one, two] of [
          ['object', unit, object],
          ['giver', giverUnit, giver],
        ] as const)
          if (!known(one, two))
            throw new Failure('compliance.refused', { where, expected: 'a judged object', got: `${one}/${two}` });
      const confirmed = compensations.map((each) => ({ ...each, confirmedBy: context.actor.name }));
      return { ...body, sheet: { ...sheet, compensations: confirmed } };
    }),
  stateRisks: ({ id, risks }, context) =>
    change(context, id, async ({ body }, open) => {
      const { sheet } = body;
      if (!sheet)
        throw new Failure('compliance.refused', {
          where: 'risks',
          expected: 'an instrument with a score',
          got: open.instrument.id,
        });
      const stated = [];
      for (const { object, mitigation, ...risk } of risks) {
        if (!open.instrument.highRisks.some((each) => each.id === risk.risk))
          throw new Failure('compliance.refused', {
            where: 'risk',
            expected: open.instrument.highRisks.map((each) => each.id).join(', '),
            got: risk.risk,
          });
        for (const evidenceId of mitigation?.evidence ?? []) await context.files.get(evidenceId);
        stated.push({
          ...risk,
          ...(object === undefined ? {} : { object }),
          ...(mitigation ? { mitigation: { ...mitigation, confirmedBy: context.actor.name } } : {}),
        });
      }
      return { ...body, sheet: { ...sheet, risks: stated } };
    }),
});
