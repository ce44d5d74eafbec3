/**
 * What is open by unit and kind: the darker, the more; every cell leads to its list.
 * @module
 */
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { EmptyView, ErrorView, Skeleton, useMessages, useOperation, useSay } from '@hedun/ui';
import { type Workdesk, workdesk } from '../../capability.ts';
import { CountedLink } from './CountedLink.tsx';

export function useKindTitle(): (kind: string) => string {
  const say = useSay();
  const query = useOperation<Kernel, 'listFindingKinds'>(kernel, 'listFindingKinds', {}, { keep: true });
  const titles = new Map(query.data?.items.map(({ kind, title }) => [kind, title]));
  const own = kernel.findingKinds as Readonly<Record<string, { readonly title: { 'zh-CN': string; en: string } }>>;
  return (kind) => {
    const title = titles.get(kind) ?? own[kind]?.title;
    return title ? say(title) : kind;
  };
}

export function HeatTable({ period }: { readonly period: string }) {
  const t = useMessages(workdesk);
  const kindTitle = useKindTitle();
  const query = useOperation<Workdesk, 'heatFigures'>(workdesk, 'heatFigures', { period }, { keep: true });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  const { kinds, units, others } = query.data;
  if (units.length === 0) return <EmptyView kind="nothing-yet" title={t.noUnits} />;
  const most = Math.max(1, ...units.flatMap(({ cells }) => cells));
  return (
    <div style={{ overflowX: 'auto' }}>
      <table className="hd-issues hd-heat">
        <thead>
          <tr>
            <th>{t.unit}</th>
            {kinds.map(({ kind }) => (
              <th key={kind} style={{ textAlign: 'right' }}>
                {kindTitle(kind)}
              </th>
            ))}
            <th style={{ textAlign: 'right' }}>{t.total}</th>
          </tr>
        </thead>
        <tbody>
          {units.map((unit) => (
            <tr key={unit.organisationId}>
              <td>{unit.name}</td>
              {unit.cells.map((count, index) => {
                const kind = kinds[index]?.kind ?? '';
                // The square root keeps small numbers apart from nothing beside one very large.
                const share = Math.round(Math.sqrt(count / most) * 70);
                return (
                  <td
                    key={kind}
                    style={{
                      textAlign: 'right',
                      background:
                        count > 0 ? `color-mix(in srgb, var(--hd-critical) ${share}%, transparent)` : undefined,
                    }}
                  >
                    {count > 0 ? (
                      <CountedLink of={{ figure: 'openAtEnd', period, unit: unit.organisationId, kind }}>
                        <strong style={{ color: 'var(--hd-text)' }}>{count}</strong>
                      </CountedLink>
                    ) : (
                      <span className="hd-faint">0</span>
                    )}
                  </td>
                );
              })}
              <td style={{ textAlign: 'right' }}>
                <CountedLink of={{ figure: 'openAtEnd', period, unit: unit.organisationId }}>{unit.open}</CountedLink>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {others.units > 0 && <p className="hd-faint">{t.heatOthers(others)}</p>}
    </div>
  );
}
