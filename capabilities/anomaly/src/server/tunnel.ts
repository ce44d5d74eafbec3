/**
 * The tunnel twin on the server: one for each organisation that opened it, in a thread of its own, one step a second while somebody has it
 * open; the last quarter of an hour stays for replay. It is a simulation, so nothing of it is kept in the store.
 * @module
 */
import { Worker } from 'node:worker_threads';
import { befalls, deviceOf, planTunnel } from '@hedun/anomaly/twin';
import { Failure, handlers, type Service } from '@hedun/sdk';
import type { Anomaly } from '../capability.ts';
import type { TunnelState } from '../shapes.ts';
import type { Here } from './here.ts';
import { raiseCauses, watchAlarms } from './tunnel-findings.ts';
import type { FromTunnel, Picture, ToTunnel } from './tunnel-messages.ts';

interface Tunnel {
  status: 'learning' | 'running' | 'failed';
  readonly worker: Worker;
  readonly pictures: Picture[];
  readonly timer: NodeJS.Timeout;
}
const tunnels = new Map<string, Tunnel>();
const kept = 900;
const mostTunnels = 4;
const plan = planTunnel();

function openTunnel(seed: number, tell: (pictures: readonly Picture[]) => void): Tunnel {
  const worker = new Worker(new URL('./tunnel-thread.ts', import.meta.url), { workerData: { seed } });
  const tunnel: Tunnel = {
    status: 'learning',
    worker,
    pictures: [],
    timer: setInterval(() => {
      if (tunnel.status === 'running') worker.postMessage({ kind: 'step' } satisfies ToTunnel);
    }, 1000),
  };
  tunnel.timer.unref();
  worker.unref();
  worker.on('message', (message: FromTunnel) => {
    if (message.kind === 'ready') tunnel.status = 'running';
    else {
      tunnel.pictures.push(message);
      if (tunnel.pictures.length > kept) tunnel.pictures.shift();
      tell(tunnel.pictures);
    }
  });
  worker.on('error', () => {
    tunnel.status = 'failed';
  });
  return tunnel;
}

async function close(organisation: string): Promise<void> {
  const tunnel = tunnels.get(organisation);
  if (!tunnel) return;
  tunnels.delete(organisation);
  clearInterval(tunnel.timer);
  await tunnel.worker.terminate();
}

/** The platform acting by itself, while its services run: whoever opened a tunnel is gone when it rings. */
let platform: Here | null = null;

export const tunnelService: Service<Anomaly> = {
  start: async (context) => {
    platform = context;
    return {
      stop: async () => {
        platform = null;
        for (const organisation of [...tunnels.keys()]) await close(organisation);
      },
    };
  },
};

const running = (organisation: string): Tunnel => {
  const tunnel = tunnels.get(organisation);
  if (tunnel?.status !== 'running') throw new Failure('anomaly.tunnel_closed', { got: tunnel?.status ?? 'closed' });
  return tunnel;
};

export const tunnelHandlers = handlers<Anomaly>()({
  startTunnel: async ({ seed }, { actor }) => {
    await close(actor.organisationId);
    // The one opened longest ago makes room.
    if (tunnels.size >= mostTunnels) await close([...tunnels.keys()][0]!);
    const organisation = actor.organisationId;
    const watch = watchAlarms();
    tunnels.set(
      organisation,
      openTunnel(seed, (pictures) => {
        const causes = watch(pictures);
        if (platform && causes.length > 0)
          raiseCauses(platform, organisation, causes, pictures).catch((error: unknown) =>
            platform?.log('tunnel finding', { error: String(error) }),
          );
      }),
    );
    return { done: true as const };
  },
  stopTunnel: async (_input, { actor }) => {
    await close(actor.organisationId);
    return { done: true as const };
  },
  getTunnel: async ({ second }, { actor }) => pictureOf(tunnels.get(actor.organisationId), second),
  injectFault: async ({ kind, device, seconds }, { actor }) => {
    const tunnel = running(actor.organisationId);
    const found = plan.devices.find(({ id }) => id === device);
    if (!found || !befalls[kind].includes(found.kind))
      throw new Failure('anomaly.wrong_option', {
        where: 'device',
        expected: `a device of kind ${befalls[kind].join(' or ')}, such as ${deviceOf(plan, `${befalls[kind][0]}-01-1`).id}`,
        got: device,
      });
    tunnel.worker.postMessage({ kind: 'inject', fault: kind, device, seconds } satisfies ToTunnel);
    return { done: true as const };
  },
  clearFaults: async (_input, { actor }) => {
    running(actor.organisationId).worker.postMessage({ kind: 'clear' } satisfies ToTunnel);
    return { done: true as const };
  },
});

function pictureOf(tunnel: Tunnel | undefined, second: number | undefined): TunnelState {
  const newest = tunnel?.pictures.at(-1);
  const oldest = tunnel?.pictures[0];
  const shown = second === undefined ? newest : (tunnel?.pictures.find((each) => each.second === second) ?? newest);
  const times = (tunnel?.pictures.slice(-60) ?? []).map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return {
    status: tunnel?.status ?? 'closed',
    second: shown?.second ?? 0,
    newest: newest?.second ?? 0,
    oldest: oldest?.second ?? 0,
    values: [...(shown?.values ?? [])],
    alarms: [...(shown?.alarms ?? [])],
    slowestMs: times.at(-1) ?? 0,
    middleMs: times[times.length >> 1] ?? 0,
  };
}
