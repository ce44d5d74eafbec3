/**
 * The linter's part for machines, scores, high risks, penalties, records, statistics and reference deployments.
 * @module
 */
import { duplicates, lintPredicate, type Names, type Report } from './lint-common.ts';
import type { ProblemPath } from './load.ts';
import { exploreMachine } from './machine.ts';
import { namesIn } from './predicate.ts';
import type { Instrument } from './schema.ts';

export function lintMachines(report: Report, instrument: Instrument, names: Names): void {
  const nodes = new Set(instrument.nodes.map((node) => node.id));
  const events = new Set(instrument.events.map((each) => each.id));
  const roles = new Set(instrument.roles.map((each) => each.id));
  for (const [index, machine] of instrument.machines.entries()) {
    const at = (...rest: ProblemPath): ProblemPath => ['machines', index, ...rest];
    const states = new Set(machine.states.map((each) => each.id));
    const guards = new Set(machine.transitions.flatMap((each) => each.guards.map((guard) => guard.id)));
    let sound = true;
    const unknown = (what: string, id: string, path: ProblemPath) => {
      sound = false;
      report('unknown-id', path, `${what}「${id}」不存在`, `${what} ${id} does not exist`);
    };
    if (!states.has(machine.initial)) unknown('state', machine.initial, at('initial'));
    for (const [number, transition] of machine.transitions.entries()) {
      const here = (...rest: ProblemPath) => at('transitions', number, ...rest);
      for (const state of [...transition.from, transition.to]) if (!states.has(state)) unknown('state', state, here());
      for (const role of transition.actor) if (!roles.has(role)) unknown('role', role, here('actor'));
      if (!nodes.has(transition.ref)) unknown('node', transition.ref, here('ref'));
      if (transition.emits !== undefined && !events.has(transition.emits))
        unknown('event', transition.emits, here('emits'));
      for (const [order, guard] of transition.guards.entries())
        lintPredicate(report, guard.must, here('guards', order, 'must'), names);
    }
    for (const [number, gate] of machine.gates.entries()) {
      if (!states.has(gate.state)) unknown('state', gate.state, at('gates', number));
      if (!guards.has(gate.guard)) unknown('guard', gate.guard, at('gates', number));
    }
    if (!sound) continue;
    const explored = exploreMachine(machine);
    for (const state of explored.unreachable)
      report('unreachable', at('states'), `状态「${state}」永远到不了`, `state ${state} cannot be reached`);
    for (const state of explored.deadEnds)
      report('dead-end', at('states'), `状态「${state}」没有出口`, `state ${state} is no end and has no way out`);
    for (const state of explored.trapped)
      report('trapped', at('states'), `从状态「${state}」到不了任何终态`, `no end can be reached from state ${state}`);
    for (const { state, guard, path } of explored.bypassed)
      report(
        'bypass',
        at('gates'),
        `可绕过「${guard}」到达「${state}」：${path.join(' → ')}`,
        `${state} can be reached around ${guard}: ${path.join(' → ')}`,
      );
  }
}

export function lintTables(report: Report, instrument: Instrument, names: Names): void {
  const nodes = new Map(instrument.nodes.map((node) => [node.id, node]));
  const need = (id: string, path: ProblemPath) => {
    if (!nodes.has(id)) report('unknown-node', path, `引用的条款「${id}」不存在`, `node ${id} does not exist`);
  };
  for (const [index, scoring] of instrument.scorings.entries()) {
    const local = new Set(
      [...scoring.object.rows, ...scoring.factors.flatMap((factor) => factor.rows)].flatMap((row) => [
        ...namesIn(row.when).facts,
      ]),
    );
    for (const fact of local)
      if (!names.facts.has(fact))
        report('unknown-fact', ['scorings', index], `引用了未声明的事实「${fact}」`, `fact ${fact} is not declared`);
    const groups = new Set(scoring.groups.map((each) => each.id));
    for (const [number, layer] of scoring.layers.entries()) {
      need(layer.node, ['scorings', index, 'layers', number]);
      if (!groups.has(layer.group))
        report(
          'unknown-id',
          ['scorings', index, 'layers', number],
          `分组「${layer.group}」不存在`,
          `group ${layer.group} does not exist`,
        );
    }
    for (const [number, unit] of scoring.units.entries()) {
      need(unit.node, ['scorings', index, 'units', number]);
      if (unit.weights.length !== scoring.levels.length)
        report(
          'weights',
          ['scorings', index, 'units', number],
          `权重应有 ${scoring.levels.length} 列，实有 ${unit.weights.length} 列`,
          `expected ${scoring.levels.length} weights, got ${unit.weights.length}`,
        );
      if (!scoring.layers.some((layer) => layer.node === nodes.get(unit.node)?.parent))
        report(
          'unknown-id',
          ['scorings', index, 'units', number],
          `测评单元「${unit.node}」不属于任何计分层面`,
          `unit ${unit.node} belongs to no scored layer`,
        );
    }
  }
  for (const [index, risk] of instrument.highRisks.entries())
    for (const unit of risk.units) need(unit, ['highRisks', index, 'units']);
  for (const [index, penalty] of instrument.penalties.entries()) {
    need(penalty.ref, ['penalties', index, 'ref']);
    lintPredicate(report, penalty.when, ['penalties', index, 'when'], names);
    const amount = penalty.fine?.amount;
    const range = !amount
      ? undefined
      : 'fixed' in amount
        ? amount.fixed
        : 'times' in amount
          ? amount.times
          : amount.percent;
    for (const each of [range, penalty.persons?.range])
      if (each && each[0] > each[1])
        report(
          'range',
          ['penalties', index],
          `幅度上下限颠倒：${each.join('–')}`,
          `range is upside down: ${each.join('–')}`,
        );
    if (amount && 'of' in amount && !names.facts.has(amount.of))
      report(
        'unknown-fact',
        ['penalties', index, 'fine'],
        `引用了未声明的事实「${amount.of}」`,
        `fact ${amount.of} is not declared`,
      );
  }
  for (const [index, record] of instrument.records.entries()) {
    need(record.ref, ['records', index, 'ref']);
    duplicates((code, path, zh, en) => report(code, ['records', index, ...path], zh, en), 'fields', record.fields);
    const local = new Set(record.fields.map((field) => field.id));
    for (const [number, field] of record.fields.entries())
      if (field.required && field.required !== true)
        lintPredicate(
          report,
          field.required,
          ['records', index, 'fields', number],
          { facts: new Map(), parameters: names.parameters },
          local,
        );
  }
  for (const [index, statistic] of instrument.statistics.entries()) {
    need(statistic.ref, ['statistics', index, 'ref']);
    for (const id of statistic.obligations)
      if (!nodes.get(id)?.obligation)
        report('unknown-node', ['statistics', index, 'obligations'], `「${id}」没有时限`, `${id} has no clock`);
  }
  for (const [index, deployment] of instrument.deployments.entries()) {
    need(deployment.layer, ['deployments', index, 'layer']);
    for (const cover of deployment.covers) need(cover.unit, ['deployments', index, 'covers']);
    const parts = new Set(deployment.parts.map((part) => part.id));
    for (const each of [...deployment.links, ...deployment.flow])
      for (const end of [each.from, each.to])
        if (!parts.has(end))
          report('unknown-id', ['deployments', index], `部件「${end}」不存在`, `part ${end} does not exist`);
  }
}
