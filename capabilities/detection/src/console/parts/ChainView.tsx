/**
 * An attack chain: as a path of boxes with the reason on each arrow, and as a timeline of every phase.
 * @module
 */
import { EmptyView, Fields, FlowDiagram, Segmented, Tag, TimeText, useMessages, useSay, windingPlace } from '@hedun/ui';
import { useState } from 'react';
import { detection } from '../../capability.ts';
import type { ChainShape } from '../../declared/incident-shapes.ts';
import { tacticWords } from '../../declared/page-words.ts';

type Step = ChainShape['steps'][number];
/** Boxes in a row before the path turns. */
const perRow = 3;
const box = { width: 250, height: 132 } as const;

function spanText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`;
}

export function ChainView({ chain }: { readonly chain: ChainShape }) {
  const t = useMessages(detection);
  const say = useSay();
  const [view, setView] = useState<'path' | 'timeline'>('path');
  const tactic = (name: string | null) => (name && tacticWords[name] ? say(tacticWords[name]) : '—');
  if (chain.steps.length === 0) return <EmptyView kind="nothing-yet" title={t.noChain} />;
  const words = t as unknown as Readonly<Record<string, string>>;
  const rows = Math.ceil(chain.steps.length / perRow);
  return (
    <div className="hd-stack">
      <Segmented
        value={view}
        onChange={setView}
        options={[
          { value: 'path', label: t.path },
          { value: 'timeline', label: t.timeline },
        ]}
      />
      {view === 'path' ? (
        <FlowDiagram
          height={rows * box.height + 40}
          nodes={chain.steps.map((step, index) => ({
            id: String(index),
            tone: index === chain.at ? 'bad' : index === chain.initialAccess ? 'warn' : 'neutral',
            ...windingPlace(index, perRow, box),
            label: (
              <div style={{ textAlign: 'left', maxWidth: 190 }}>
                <strong>
                  {index + 1}. {tactic(step.tactic)}
                </strong>
                <div>{step.rules[0]?.slice(0, 60)}</div>
                <div className="hd-faint">{step.machines.slice(0, 2).join(' · ')}</div>
              </div>
            ),
          }))}
          edges={chain.steps.slice(1).map((step, index) => ({
            from: String(index),
            to: String(index + 1),
            ...(step.reason
              ? {
                  label: `${words[`by_${step.reason.by}`] ?? step.reason.by} · ${t.secondsLater({ text: spanText(step.reason.seconds) })}`,
                }
              : {}),
          }))}
        />
      ) : (
        <ol className="hd-timeline">
          {chain.timeline.map((step) => (
            <TimelineStep
              key={`${step.start} ${step.rules.join()}`}
              step={step}
              name={tactic(step.tactic)}
              count={t.alertsCount({ count: step.alerts })}
            />
          ))}
        </ol>
      )}
      <Fields
        rows={[
          [t.machines, chain.machines.join('、')],
          [t.users, chain.users.join('、')],
          [
            t.initialAccess,
            chain.initialAccess === null
              ? '—'
              : `${chain.steps[chain.initialAccess]?.machines.join('、')} · ${chain.steps[chain.initialAccess]?.rules[0] ?? ''}`,
          ],
        ]}
      />
    </div>
  );
}

function TimelineStep({ step, name, count }: { readonly step: Step; readonly name: string; readonly count: string }) {
  return (
    <li>
      <div className="hd-timeline-head">
        <strong>{name}</strong>
        <span className="hd-faint">{step.machines.join(' · ')}</span>
        <TimeText at={step.start} exact />
      </div>
      <div>
        {step.rules.map((rule) => (
          <Tag key={rule}>{rule}</Tag>
        ))}
        <span className="hd-faint">{count}</span>
      </div>
    </li>
  );
}
