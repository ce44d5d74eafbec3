/**
 * Root causes of the tunnel's alarms as findings: one for each device and form of failure, with the readings of the minutes before as evidence.
 * @module
 */
import { planTunnel, signalsOf } from '@hedun/anomaly/twin';
import type { TunnelAlarm } from '../shapes.ts';
import type { Here } from './here.ts';
import type { Picture } from './tunnel-messages.ts';

/** A root cause has to stand for so many seconds: the first guess may still move to another device. */
const standing = 5;
/** Seconds of readings that are kept as evidence. */
const evidenceSeconds = 180;
const forms: Readonly<Record<TunnelAlarm['form'], string>> = {
  silent: '无读数',
  stuck: '读数不变',
  high: '读数偏高',
  low: '读数偏低',
};
const plan = planTunnel();

/** Asked at every picture; answers the causes that have just stood long enough. */
export function watchAlarms(): (pictures: readonly Picture[]) => readonly TunnelAlarm[] {
  const stood = new Map<string, number>();
  return (pictures) => {
    const causes = pictures.at(-1)?.alarms.filter(({ cause }) => cause) ?? [];
    for (const device of stood.keys()) if (!causes.some((each) => each.device === device)) stood.delete(device);
    return causes.filter(({ device }) => {
      const seconds = (stood.get(device) ?? 0) + 1;
      stood.set(device, seconds);
      return seconds === standing;
    });
  };
}

export async function raiseCauses(
  context: Here,
  organisationId: string,
  causes: readonly TunnelAlarm[],
  pictures: readonly Picture[],
): Promise<void> {
  const now = pictures.at(-1);
  if (!now) return;
  await context.transaction(async (inside) => {
    for (const alarm of causes) {
      const index = plan.devices.findIndex(({ id }) => id === alarm.device);
      const others = now.alarms.filter(({ cause }) => !cause).map(({ device }) => device);
      const evidence = await inside.files.keep(
        new TextEncoder().encode(
          JSON.stringify(
            {
              alarm,
              consequences: others,
              signal: signalsOf[plan.devices[index]!.kind][0],
              readings: pictures
                .slice(-evidenceSeconds)
                .map(({ second, values }) => ({ second, value: values[index] ?? null })),
            },
            null,
            1,
          ),
        ),
        { organisationId, name: `${alarm.device}-${now.second}.json`, mediaType: 'application/json' },
      );
      await inside.findings.raise([
        {
          organisationId,
          kind: 'anomaly.tunnel',
          title: `隧道孪生：${alarm.device} ${forms[alarm.form]}`,
          description: `读数 ${alarm.said === null ? '无' : `${alarm.said.toFixed(1)} ${alarm.unit}`}，按相关传感器应为 ${alarm.expected.toFixed(1)} ${alarm.unit}；受其影响的设备 ${others.length} 台。`,
          severity: 'high',
          source: 'anomaly',
          attributes: { device: alarm.device, form: alarm.form, second: now.second, others: others.length },
          evidenceIds: [evidence.id],
          identity: [alarm.device, alarm.form],
          seenAt: inside.now(),
        },
      ]);
    }
  });
}
