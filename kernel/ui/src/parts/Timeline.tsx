/**
 * What happened to a record, newest first: who, when, what, with a filter by kind.
 * @module
 */
import type { TimelineEntry } from '@hedun/sdk';
import { Segmented } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import { useText } from '../texts/index.ts';
import { EmptyView } from './states.tsx';
import { TimeText } from './TimeText.tsx';

export type TimelineItem = z.output<typeof TimelineEntry>;

export function Timeline({ entries }: { readonly entries: readonly TimelineItem[] }) {
  const t = useText();
  const words = t as unknown as Readonly<Record<string, string>>;
  const [kind, setKind] = useState('');
  const kinds = [...new Set(entries.map((entry) => entry.kind))];
  const shown = entries
    .filter((entry) => kind === '' || entry.kind === kind)
    .toSorted((a, b) => b.at.localeCompare(a.at));
  if (entries.length === 0) return <EmptyView kind="nothing-yet" title={t.noHistory} />;
  return (
    <div className="hd-stack">
      {kinds.length > 1 && (
        <Segmented
          size="small"
          value={kind}
          onChange={setKind}
          options={[
            { value: '', label: t.all },
            ...kinds.map((each) => ({ value: each, label: words[`timeline_${each}`] ?? each })),
          ]}
        />
      )}
      <ol className="hd-timeline">
        {shown.map((entry) => (
          <li key={entry.id} className={`hd-timeline-${entry.kind}`}>
            <div className="hd-timeline-head">
              <strong>{entry.actorName || t.system}</strong>
              <span className="hd-faint">{words[`timeline_${entry.kind}`] ?? entry.kind}</span>
              <TimeText at={entry.at} />
            </div>
            <TransitionText data={entry.data} />
            {entry.text && <div className="hd-prose">{entry.text}</div>}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** `from → to` of a change, in the words of states and severities. */
function TransitionText({ data }: { readonly data: Readonly<Record<string, unknown>> }) {
  const words = useText() as unknown as Readonly<Record<string, string>>;
  const { from, to } = data;
  if (typeof to !== 'string') return null;
  const word = (state: unknown) =>
    ['case', 'finding', 'severity', 'asset'].map((noun) => words[`${noun}_${state}`]).find(Boolean) ?? String(state);
  return (
    <div>
      {typeof from === 'string' && `${word(from)} → `}
      {word(to)}
    </div>
  );
}
