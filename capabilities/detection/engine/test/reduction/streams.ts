/** Made-up streams of alerts for the tests of the reduction and the chain. */
import { type Alert, Reducer, type ReducerOptions } from '../../src/index.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const start = Date.UTC(2026, 2, 2);

/** Three days of ordinary life: mail logons on three machines, hourly updates on six, a gateway that sees everything. */
export function ordinary(days = 3): Alert[] {
  const alerts: Alert[] = [];
  for (let time = start; time < start + days * day; time += 5 * minute) {
    for (const host of ['mail1', 'mail2', 'gate']) alerts.push({ time, rule: 'Mail logon', host });
    if ((time - start) % hour === 0)
      for (const host of ['mail1', 'mail2', 'gate', 'web', 'share', 'db'])
        alerts.push({ time: time + 1000, rule: 'Package update', host });
  }
  return alerts;
}

/** An attack of an hour: scan of all, web requests, shell, sudo, dump on another machine by the same user. */
export function attack(at: number): Alert[] {
  return [
    ...['web', 'share', 'db', 'mail1'].map((host, index) => ({ time: at + index * 1000, rule: 'Port scan', host })),
    ...Array.from({ length: 400 }, (_, index) => ({
      time: at + minute + index * 100,
      rule: 'Web server 400 error',
      host: 'web',
    })),
    { time: at + 5 * minute, rule: 'Web shell request', host: 'web' },
    { time: at + 20 * minute, rule: 'Sudo to root', host: 'web', user: 'CORP\\joe' },
    { time: at + 30 * minute, rule: 'Remote session opened', host: 'db', user: 'joe' },
    { time: at + 35 * minute, rule: 'Credential dump', host: 'db.corp.example', user: 'joe@corp.example' },
    { time: at + 50 * minute, rule: 'Data leak to outside', host: 'db', user: 'joe' },
  ];
}

export function inOrder(...streams: readonly (readonly Alert[])[]): readonly Alert[] {
  return streams.flat().sort((left, right) => left.time - right.time);
}

export function reduce(alerts: readonly Alert[], options: ReducerOptions = {}) {
  const reducer = new Reducer(options);
  const episodeOf = alerts.map((alert) => reducer.push(alert));
  const verdicts = (rule: string) =>
    reducer.episodes.filter((episode) => episode.rule === rule).map((episode) => episode.verdict);
  return { reducer, episodeOf, incidents: reducer.incidents, verdicts };
}
