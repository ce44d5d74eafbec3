/**
 * Planning a protection period, or changing one that runs.
 * @module
 */
import { OperationDialog, useMessages } from '@hedun/ui';
import { type Workdesk, workdesk } from '../../capability.ts';
import type { SafePeriodRow } from '../../safe-report-shapes.ts';

export function PeriodDialog({
  period,
  onClose,
}: {
  readonly period: SafePeriodRow | null;
  /** With the period that was saved, or nothing. */
  readonly onClose: (id?: string) => void;
}) {
  const t = useMessages(workdesk);
  return (
    <OperationDialog
      capability={workdesk as Workdesk}
      operation="saveSafePeriod"
      title={period ? t.editPeriod : t.newPeriod}
      open
      width={640}
      {...(period
        ? {
            preset: { id: period.id },
            initial: {
              title: period.title,
              note: period.note,
              fromDay: period.fromDay,
              toDay: period.toDay,
              days: period.days,
              weekdays: period.weekdays.map(String),
              times: period.times,
              openMinutes: period.openMinutes,
              remindMinutes: period.remindMinutes,
              organisationIds: period.organisationIds,
            },
          }
        : { omit: ['id'] })}
      onCancel={() => onClose()}
      onDone={({ id }) => onClose(id)}
    />
  );
}
