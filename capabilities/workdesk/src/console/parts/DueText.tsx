/**
 * The last day of a notice: red when it has passed, marked when its holidays are not announced yet.
 * @module
 */
import { Tooltip, useMessages } from '@hedun/ui';
import { workdesk } from '../../capability.ts';
import type { NoticeSummary } from '../../shapes.ts';

export function DueText({ summary }: { readonly summary: Pick<NoticeSummary, 'dueOn' | 'overdue' | 'provisional'> }) {
  const t = useMessages(workdesk);
  return (
    <span className={`hd-number ${summary.overdue ? 'hd-tone-text-bad' : ''}`}>
      {summary.dueOn}
      {summary.overdue && ` ${t.overdue}`}
      {summary.provisional && (
        <Tooltip title={t.provisional}>
          <span className="hd-faint"> *</span>
        </Tooltip>
      )}
    </span>
  );
}
