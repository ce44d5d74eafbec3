/**
 * The verbs of a selection. Shown only when something is selected; "all that match" is resolved to ids by the server's own list.
 * @module
 */
import { Button } from 'antd';
import { usePreferences } from '../app/preferences.ts';
import { presetFor } from '../form/preset.ts';
import { useRun } from '../form/use-run.tsx';
import type { DeclaredOperation } from '../platform/registry.tsx';
import { formatNumber } from '../texts/format.ts';
import { useSay, useText } from '../texts/index.ts';

export function BulkBar({
  ids,
  total,
  totalIsEstimate,
  operations,
  onSelectAll,
  onClear,
  selectingAll,
  initialFor,
}: {
  readonly ids: readonly string[];
  readonly total: number;
  readonly totalIsEstimate: boolean;
  readonly operations: readonly DeclaredOperation[];
  readonly onSelectAll: () => void;
  readonly onClear: () => void;
  readonly selectingAll: boolean;
  /** Starting values of a verb's form, e.g. the organisation the selected records share. */
  readonly initialFor?: ((operation: DeclaredOperation) => Readonly<Record<string, unknown>>) | undefined;
}) {
  const t = useText();
  const say = useSay();
  const { locale } = usePreferences();
  const run = useRun();
  if (ids.length === 0) return null;
  const count = (value: number) => formatNumber(value, locale);
  return (
    <div className="hd-bulk" role="toolbar" aria-label={t.selection}>
      <strong>{t.selectedOf(count(ids.length), (totalIsEstimate ? t.about : '') + count(total))}</strong>
      {ids.length < total && (
        <Button size="small" type="link" loading={selectingAll} onClick={onSelectAll}>
          {t.selectAllMatching}
        </Button>
      )}
      <span className="hd-grow" />
      {operations.map((operation) => {
        const preset = presetFor(operation.operation, ids);
        if (!preset) return null;
        return (
          <Button
            key={operation.id}
            size="small"
            onClick={() => run({ operation, preset, initial: initialFor?.(operation) ?? {}, onDone: onClear })}
          >
            {say(operation.operation.title)}
          </Button>
        );
      })}
      <Button size="small" type="text" onClick={onClear}>
        {t.clearSelection}
      </Button>
    </div>
  );
}
