/**
 * The thread of one tunnel: learns the normal tunnel, then takes a step whenever it is told to and answers the picture of that second.
 * @module
 */
import { parentPort, workerData } from 'node:worker_threads';
import { matrix } from '@hedun/anomaly';
import { knowledgeOf, learnMonitor, openTwin, planTunnel, signalsOf } from '@hedun/anomaly/twin';
import type { TunnelAlarm } from '../shapes.ts';
import type { FromTunnel, ToTunnel } from './tunnel-messages.ts';

/** Seconds of a normal tunnel, on another day than the one that is shown. */
const learning = 1500;

const plan = planTunnel();
const { seed } = workerData as { readonly seed: number };
const past = openTwin(plan, seed + 1_000_003);
const recording = matrix(learning, plan.signals);
for (let row = 0; row < learning; row += 1) recording.values.set(past.step(), row * plan.signals);
const monitor = learnMonitor(recording, plan.owner, knowledgeOf(plan))();
const twin = openTwin(plan, seed);
const tell = (message: FromTunnel) => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToTunnel) => {
  if (message.kind === 'inject')
    twin.inject({
      kind: message.fault,
      device: message.device,
      from: twin.second(),
      until: twin.second() + message.seconds,
    });
  if (message.kind === 'clear') twin.clear();
  if (message.kind !== 'step') return;
  const second = twin.second();
  const said = twin.step();
  const begun = performance.now();
  const alarms = monitor
    .watch(said)
    .map(({ device: index, since, cause, strength, form, signal, said: value, expected }): TunnelAlarm => {
      const device = plan.devices[index]!;
      const { name, unit } = signalsOf[device.kind][signal - device.signal]!;
      return {
        device: device.id,
        since,
        cause,
        strength,
        form,
        signal: name,
        unit,
        said: Number.isFinite(value) ? value : null,
        expected,
      };
    });
  const values = plan.devices.map(({ signal }) => (Number.isFinite(said[signal]) ? said[signal]! : null));
  tell({ kind: 'picture', second, values, alarms, milliseconds: performance.now() - begun });
});
tell({ kind: 'ready' });
