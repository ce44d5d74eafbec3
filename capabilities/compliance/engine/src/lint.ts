/**
 * What a shape cannot say about a regulation file: ids that meet nothing, circles, rules that can never hold, machines with dead ends,
 * errata that were not applied, standards that are quoted. Every problem has its place. The loader's shape check comes first.
 * @module
 */
import { dayNumber } from '@hedun/workdays';
import { duplicates, lintPredicate, type Names, type Report } from './lint-common.ts';
import { lintMachines, lintTables } from './lint-tables.ts';
import type { LoadedText, Problem, ProblemPath } from './load.ts';
import type { Value } from './predicate.ts';
import type { Instrument } from './schema.ts';

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
    'algorithms',
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
  const records = new Set(instrument.records.map((each) => each.id));
  for (const [index, each] of instrument.events.entries())
    if (each.record !== undefined && !records.has(each.record))
      report(
        'unknown-record',
        ['events', index, 'record'],
        `随事件「${each.id}」的记录「${each.record}」不存在`,
        `record ${each.record} of event ${each.id} does not exist`,
      );
  const states = new Set(instrument.machines.flatMap((machine) => machine.states.map((state) => state.id)));
  for (const [index, each] of instrument.documents.entries()) {
    if (each.sealFact !== undefined && !names.facts.has(each.sealFact))
      report(
        'unknown-fact',
        ['documents', index, 'sealFact'],
        `引用了未声明的事实「${each.sealFact}」`,
        `fact ${each.sealFact} is not declared`,
      );
    if (each.sealedIn !== undefined && !states.has(each.sealedIn))
      report(
        'unknown-state',
        ['documents', index, 'sealedIn'],
        `文书「${each.id}」在不存在的状态「${each.sealedIn}」定稿`,
        `document ${each.id} is sealed in ${each.sealedIn}, a state that does not exist`,
      );
  }
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
