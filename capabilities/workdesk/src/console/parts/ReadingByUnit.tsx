/**
 * How far an announcement has come: three figures, and each unit with its share.
 * @module
 */
import { Progress, Table, useMessages } from '@hedun/ui';
import type { UnitReading } from '../../announcement-shapes.ts';
import { workdesk } from '../../capability.ts';

const share = (part: number, whole: number) => (whole === 0 ? 0 : Math.round((part / whole) * 100));

export function ReadingByUnit({
  units,
  confirm,
}: {
  readonly units: readonly UnitReading[];
  readonly confirm: boolean;
}) {
  const t = useMessages(workdesk);
  const sum = (name: 'receivers' | 'opened' | 'confirmed') => units.reduce((total, unit) => total + unit[name], 0);
  const receivers = sum('receivers');
  const figures = [
    { label: t.receivers, value: String(receivers), note: '' },
    { label: t.opened, value: String(sum('opened')), note: `${share(sum('opened'), receivers)}%` },
    ...(confirm
      ? [{ label: t.confirmed, value: String(sum('confirmed')), note: `${share(sum('confirmed'), receivers)}%` }]
      : []),
  ];
  return (
    <>
      <div className="hd-figures" style={{ gridTemplateColumns: `repeat(${figures.length}, minmax(0, 1fr))` }}>
        {figures.map(({ label, value, note }) => (
          <div key={label} className="hd-figure">
            <span className="hd-figure-label">{label}</span>
            <span className="hd-figure-value">{value}</span>
            <span className="hd-figure-note">{note}</span>
          </div>
        ))}
      </div>
      <Table<UnitReading>
        size="small"
        rowKey="organisationId"
        pagination={units.length > 20 ? { pageSize: 20 } : false}
        dataSource={[...units]}
        columns={[
          { title: t.unit, dataIndex: 'unitName' },
          {
            title: t.reach,
            width: 190,
            render: (_, unit) => (
              <span style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
                <Progress
                  percent={share(unit.opened, unit.receivers)}
                  size="small"
                  showInfo={false}
                  style={{ width: 90, margin: 0 }}
                />
                <span className="hd-number">{`${unit.opened} / ${unit.receivers}`}</span>
              </span>
            ),
          },
          ...(confirm ? [{ title: t.confirmed, dataIndex: 'confirmed', width: 90, align: 'right' as const }] : []),
        ]}
      />
    </>
  );
}
