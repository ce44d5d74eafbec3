/**
 * Looks at one TLS service of one's own: which protocols and suites it accepts, and its certificate. One connection after the other, a
 * few dozen at most, nothing sent after the handshake. Whether it may look there was decided before.
 * @module
 */
import type { X509Certificate } from 'node:crypto';
import { connect as connectPlain, isIP } from 'node:net';
import { connect, getCiphers, type SecureVersion } from 'node:tls';
import {
  clientHello,
  curveSm2,
  type HelloInput,
  readHelloAnswer,
  smSuites,
  smTls13Suites,
  type TlsObservation,
  tlcpSuites,
} from '@hedun/compliance';
import { dayOfInstant } from '@hedun/workdays';

export interface ProbeTarget {
  /** Name for certificates and server name indication. */
  readonly host: string;
  /** The very address that was checked; the connection goes there. */
  readonly address: string;
  readonly port: number;
}
export interface ProbeOptions {
  readonly randomBytes: (size: number) => Uint8Array;
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Certificates to trust besides those of the runtime. */
  readonly trust?: readonly string[];
  readonly progress?: (done: number, total: number) => Promise<void>;
}

const connectionTimeout = 5000;
/** More handshakes than a server of ordinary configuration takes; beyond it the list is cut, and says so. */
const mostHandshakes = 80;
const protocols: readonly SecureVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];

interface Handshake {
  readonly suite: string;
  readonly opensslName: string;
  readonly certificate: X509Certificate | undefined;
  readonly trusted: boolean;
}

function handshake(
  target: ProbeTarget,
  version: SecureVersion,
  ciphers: readonly string[],
  { signal, trust }: ProbeOptions,
): Promise<Handshake | null> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const done = (result: Handshake | null) => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(result);
    };
    const stop = () => {
      socket.destroy();
      reject(signal.reason);
    };
    const socket = connect({
      host: target.address,
      port: target.port,
      ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
      minVersion: version,
      maxVersion: version,
      // Level 0 lets the library offer what is forbidden today: that is what we want to know about.
      // TLS 1.3 names its suites apart; without one of the older kind the library refuses the list.
      ciphers: [...ciphers, ...(version === 'TLSv1.3' ? ['AES128-SHA'] : []), '@SECLEVEL=0'].join(':'),
      rejectUnauthorized: false,
      ...(trust ? { ca: [...trust] } : {}),
      timeout: connectionTimeout,
    });
    signal.addEventListener('abort', stop, { once: true });
    socket.once('timeout', () => done(null));
    socket.once('error', () => done(null));
    socket.once('close', () => done(null));
    socket.once('secureConnect', () => {
      const { name, standardName } = socket.getCipher();
      const raw = socket.getPeerX509Certificate();
      done({ suite: standardName ?? name, opensslName: name, certificate: raw, trusted: socket.authorized });
    });
  });
}

/** One raw hello and the first record that answers it; null when nothing came. */
function rawHello(target: ProbeTarget, hello: Omit<HelloInput, 'random' | 'serverName'>, options: ProbeOptions) {
  return new Promise<ReturnType<typeof readHelloAnswer> | null>((resolve) => {
    const name = isIP(target.host) === 0 && hello.version >= 0x0301 ? { serverName: target.host } : {};
    const socket = connectPlain({ host: target.address, port: target.port, timeout: connectionTimeout });
    let received: Uint8Array = new Uint8Array();
    const done = (answer: ReturnType<typeof readHelloAnswer> | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => socket.write(clientHello({ ...hello, ...name, random: options.randomBytes(32) })));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const answer = readHelloAnswer(received);
      if (answer.kind !== 'incomplete' || received.length > 20_000) done(answer);
    });
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => done(null));
  });
}

/** Suites one by one: each is taken off the offer once the server has chosen it. */
async function suitesOf(
  target: ProbeTarget,
  version: SecureVersion,
  options: ProbeOptions,
  budget: { left: number },
): Promise<Handshake[]> {
  const all = version === 'TLSv1.3' ? tls13 : getCiphers().filter((each) => !each.startsWith('tls_'));
  let offered = all.map((each) => each.toUpperCase());
  const found: Handshake[] = [];
  while (offered.length > 0 && budget.left > 0) {
    budget.left -= 1;
    const made = await handshake(target, version, offered, options);
    if (!made) break;
    found.push(made);
    const chosen = [made.opensslName.toUpperCase(), made.suite.toUpperCase()];
    const rest = offered.filter((each) => !chosen.includes(each));
    if (rest.length === offered.length) break;
    offered = rest;
  }
  return found;
}

async function smOffers(target: ProbeTarget, options: ProbeOptions, budget: { left: number }) {
  const protocolsFound: string[] = [];
  const suites: string[] = [];
  const ask = async (version: number, offered: readonly number[], protocol: string, groups?: readonly number[]) => {
    let left = [...offered];
    while (left.length > 0 && budget.left > 0) {
      budget.left -= 1;
      const answer = await rawHello(target, { version, suites: left, ...(groups ? { groups } : {}) }, options);
      if (answer?.kind !== 'hello' || !left.includes(answer.suite)) return;
      if (protocol !== '' && !protocolsFound.includes(protocol)) protocolsFound.push(protocol);
      suites.push(smSuites[answer.suite] ?? answer.suite.toString(16));
      left = left.filter((each) => each !== answer.suite);
    }
  };
  await ask(0x0101, tlcpSuites, 'TLCP');
  await ask(0x0303, smTls13Suites, 'TLSv1.3', [curveSm2]);
  // SSL 3.0 with three suites every old server had.
  budget.left -= 1;
  const old = await rawHello(target, { version: 0x0300, suites: [0x000a, 0x002f, 0x0005] }, options);
  if (old?.kind === 'hello' && old.version === 0x0300) protocolsFound.push('SSLv3');
  return { protocolsFound, suites };
}

/** Public key with its size, as the table of algorithms names it. */
function keyOf({ publicKey }: X509Certificate): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey;
  if (type === 'rsa' || type === 'rsa-pss') return `RSA-${details?.modulusLength ?? 0}`;
  if (type === 'ec') return details?.namedCurve === 'SM2' ? 'SM2' : (details?.namedCurve ?? 'EC');
  return type ?? 'unknown';
}
/** The hash in the name of a signature algorithm, as `sha256WithRSAEncryption` or `ecdsa-with-SHA384`. */
function hashOf({ signatureAlgorithm }: X509Certificate): string {
  const found = /(sm3|sha-?\d+|md5)/i.exec(signatureAlgorithm ?? '')?.[1]?.toUpperCase() ?? '';
  return found || signatureAlgorithm || 'unknown';
}

/** Null when nothing at the target speaks TLS. */
export async function probeTls(
  target: ProbeTarget,
  options: ProbeOptions,
): Promise<{ readonly seen: TlsObservation; readonly cut: boolean } | null> {
  const budget = { left: mostHandshakes };
  const accepted: string[] = [];
  const suites: string[] = [];
  let first: Handshake | undefined;
  for (const [index, version] of protocols.entries()) {
    await options.progress?.(index, protocols.length + 1);
    const found = await suitesOf(target, version, options, budget);
    const [one] = found;
    if (!one) continue;
    accepted.push(version);
    suites.push(...found.map((each) => each.suite));
    first = one;
  }
  const sm = await smOffers(target, options, budget);
  await options.progress?.(protocols.length + 1, protocols.length + 1);
  const allProtocols = [...new Set([...accepted, ...sm.protocolsFound])];
  if (allProtocols.length === 0) return null;
  const certificate = first?.certificate;
  return {
    cut: budget.left <= 0,
    seen: {
      service: `${target.host}:${target.port}`,
      observedOn: dayOfInstant(options.now.toISOString()),
      protocols: allProtocols,
      suites: [...new Set([...suites, ...sm.suites])],
      ...(certificate
        ? {
            certificate: {
              key: keyOf(certificate),
              hash: hashOf(certificate),
              notBefore: dayOfInstant(new Date(certificate.validFrom).toISOString()),
              notAfter: dayOfInstant(new Date(certificate.validTo).toISOString()),
              trusted: first?.trusted ?? false,
            },
          }
        : {}),
    },
  };
}
