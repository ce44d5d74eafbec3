/**
 * `npm run -s check:alerts -- <folder>`: the reduction and the chain on labelled alerts, one configuration for every network, beside the
 * naive grouping (same rule and host, ten minutes). Any folder of the same format will do. Labels are read by the measurement only.
 * `--stability` moves every number of the configuration by a fifth, one at a time, and says on how many networks everything still holds.
 * @module
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  ChainIndex,
  phaseAt,
  Reducer,
  type ReductionConfiguration,
  standardConfiguration,
} from '../capabilities/detection/engine/src/index.ts';
import {
  type Grouping,
  kendallTau,
  type LabelledNetwork,
  measure,
  naiveGrouping,
  readLabelledNetworks,
  trueOrder,
} from '../capabilities/detection/engine/test/reduction/alert-truth.ts';
import { type Figure, report } from './report.ts';

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  options: { json: { type: 'boolean', default: false }, stability: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const folder = positionals[0] ?? '../shared/data/alerts';
if (!existsSync(path.join(folder, 'attack-times.tsv'))) {
  console.error(`check:alerts: expected a folder with attack-times.tsv and *.csv.gz, got ${folder}`);
  process.exit(2);
}

const percent = (share: number) => Math.floor(share * 1000) / 10;
const round = (value: number) => Math.round(value * 1000) / 1000;
const clock = (time: number) => new Date(time).toISOString().slice(0, 19);

/** Labels found in the timeline and in the path, each asked for from the first alert of every step. */
function orders(network: LabelledNetwork, reducer: Reducer, episodeOf: readonly number[], grouping: Grouping) {
  const chains = new ChainIndex(reducer.episodes, reducer.incidents);
  const firsts = new Map<string, number>();
  const firstKept = new Map<string, number>();
  for (const [index, { label, alert }] of network.alerts.entries()) {
    if (label === undefined || grouping.groupOf[index] === undefined) continue;
    if (!firsts.has(label)) firsts.set(label, index);
    // A step begun before its window in the truth (exfiltration that ran from the start) is placed where its window is.
    if (network.steps.has(network.alerts[index]?.window ?? '') && !firstKept.has(label))
      firstKept.set(label, alert.time);
  }
  const truth = trueOrder(network);
  const timeline = kendallTau(
    [...truth].map(([label, start]) => ({ truth: start, found: firstKept.get(label) ?? Number.NaN })),
  );
  const taus: number[] = [];
  const shares: number[] = [];
  for (const [label, first] of firsts) {
    if (!truth.has(label)) continue;
    const alert = network.alerts[first]?.alert.time ?? 0;
    const chain = chains.around(episodeOf[first] as number, alert);
    const found = new Map<string, number>();
    for (const [index, each] of network.alerts.entries()) {
      if (each.label === undefined || found.has(each.label) || !network.steps.has(each.window)) continue;
      const episode = reducer.episodes[episodeOf[index] as number];
      if (!episode) continue;
      const at = phaseAt(chain.steps, episode, each.alert.time);
      const step = chain.steps[at];
      // The alert stands in this step where the step covers its machine and its moment.
      if (step && step.end >= each.alert.time && step.start <= each.alert.time) found.set(each.label, at);
    }
    shares.push(found.size / truth.size);
    const placed = [...truth].filter(([name]) => found.has(name));
    const tau = kendallTau(placed.map(([name, start]) => ({ truth: start, found: found.get(name) ?? Number.NaN })));
    if (!Number.isNaN(tau)) taus.push(tau);
  }
  const average = (numbers: readonly number[]) =>
    numbers.length === 0 ? 0 : numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  return { timeline: Number.isNaN(timeline) ? 0 : timeline, path: average(taus), pathShare: average(shares) };
}

const networks = readLabelledNetworks(folder);
if (values.stability) stability();

/** A result that only stands at one value of a number would have been fitted to these networks. */
function stability(): void {
  const variants: {
    readonly name: string;
    readonly configuration: ReductionConfiguration;
    readonly tactic?: { readonly tactic: 'discovery' };
  }[] = [
    { name: 'as it is', configuration: standardConfiguration },
    // Every rule of the same early tactic: what the words of rule names contribute is gone.
    { name: 'without words of rule names', configuration: standardConfiguration, tactic: { tactic: 'discovery' } },
  ];
  for (const factor of [0.8, 1.2]) {
    for (const [name, value] of Object.entries(standardConfiguration))
      if (typeof value === 'number')
        variants.push({
          name: `${name} × ${factor}`,
          configuration: {
            ...standardConfiguration,
            [name]: name === 'recurrenceShare' ? value * factor : Math.round(value * factor * 100) / 100,
          },
        });
    for (const [name, value] of Object.entries(standardConfiguration.beacon))
      variants.push({
        name: `beacon.${name} × ${factor}`,
        configuration: {
          ...standardConfiguration,
          beacon: { ...standardConfiguration.beacon, [name]: value * factor },
        },
      });
  }
  let holding = 0;
  for (const { name, configuration, tactic } of variants) {
    const failing: string[] = [];
    for (const network of networks) {
      const reducer = new Reducer({ configuration });
      const episodeOf = network.alerts.map(({ alert }) => reducer.push({ ...alert, ...tactic }, network.name));
      const {
        groups: _groups,
        mostPerDay,
        stepsKept,
        steps,
        inThree,
      } = measure(network, {
        groupOf: episodeOf.map((index) => {
          const verdict = reducer.episodes[index]?.verdict;
          return verdict && 'incident' in verdict ? verdict.incident : undefined;
        }),
        opened: new Map(reducer.incidents.map((incident) => [incident.id, incident.opened])),
      });
      if (mostPerDay > 15 || stepsKept < steps.size || inThree < 0.9)
        failing.push(
          `${network.name} (${mostPerDay} a day, ${stepsKept} of ${steps.size} steps, ${percent(inThree)} % in three)`,
        );
    }
    if (failing.length === 0) holding += 1;
    console.log(
      `  ${name.padEnd(28)} ${failing.length === 0 ? 'holds on all' : `falls short on ${failing.join(', ')}`}`,
    );
  }
  console.log(`stability: ${holding} of ${variants.length} configurations hold on all ${networks.length} networks`);
}
const figures: Figure[] = [];
for (const network of networks) {
  const reducer = new Reducer();
  const started = process.cpuUsage();
  const episodeOf = network.alerts.map(({ alert }) => reducer.push(alert, network.name));
  const used = process.cpuUsage(started);
  const seconds = (used.user + used.system) / 1e6;
  const { incidents } = reducer;
  const grouping: Grouping = {
    groupOf: episodeOf.map((index) => {
      const verdict = reducer.episodes[index]?.verdict;
      return verdict && 'incident' in verdict ? verdict.incident : undefined;
    }),
    opened: new Map(incidents.map((incident) => [incident.id, incident.opened])),
  };
  const ours = measure(network, grouping);
  const naive = measure(network, naiveGrouping(network));
  const order = orders(network, reducer, episodeOf, grouping);

  console.log(
    `\n${network.name}: ${network.alerts.length} alerts of ${ours.days} days, reduced in ${round(seconds)} CPU-s`,
  );
  console.log(
    `  ${'step'.padEnd(26)}${'alerts'.padStart(8)}${'in any'.padStart(9)}${'in three'.padStart(10)}   naive in three`,
  );
  for (const [step, truth] of ours.steps)
    console.log(
      `  ${step.padEnd(26)}${String(truth.alerts).padStart(8)}${`${percent(truth.inAny)} %`.padStart(9)}${`${percent(truth.inThree)} %`.padStart(10)}${`${percent(naive.steps.get(step)?.inThree ?? 0)} %`.padStart(17)}`,
    );
  console.log(
    `  ${'macro average'.padEnd(34)}${`${percent(ours.macroInAny)} %`.padStart(9)}${`${percent(ours.macroInThree)} %`.padStart(10)}${`${percent(naive.macroInThree)} %`.padStart(17)}`,
  );
  console.log(
    `  incidents ${ours.groups} (most on one day ${ours.mostPerDay}, on average ${round(ours.groups / ours.days)}), ${ours.attackGroups} with labelled alerts, ${percent(ours.purity)} % of their alerts labelled or in an attack window`,
  );
  console.log(
    `  naive groups ${naive.groups} (most on one day ${naive.mostPerDay}, on average ${Math.round(naive.groups / naive.days)}), ${naive.attackGroups} with labelled alerts`,
  );
  console.log(
    `  order of steps: timeline τ ${round(order.timeline)}; path from each step's first alert τ ${round(order.path)} over the ${percent(order.pathShare)} % of steps it passes`,
  );
  const attack = new Set(
    network.alerts.flatMap(({ label }, index) => (label === undefined ? [] : [grouping.groupOf[index]])),
  );
  for (const incident of incidents.filter(({ id }) => attack.has(id)))
    console.log(
      `    incident ${incident.id} from ${clock(incident.start)}, known ${Math.round((incident.opened - incident.start) / 1000)} s later: ${incident.alerts} alerts, ${incident.machines.length} machines, ${incident.tactics.join(', ')}`,
    );
  const reasons = new Map<string, number>();
  for (const episode of reducer.episodes)
    reasons.set(episode.verdict.kind, (reasons.get(episode.verdict.kind) ?? 0) + episode.count);
  console.log(`    alerts by verdict: ${[...reasons].map(([kind, count]) => `${kind} ${count}`).join(', ')}`);

  const figure = (
    id: string,
    value: number,
    unit: string,
    target: number,
    direction: Figure['direction'],
    beside?: number,
  ): Figure => ({
    id: `${network.name}.${id}`,
    value,
    unit,
    target,
    direction,
    ...(beside === undefined ? {} : { beside: { name: 'naive', value: beside } }),
  });
  figures.push(
    figure('incidents', ours.mostPerDay, 'on the fullest day', 15, 'max', naive.mostPerDay),
    figure('steps', percent(ours.stepsKept / Math.max(1, ours.steps.size)), '% of step types kept', 100, 'min'),
    figure('alerts', percent(ours.inThree), '% of labelled alerts in three', 90, 'min', percent(naive.inThree)),
    // The peer is the bar: what repeats most must not hide the steps that speak once.
    figure(
      'macro',
      percent(ours.macroInThree),
      '% of a step in three, mean',
      percent(naive.macroInThree),
      'min',
      percent(naive.macroInThree),
    ),
    figure('order', round(order.timeline), 'τ of the timeline', 0.9, 'min'),
    figure('path', round(order.path), 'τ of the path', 0.9, 'min'),
  );
}
console.log('');
if (!report(figures, { json: values.json })) process.exitCode = 1;
