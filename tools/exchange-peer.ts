/**
 * A ledger peer as a process, for benchmarks and crash tests: reads its settings from a file and says its port on the first line. Not how the
 * platform runs a ledger: there the peers of a domain live in the server.
 * @module
 */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { importKey, noteSignerOf } from '../capabilities/exchange/src/server/ledger/crypto.ts';
import { startPeer } from '../capabilities/exchange/src/server/ledger/peer.ts';

export interface PeerSettings {
  readonly domain: string;
  readonly folder: string;
  readonly role: 'orders' | 'follows';
  readonly port: number;
  readonly organisations: readonly { readonly msp: string; readonly key: string }[];
  readonly elsewhere: readonly { readonly msp: string; readonly spki: string }[];
  readonly required: number;
  readonly log: { readonly name: string; readonly key: string };
  readonly blocksFrom: string | null;
  readonly followers: readonly number[];
  readonly signer: { readonly msp: string; readonly certificate: string; readonly key: string } | null;
  readonly limits: { readonly count: number; readonly bytes: number; readonly milliseconds: number } | null;
  readonly snapshotEvery: number | null;
}

const settings = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as PeerSettings;
const peer = await startPeer({
  domain: settings.domain,
  folder: settings.folder,
  role: settings.role,
  port: settings.port,
  organisations: settings.organisations.map(({ msp, key }) => ({ msp, ...importKey(key) })),
  elsewhere: new Map(settings.elsewhere.map(({ msp, spki }) => [msp, Buffer.from(spki, 'base64')])),
  required: settings.required,
  log: noteSignerOf(settings.log.name, 'log', createPrivateKey(settings.log.key)),
  now: () => Date.now(),
  ...(settings.blocksFrom ? { blocksFrom: settings.blocksFrom } : {}),
  ...(settings.limits ? { limits: settings.limits } : {}),
  ...(settings.snapshotEvery ? { snapshotEvery: settings.snapshotEvery } : {}),
});
const { signer } = settings;
if (signer)
  for (const port of settings.followers)
    await peer.follow(port, { msp: signer.msp, certificate: signer.certificate, ...importKey(signer.key) });
console.log(JSON.stringify({ port: peer.port, height: peer.ledger.chain.height, size: peer.ledger.chain.size }));
process.once('SIGTERM', () => void peer.close().then(() => process.exit(0)));
