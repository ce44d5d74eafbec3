/**
 * The tables of detection. The order of this list is the order of the steps: once a version is out, new ones go to the end.
 * @module
 */
import type { Migration, ServerHalf } from '@hedun/sdk';
import type { Detection } from '../capability.ts';
import { collectionSteps, groupSteps } from './collection/migrations.ts';
import { huntSteps } from './hunting/migrations.ts';
import { incidentSteps } from './incidents/migrations.ts';
import type { Step } from './migration-step.ts';
import { ruleSteps } from './rules/migrations.ts';

type Tables = ServerHalf<Detection>['migrations'];
const steps: readonly Step[] = [...collectionSteps, ...incidentSteps, ...huntSteps, ...ruleSteps, ...groupSteps];

const numbered: Record<string, Migration[]> = {};
for (const [index, { table, up }] of steps.entries()) {
  const name: string = table;
  numbered[name] ??= [];
  numbered[name].push({ id: index + 1, name: `${name} ${index + 1}`, up });
}
export const migrations = numbered as unknown as Tables;
