/**
 * The server's own requests to others: only http(s), only public addresses unless an administrator allowed the host or network,
 * no redirects, bounded in time and size. Names are resolved here and the connection goes to the very address that was checked.
 * @module
 */
import { lookup } from 'node:dns/promises';
import * as http from 'node:http';
import * as https from 'node:https';
import { BlockList, isIP } from 'node:net';
import { type Context, Failure } from '@hedun/sdk';
import type { Core } from '../contract.ts';

type Fetch = Context['fetch'];

/** Addresses no outside service has: RFC 6890 and its registries (private, loopback, link-local, shared, documentation, multicast). */
const reserved = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  reserved.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  reserved.addSubnet(network, prefix, 'ipv6');

export function mayReach(host: string, address: string, allowed: readonly string[]): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mayReach(host, mapped, allowed);
  for (const entry of allowed) {
    if (entry.toLowerCase() === host.toLowerCase()) return true;
    const [network = '', prefix] = entry.split('/');
    if (isIP(network) === 0) continue;
    const list = new BlockList();
    list.addSubnet(network, Number(prefix ?? (isIP(network) === 6 ? 128 : 32)), isIP(network) === 6 ? 'ipv6' : 'ipv4');
    if (list.check(address, family)) return true;
  }
  return !reserved.check(address, family);
}

export function guardedFetch(core: Pick<Core, 'setting'>): Fetch {
  return async (url, { method = 'GET', headers = {}, body, timeoutMs = 15_000, maxBytes = 10_000_000 } = {}) => {
    const target = URL.canParse(url) ? new URL(url) : null;
    if (!target || !/^https?:$/.test(target.protocol))
      throw new Failure('network.refused', {
        where: url.slice(0, 200),
        expected: 'http or https',
        got: target?.protocol ?? 'no address',
      });
    const host = target.hostname.replace(/^\[|\]$/g, '');
    const { address, family } = await lookup(host).catch((cause) => {
      throw new Failure('network.failed', {
        where: host,
        expected: 'a known name',
        got: String((cause as Error).message),
        cause,
      });
    });
    const allowed = await core.setting<readonly string[]>('kernel.allowedHosts');
    if (!mayReach(host, address, allowed))
      throw new Failure('network.refused', {
        where: host,
        expected: 'a public address or one in kernel.allowedHosts',
        got: address,
      });
    const { request } = target.protocol === 'https:' ? https : http;
    return await new Promise((resolve, reject) => {
      const refuse = (got: string, cause?: unknown) =>
        reject(new Failure('network.failed', { where: host, got, cause }));
      const call = request(
        target,
        {
          method,
          headers: {
            'user-agent': 'Hedun',
            ...headers,
            ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          },
          signal: AbortSignal.timeout(timeoutMs),
          lookup: (_name, options, done) =>
            options.all ? done(null, [{ address, family }]) : done(null, address, family),
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size > maxBytes) {
              call.destroy();
              refuse(`more than ${maxBytes} bytes`);
            } else chunks.push(chunk);
          });
          response.on('error', (error) => refuse(error.message, error));
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
              ),
              body: new Uint8Array(Buffer.concat(chunks)),
            }),
          );
        },
      );
      call.on('error', (error) =>
        refuse(
          error.name === 'AbortError' || error.name === 'TimeoutError' ? `no answer in ${timeoutMs} ms` : error.message,
          error,
        ),
      );
      call.end(body);
    });
  };
}
