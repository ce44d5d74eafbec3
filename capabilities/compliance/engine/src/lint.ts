/**
 * What a shape cannot say about a regulation file: ids that meet nothing, circles, rules that can never hold, machines with dead ends,
 * errata that were not applied, standards that are quoted. Every problem has its place. The loader's shape check comes first.
 * @module
 */
import { dayNumber } from '@hedun/workdays';
import { sensitivity } from './boundaries.ts';
import { unfitness } from './facts.ts';
import type { LoadedText, Problem, ProblemPath } from './load.ts';
import { exploreMachine } from './machine.ts';
import { namesIn, type Predicate, type Value, visitPredicates } from './predicate.ts';
import type { Instrument } from './schema.ts';

type Report = (code: string, path: ProblemPath, zh: string, en: string, severity?: Problem['severity']) => void;

function duplicates(report: Report, list: string, items: readonly { readonly id: string }[]): void {
  const seen = new Map<string, number>();
  for (const [index, { id }] of items.entries()) {
    const first = seen.get(id);
    if (first === undefined) seen.set(id, index);
    else
      report(
        'duplicate-id',
        [list, index, 'id'],
        `编号「${id}」重复，首次出现在 ${list}.${first}`,
        `id ${id} comes twice; first at ${list}.${first}`,
      );
  }
}

interface Names {
  readonly facts: ReadonlyMap<string, Instrument['facts'][number]>;
  readonly parameters: ReadonlyMap<string, Value>;
}

function lintPredicate(
  report: Report,
  predicate: Predicate,
  path: ProblemPath,
  names: Names,
  local?: ReadonlySet<string>,
): void {
  const used = namesIn(predicate);
  let sound = true;
  for (const fact of used.facts)
    if (!names.facts.has(fact) && !local?.has(fact)) {
      sound = false;
      report('unknown-fact', path, `引用了未声明的事实「${fact}」`, `fact ${fact} is not declared`);
    }
  for (const parameter of used.parameters)
    if (!names.parameters.has(parameter)) {
      sound = false;
      report('unknown-parameter', path, `引用了未声明的参数「${parameter}」`, `parameter ${parameter} is not declared`);
    }
  visitPredicates(predicate, (each) => {
    if (!('fact' in each) || each.op === 'known' || each.v === undefined) return;
    const shape = names.facts.get(each.fact);
    if (!shape) return;
    const literals = each.op === 'in' ? (each.v as readonly Value[]) : [each.v];
    if (each.op === 'has') return;
    for (const literal of Array.isArray(literals) ? literals : [literals]) {
      const expected = unfitness({ ...shape, min: undefined }, literal);
      if (!expected) continue;
      sound = false;
      report(
        'wrong-literal',
        path,
        `事实「${each.fact}」与 ${JSON.stringify(literal)} 类型不符`,
        `${each.fact}: expected ${expected}, got ${JSON.stringify(literal)}`,
      );
    }
  });
  if (!sound || local) return;
  const { canHold, canFail } = sensitivity(predicate, names.facts, Object.fromEntries(names.parameters));
  if (canHold === false)
    report(
      'contradiction',
      path,
      '条件自相矛盾，永远不可能成立',
      'contradiction: no combination of facts makes it hold',
    );
  if (canFail === false)
    report('always-true', path, '条件恒为真，起不到区分作用', 'no combination of facts makes it fail', 'warning');
}

function lintTree(report: Report, instrument: Instrument): void {
  const position = new Map(instrument.nodes.map((node, index) => [node.id, index]));
  for (const [index, node] of instrument.nodes.entries()) {
    if (node.parent === undefined) continue;
    const parent = position.get(node.parent);
    if (parent === undefined)
      report(
        'unknown-node',
        ['nodes', index, 'parent'],
        `上级节点「${node.parent}」不存在`,
        `parent ${node.parent} does not exist`,
      );
    const chain = new Set([node.id]);
    for (
      let up: string | undefined = node.parent;
      up !== undefined;
      up = instrument.nodes[position.get(up) ?? -1]?.parent
    ) {
      if (chain.has(up)) {
        report(
          'cycle',
          ['nodes', index, 'parent'],
          `上级引用成环：${[...chain, up].join(' → ')}`,
          `parents form a circle: ${[...chain, up].join(' → ')}`,
        );
        return;
      }
      chain.add(up);
    }
    if (parent !== undefined && parent > index)
      report(
        'order',
        ['nodes', index, 'parent'],
        `上级节点「${node.parent}」应排在本节点之前`,
        `parent ${node.parent} must come before it`,
      );
  }
}

function lintNodes(report: Report, instrument: Instrument, names: Names): void {
  const nodes = new Set(instrument.nodes.map((node) => node.id));
  const events = new Set(instrument.events.map((each) => each.id));
  const roles = new Set(instrument.roles.map((each) => each.id));
  const records = new Set(instrument.records.map((each) => each.id));
  const executed = new Set([
    ...instrument.machines.flatMap((machine) =>
      machine.transitions.filter((each) => each.guards.length > 0 || each.max !== undefined).map((each) => each.ref),
    ),
    ...instrument.penalties.map((each) => each.ref),
    ...instrument.records.map((each) => each.ref),
    ...instrument.statistics.map((each) => each.ref),
  ]);
  const reference = (id: string, path: ProblemPath) => {
    if (!id.includes('/') && !nodes.has(id))
      report('unknown-node', path, `引用的条款「${id}」不存在`, `node ${id} does not exist`);
  };
  for (const [index, node] of instrument.nodes.entries()) {
    const at = (...rest: ProblemPath): ProblemPath => ['nodes', index, ...rest];
    const own = Boolean(node.rule || node.when || node.obligation || node.record);
    if (
      node.type === 'executable' &&
      !own &&
      !executed.has(node.id) &&
      !(instrument.scorings.length > 0 && node.kind === 'rule')
    )
      report(
        'not-executable',
        at('type'),
        `「${node.id}」标为可执行，但没有规则、时限、记录、状态或计分`,
        `${node.id} is executable but has no rule, clock, record, transition or score`,
      );
    if (node.type !== 'executable' && own)
      report(
        'executable',
        at('type'),
        `「${node.id}」含有规则或时限，应标为可执行`,
        `${node.id} has a rule or a clock and must be of type executable`,
      );
    if (node.when && !node.effect)
      report(
        'no-effect',
        at('when'),
        `「${node.id}」有触发条件但没有写明后果`,
        `${node.id} has a condition without an effect`,
      );
    for (const key of ['applies', 'rule', 'when'] as const) {
      const predicate = node[key];
      if (predicate) lintPredicate(report, predicate, at(key), names);
    }
    for (const [number, id] of (node.liability ?? []).entries()) reference(id, at('liability', number));
    if (node.record !== undefined && !records.has(node.record))
      report('unknown-record', at('record'), `记录「${node.record}」不存在`, `record ${node.record} does not exist`);
    const obligation = node.obligation;
    if (!obligation) continue;
    if (!roles.has(obligation.who))
      report(
        'unknown-role',
        at('obligation', 'who'),
        `角色「${obligation.who}」未声明`,
        `role ${obligation.who} is not declared`,
      );
    const named = [
      ...obligation.trigger,
      ...obligation.doneBy,
      ...obligation.cancelledBy,
      ...(obligation.extend ? [obligation.extend.event] : []),
    ];
    if (obligation.interrupt) named.push(obligation.interrupt.by, obligation.interrupt.until);
    for (const event of new Set(named))
      if (!events.has(event))
        report('unknown-event', at('obligation'), `事件「${event}」未声明`, `event ${event} is not declared`);
    for (const [number, id] of (obligation.breach?.liability ?? []).entries())
      reference(id, at('obligation', 'breach', 'liability', number));
    if (obligation.bound === 'at-most' && obligation.doneBy.length === 0)
      report(
        'never-done',
        at('obligation'),
        `「${node.id}」的义务没有完成事件`,
        `the obligation of ${node.id} can never be done`,
      );
    if (obligation.extend?.allowed)
      lintPredicate(report, obligation.extend.allowed, at('obligation', 'extend', 'allowed'), names);
    const interrupt = obligation.interrupt;
    if (interrupt && !names.parameters.has(interrupt.mode))
      report(
        'unknown-parameter',
        at('obligation', 'interrupt', 'mode'),
        `引用了未声明的参数「${interrupt.mode}」`,
        `parameter ${interrupt.mode} is not declared`,
      );
  }
}

function lintMachines(report: Report, instrument: Instrument, names: Names): void {
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

function lintTables(report: Report, instrument: Instrument, names: Names): void {
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

/** Everything wrong with one instrument. `text` gives the problems their line and column. */
export function lintInstrument(instrument: Instrument, text?: LoadedText): readonly Problem[] {
  const problems: Problem[] = [];
  const file = text?.file ?? instrument.id;
  const report: Report = (code, path, zh, en, severity = 'error') =>
    problems.push({ code, severity, file, path, ...text?.locate(path), zh, en });
  for (const list of [
    'nodes',
    'facts',
    'parameters',
    'roles',
    'events',
    'machines',
    'records',
    'scorings',
    'highRisks',
    'penalties',
    'deployments',
    'statistics',
    'documents',
    'errata',
    'constraints',
  ] as const)
    duplicates(report, list, instrument[list]);
  const names: Names = {
    facts: new Map(instrument.facts.map((each) => [each.id, each])),
    parameters: new Map(instrument.parameters.map((each) => [each.id, each.value as Value])),
  };
  if (instrument.validTo !== undefined && dayNumber(instrument.validTo) < dayNumber(instrument.validFrom))
    report('validity', ['validTo'], '失效日期早于生效日期', 'it ends before it begins');
  if (instrument.text === 'quoted' && instrument.rank.endsWith('standard'))
    report('quoted-standard', ['text'], '标准文本只能转述，不得照录', 'standards may only be paraphrased');
  for (const [index, each] of instrument.parameters.entries())
    if (each.options && !each.options.some((option) => JSON.stringify(option) === JSON.stringify(each.value)))
      report(
        'parameter',
        ['parameters', index, 'value'],
        `参数「${each.id}」的取值不在选项之内`,
        `the value of ${each.id} is not among its options`,
      );
  if (instrument.scope) lintPredicate(report, instrument.scope, ['scope'], names);
  for (const [index, each] of instrument.constraints.entries())
    lintPredicate(report, each.must, ['constraints', index, 'must'], names);
  for (const [index, erratum] of instrument.errata.entries())
    for (const node of instrument.nodes)
      if (erratum.status !== 'unusable' && node.zh.includes(erratum.printed) && !erratum.read.includes(erratum.printed))
        report(
          'erratum',
          ['errata', index],
          `勘误「${erratum.id}」未在「${node.id}」中落实`,
          `erratum ${erratum.id} is not applied in ${node.id}`,
        );
  lintTree(report, instrument);
  lintNodes(report, instrument, names);
  lintMachines(report, instrument, names);
  lintTables(report, instrument, names);
  return problems;
}

/** What only shows between instruments: versions in force at once, references to instruments or nodes that are not there. */
export function lintLibrary(instruments: readonly Instrument[]): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (file: string, code: string, path: ProblemPath, zh: string, en: string) =>
    problems.push({ code, severity: 'error', file, path, zh, en });
  const byId = new Map(instruments.map((each) => [each.id, each]));
  for (const [index, instrument] of instruments.entries()) {
    if (byId.get(instrument.id) !== instrument)
      report(
        instrument.id,
        'duplicate-id',
        ['id'],
        `文件编号「${instrument.id}」重复`,
        `instrument ${instrument.id} comes twice`,
      );
    if (instrument.supersededBy !== undefined && !byId.has(instrument.supersededBy))
      report(
        instrument.id,
        'unknown-instrument',
        ['supersededBy'],
        `「${instrument.supersededBy}」不存在`,
        `${instrument.supersededBy} does not exist`,
      );
    for (const other of instruments.slice(index + 1)) {
      if (
        other.family !== instrument.family ||
        other.rank === 'draft' ||
        instrument.rank === 'draft' ||
        other.id === instrument.id
      )
        continue;
      const start = Math.max(dayNumber(instrument.validFrom), dayNumber(other.validFrom));
      const end = Math.min(
        ...[instrument.validTo, other.validTo].map((day) =>
          day === undefined ? Number.POSITIVE_INFINITY : dayNumber(day),
        ),
      );
      if (start <= end)
        report(
          other.id,
          'overlap',
          ['validFrom'],
          `与「${instrument.id}」的有效期重叠`,
          `its validity overlaps that of ${instrument.id}`,
        );
    }
    const external = instrument.nodes.flatMap((node, number) => [
      ...(node.maps ?? []).map((map) => ({ ref: map.to, path: ['nodes', number, 'maps'] as const })),
      ...[...(node.liability ?? []), ...(node.obligation?.breach?.liability ?? [])].map((ref) => ({
        ref,
        path: ['nodes', number, 'liability'] as const,
      })),
    ]);
    for (const { ref, path } of external) {
      const [id = '', node = ''] = ref.split('/');
      const target = ref.includes('/') ? byId.get(id) : undefined;
      // A reference to a law that is not shipped stays a name; one to a shipped law must meet a node.
      if (target && !target.nodes.some((each) => each.id === node))
        report(instrument.id, 'unknown-node', path, `引用的条款「${ref}」不存在`, `node ${ref} does not exist`);
    }
  }
  return problems;
}
