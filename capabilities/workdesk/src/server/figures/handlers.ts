/**
 * Handlers of the figures of a period: the board, the heat by unit and kind, the records behind each number, the reports.
 * @module
 */
import { handlers, type ReportFormat } from '@hedun/sdk';
import { findingKinds } from '@hedun/sdk/kernel';
import { sql } from 'kysely';
import type { Workdesk } from '../../capability.ts';
import type { HeatFigures } from '../../figure-shapes.ts';
import { type Here, today } from '../here.ts';
import { monthFigures } from '../months.ts';
import { listCounted } from './counted.ts';
import { periodDocument } from './document.ts';
import { spanOf } from './span.ts';

/** Rows and columns a person takes in at once; the rest is summed up below. */
const [heatUnits, heatKinds] = [20, 8];

async function heat(context: Here, period: string): Promise<HeatFigures> {
  const { last } = spanOf(period);
  const { rows } = await sql<{
    organisationId: string;
    kind: string;
    open: number;
  }>`SELECT organisation_id, kind, sum(found - verified - dismissed)::int AS open
    FROM workdesk_tallies WHERE month <= ${last} GROUP BY organisation_id, kind HAVING sum(found - verified - dismissed) > 0`.execute(
    context.db,
  );
  const sumBy = (key: 'organisationId' | 'kind') =>
    [...Map.groupBy(rows, (row) => row[key])]
      .map(([id, own]) => ({ id, own, open: own.reduce((sum, { open }) => sum + open, 0) }))
      .sort((a, b) => b.open - a.open || (a.id < b.id ? -1 : 1));
  const kinds = sumBy('kind').slice(0, heatKinds);
  const units = sumBy('organisationId');
  const names = new Map((await context.organisations.list()).map(({ id, name }) => [id, name]));
  const hidden = units.slice(heatUnits);
  return {
    period,
    kinds: kinds.map(({ id, open }) => ({ kind: id, open })),
    units: units.slice(0, heatUnits).map(({ id, own, open }) => ({
      organisationId: id,
      name: names.get(id) ?? '—',
      open,
      cells: kinds.map(({ id: kind }) => own.find((row) => row.kind === kind)?.open ?? 0),
    })),
    others: { units: hidden.length, open: hidden.reduce((sum, { open }) => sum + open, 0) },
  };
}

async function write(context: Here, period: string, organisationId: string, format: ReportFormat) {
  context.organisations.requireScope([organisationId]);
  const { name: issuer } = await context.organisations.get(organisationId);
  const titles = findingKinds as Readonly<
    Record<string, { readonly title: { readonly 'zh-CN': string; readonly en: string } }>
  >;
  const document = periodDocument(await monthFigures(context, period, 'live'), {
    issuer,
    day: today(context),
    locale: context.locale,
    kindTitle: (kind) => titles[kind]?.title[context.locale] ?? kind,
  });
  return await context.reports.make(document, format, organisationId, document.title);
}

export const figureHandlers = handlers<Workdesk>()({
  monthFigures: ({ month }, context) => monthFigures(context, month, 'counted'),
  yearFigures: ({ year }, context) => monthFigures(context, String(year), 'counted'),
  heatFigures: ({ period }, context) => heat(context, period),
  listCounted,
  writeMonthlyReport: ({ month, organisationId, format }, context) => write(context, month, organisationId, format),
  writeYearReport: ({ year, organisationId, format }, context) => write(context, String(year), organisationId, format),
});
