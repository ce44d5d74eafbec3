/**
 * The tunnel drawn section by section: each device a mark in the row of its kind, its alarms on it, root causes ringed.
 * @module
 */
import { type Device, type DeviceKind, deviceKinds, planTunnel } from '@hedun/anomaly/twin';
import { useMessages } from '@hedun/ui';
import { anomaly } from '../../capability.ts';
import type { TunnelAlarm } from '../../shapes.ts';

export const plan = planTunnel();
const [left, step, top, height] = [92, 44, 34, 34];
const width = left + plan.sections * step + 16;
const bottom = top + deviceKinds.length * height;
const sections = Array.from({ length: plan.sections }, (_, section) => section);
const rowOf = new Map<DeviceKind, number>(deviceKinds.map((kind, row) => [kind, row]));
const colours = { good: '#0a8f69', alarm: '#d48806', cause: '#d4380d' } as const;
/** What the first signal is at most in ordinary life, for how full a mark is. */
const full: Readonly<Record<DeviceKind, number>> = {
  fan: 110,
  co: 40,
  visibility: 4,
  light: 100,
  heat: 60,
  loop: 1,
  wind: 6,
  feeder: 60,
  switch: 5,
  camera: 10,
};

export function placeOf({ kind, section, number }: Device): readonly [x: number, y: number] {
  const perRow = 3;
  const x = left + section * step + 8 + (number % perRow) * 12;
  const y = top + rowOf.get(kind)! * height + (kind === 'light' ? 11 + 12 * Math.floor(number / perRow) : 17);
  return [x, y];
}

export function TunnelPicture({
  values,
  alarms,
  chosen,
  onChoose,
}: {
  readonly values: readonly (number | null)[];
  readonly alarms: readonly TunnelAlarm[];
  readonly chosen: string;
  readonly onChoose: (device: string) => void;
}) {
  const t = useMessages(anomaly);
  const ringing = new Map(alarms.map((alarm) => [alarm.device, alarm]));
  return (
    <>
      <svg
        viewBox={`0 0 ${width} ${bottom + 26}`}
        width="100%"
        role="img"
        aria-label={t.tunnel}
        style={{ display: 'block' }}
      >
        <path
          d={`M ${left - 6} ${bottom + 6} V ${top - 6} Q ${left - 6} ${top - 24} ${left + 14} ${top - 24} H ${width - 30} Q ${width - 8} ${top - 24} ${width - 8} ${top - 6} V ${bottom + 6} Z`}
          fill="currentColor"
          fillOpacity={0.04}
          stroke="currentColor"
          strokeOpacity={0.35}
          strokeWidth={2}
        />
        {deviceKinds.map((kind, row) => (
          <g key={kind}>
            <text x={left - 14} y={top + row * height + 21} fontSize={12} textAnchor="end" fill="currentColor">
              {t[kind]}
            </text>
            <line
              x1={left - 6}
              x2={width - 8}
              y1={top + row * height}
              y2={top + row * height}
              stroke="currentColor"
              strokeOpacity={0.08}
            />
          </g>
        ))}
        {sections.map((section) => (
          <text
            key={section}
            x={left + section * step + 20}
            y={bottom + 20}
            fontSize={10}
            textAnchor="middle"
            fill="currentColor"
            opacity={0.6}
          >
            {section + 1}
          </text>
        ))}
        {plan.devices.map((device) => {
          const [x, y] = placeOf(device);
          const alarm = ringing.get(device.id);
          const value = values[device.index];
          const share = Math.max(0.12, Math.min(1, (value ?? 0) / full[device.kind]));
          const colour = alarm?.cause ? colours.cause : alarm ? colours.alarm : colours.good;
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: every device can also be named in the form beside the picture
            <g
              key={device.id}
              onClick={() => onChoose(device.id)}
              style={{ cursor: 'pointer' }}
              data-device={device.id}
              data-cause={alarm?.cause ?? false}
            >
              <title>{`${device.id} ${value === null || value === undefined ? '—' : value.toFixed(2)}`}</title>
              {alarm?.cause && <circle cx={x} cy={y} r={11} fill="none" stroke={colours.cause} strokeWidth={2.5} />}
              {chosen === device.id && (
                <circle cx={x} cy={y} r={8} fill="none" stroke="currentColor" strokeWidth={1.5} />
              )}
              <circle
                cx={x}
                cy={y}
                r={4.5}
                fill={colour}
                fillOpacity={value === null ? 0 : share}
                stroke={colour}
                strokeWidth={1}
              />
            </g>
          );
        })}
      </svg>
      <div className="hd-trend-legend" style={{ flexWrap: 'wrap' }}>
        {(
          [
            [colours.good, t.legendGood],
            [colours.alarm, t.legendAlarm],
            [colours.cause, t.legendCause],
          ] as const
        ).map(([colour, word]) => (
          <span key={word}>
            <svg width={12} height={12} aria-hidden="true">
              <circle cx={6} cy={7} r={4.5} fill={colour} />
            </svg>{' '}
            {word}
          </span>
        ))}
        <span>{t.legendSections}</span>
      </div>
    </>
  );
}
