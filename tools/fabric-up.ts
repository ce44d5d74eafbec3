/**
 * A real Hyperledger Fabric 2.5 network on loopback, as plain processes without Docker: one Raft orderer, two organisations with a peer each, TLS,
 * the contracts of the exchange served by Node beside each peer (chaincode as a service). `node tools/fabric-up.ts` prints the path of a
 * connection profile and runs until interrupted; `-- COMMAND…` runs a command with FABRIC_PROFILE instead and ends with it.
 *
 * Programs of the path are taken (`peer`, `orderer`, `configtxgen`, `cryptogen`, with FABRIC_CFG_PATH for their samples); otherwise Go builds those
 * that `tools/fabric/go.mod` names, once.
 * @module
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, webcrypto } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { issueCertificate } from '@hedun/exchange/identity';
import { GatewayError } from '@hyperledger/fabric-gateway';
import { gatewayOf } from '../capabilities/exchange/src/server/ledger/fabric.ts';
import { clientOf, readerOf, readProfile } from '../capabilities/exchange/src/server/ledger/fabric-profile.ts';
import { fabricLacks, openPrograms } from './fabric/programs.ts';
import {
  channelSettings,
  cryptoSettings,
  newPorts,
  type Organisation,
  ordererSettings,
  organisations,
  peerSettings,
  privateCollections,
  tlsOf,
} from './fabric/settings.ts';

export interface RunningFabric {
  /** The text of the setting `exchange.fabric`, with the channel as the only domain. */
  readonly profile: string;
  /** Processor time of orderer, peers and contracts so far, in seconds. */
  cpuSeconds(): number;
  stop(): Promise<void>;
}

export async function startFabric(channel = 'power'): Promise<RunningFabric> {
  const { at, samples } = openPrograms();
  const folder = mkdtempSync(path.join(tmpdir(), 'hedun-fabric-'));
  const inFolder = (...parts: string[]) => path.join(folder, ...parts);
  const children: ChildProcess[] = [];
  const stop = async () => {
    const ended = children.map((each) => each.exitCode ?? new Promise((resolve) => each.once('exit', resolve)));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true });
  };
  const start = (name: string, file: string, args: readonly string[], env: Readonly<Record<string, string>>) => {
    const log = openSync(inFolder(`${name}.log`), 'a');
    const child = spawn(file, args, { env: { ...process.env, ...env }, stdio: ['ignore', log, log], cwd: folder });
    children.push(child);
    return {
      listening: async (port: number) => {
        for (const began = performance.now(); !(await accepts(port)); await pause(100))
          if (child.exitCode !== null || performance.now() - began > 60_000)
            throw new Error(`fabric: expected ${name} to listen on ${port}\n${tailOf(inFolder(`${name}.log`))}`);
      },
    };
  };
  const call = (file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execFileSync(file, args, { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });

  try {
    // Keys and certificates: Fabric's own for nodes and administrators, and an authority of ours for members in each organisation.
    writeFileSync(inFolder('crypto.yaml'), JSON.stringify(cryptoSettings));
    call(at.cryptogen, ['generate', `--config=${inFolder('crypto.yaml')}`, `--output=${inFolder('crypto')}`]);
    const authorities = {} as Record<Organisation, string>;
    for (const msp of organisations) {
      const { certificate, key } = await authorityOf(msp);
      authorities[msp] = key;
      for (const each of ['msp', `peers/peer0.${msp}/msp`, `users/Admin@${msp}/msp`])
        writeFileSync(inFolder('crypto/peerOrganizations', msp, each, 'cacerts/members.pem'), certificate);
    }

    const ports = await newPorts();
    mkdirSync(inFolder('configuration'));
    writeFileSync(inFolder('configuration/configtx.yaml'), JSON.stringify(channelSettings(folder, ports)));
    writeFileSync(inFolder('configuration/orderer.yaml'), readFileSync(path.join(samples, 'orderer.yaml')));
    writeBuilder(inFolder('builder'));
    writeFileSync(
      inFolder('configuration/core.yaml'),
      readFileSync(path.join(samples, 'core.yaml'), 'utf8')
        .replace('/opt/hyperledger/ccaas_builder', inFolder('builder'))
        .replace(/^ {4}endpoint: unix:.*$/m, '    endpoint: ""'),
    );
    const configuration = { FABRIC_CFG_PATH: inFolder('configuration') };
    const block = inFolder('channel.block');
    call(at.configtxgen, ['-profile', 'Channel', '-channelID', channel, '-outputBlock', block], configuration);

    await start('orderer', at.orderer, [], { ...configuration, ...ordererSettings(folder, ports) }).listening(
      ports.admin,
    );
    const form = new FormData();
    form.append('config-block', new Blob([readFileSync(block)]), 'channel.block');
    const joined = await fetch(`http://127.0.0.1:${ports.admin}/participation/v1/channels`, {
      method: 'POST',
      body: form,
    });
    if (joined.status !== 201)
      throw new Error(`fabric: expected the orderer to join, got ${joined.status} ${await joined.text()}`);

    const administrator = (msp: Organisation) => ({
      ...configuration,
      ...peerSettings(folder, ports, msp),
      CORE_PEER_MSPCONFIGPATH: inFolder('crypto/peerOrganizations', msp, 'users', `Admin@${msp}`, 'msp'),
    });
    const tlsOfOrderer = inFolder(
      'crypto/ordererOrganizations/orderer.test/msp/tlscacerts/tlsca.orderer.test-cert.pem',
    );
    const toOrderer = ['-o', `127.0.0.1:${ports.orderer}`, '--tls', '--cafile', tlsOfOrderer];
    const starting = organisations.map((msp) =>
      start(`peer-${msp}`, at.peer, ['node', 'start'], {
        ...configuration,
        ...peerSettings(folder, ports, msp),
      }).listening(ports.peers[msp]),
    );
    await Promise.all(starting);
    for (const msp of organisations) call(at.peer, ['channel', 'join', '-b', block], administrator(msp));
    // Before its Raft has a leader, the orderer takes nothing.
    const elected = () => readFileSync(inFolder('orderer.log'), 'utf8').includes('Raft leader changed');
    for (const began = performance.now(); !elected(); await pause(100))
      if (performance.now() - began > 60_000)
        throw new Error(`fabric: expected a leader\n${tailOf(inFolder('orderer.log'))}`);

    // The contracts: each organisation serves them itself, so that two processes endorse.
    const named = ['--channelID', channel, '--name', 'exchange', '--version', '1', '--sequence', '1'];
    const collections = inFolder('collections.json');
    writeFileSync(collections, JSON.stringify(privateCollections));
    for (const msp of organisations) {
      const file = packageOf(inFolder('package', msp), ports.contracts[msp]);
      const id = `exchange:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
      const served = start(
        `contracts-${msp}`,
        process.execPath,
        [path.join(import.meta.dirname, 'fabric/serve.ts'), `127.0.0.1:${ports.contracts[msp]}`, id],
        {},
      );
      await served.listening(ports.contracts[msp]);
      call(at.peer, ['lifecycle', 'chaincode', 'install', file], administrator(msp));
      call(
        at.peer,
        [
          ...['lifecycle', 'chaincode', 'approveformyorg', ...toOrderer, ...named],
          ...['--package-id', id, '--collections-config', collections],
        ],
        administrator(msp),
      );
    }
    const endorsers = organisations.flatMap((msp) => [
      ...['--peerAddresses', `127.0.0.1:${ports.peers[msp]}`],
      ...['--tlsRootCertFiles', tlsOf(folder, msp)],
    ]);
    call(
      at.peer,
      [
        ...['lifecycle', 'chaincode', 'commit', ...toOrderer, ...named],
        ...['--collections-config', collections, ...endorsers],
      ],
      administrator('Org1MSP'),
    );

    const domain = {
      channel,
      chaincode: 'exchange',
      peer: `127.0.0.1:${ports.peers.Org1MSP}`,
      tls: readFileSync(tlsOf(folder, 'Org1MSP'), 'utf8'),
      serverName: 'localhost',
      organisations: organisations.map((msp) => ({ msp, authority: authorities[msp] })),
    };
    const profile = JSON.stringify({ [channel]: domain }, null, 1);
    await bothEndorse(profile);
    return { profile, stop, cpuSeconds: () => children.reduce((sum, { pid }) => sum + cpuSecondsOf(pid ?? 0), 0) };
  } catch (error) {
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString() ?? '';
    if (!process.env.FABRIC_KEEP) await stop();
    throw said ? new Error(`fabric: ${said.trim().split('\n').slice(-5).join('\n')}`, { cause: error }) : error;
  }
}

/** Peers learn of one another and of what each has installed by gossip; until then no transaction finds its two endorsers. */
async function bothEndorse(text: string): Promise<void> {
  const [profile] = Object.values(readProfile(text));
  if (!profile) throw new Error('profile: expected a domain, got none');
  const reader = await readerOf(profile);
  const client = await clientOf(profile);
  const gateway = gatewayOf(client, reader);
  // A first call that would succeed; it is endorsed and never sent.
  const founder = { did: `did:hedun:${profile.channel}:reader`, name: 'reader', organisation: reader.msp, roles: [] };
  const founding = JSON.stringify({
    domain: profile.channel,
    thresholdPercent: 50,
    administrators: [{ ...founder, msp: reader.msp, certificate: reader.certificate }],
  });
  const proposal = () =>
    gateway
      .getNetwork(profile.channel)
      .getContract(profile.chaincode)
      .newProposal('members:initialise', { arguments: [founding] });
  const answered = async () => {
    try {
      await proposal().endorse();
      return true;
    } catch (error) {
      // FAILED_PRECONDITION: no two endorsers yet; UNAVAILABLE.
      if (error instanceof GatewayError && (error.code === 9 || error.code === 14)) return false;
      throw error;
    }
  };
  for (const began = performance.now(); !(await answered()); await pause(200))
    if (performance.now() - began > 60_000) throw new Error('fabric: expected two endorsers within a minute');
  gateway.close();
  client.close();
}

/** An authority that certifies members as the platform does. */
async function authorityOf(msp: string): Promise<{ readonly certificate: string; readonly key: string }> {
  const keys = await webcrypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const name = { name: `ca.${msp}`, organisation: msp };
  const certificate = await issueCertificate(
    webcrypto as never,
    {
      ...name,
      serial: '01',
      notBefore: new Date(Date.now() - 3_600_000),
      notAfter: new Date(Date.now() + 365 * 86_400_000),
      publicKey: keys.publicKey as never,
      authority: true,
    },
    { ...name, signingKey: keys.privateKey as never },
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return { certificate, key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
}

/** Fabric's external builder for a service that runs already: there is nothing to build, only an address to hand on. */
function writeBuilder(folder: string): void {
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const script = (name: string, text: string) =>
    writeFileSync(path.join(folder, 'bin', name), `#!/bin/sh\nset -e\n${text}\n`, { mode: 0o755 });
  script('detect', `grep -q '"ccaas"' "$2/metadata.json"`);
  script('build', 'cp "$1/connection.json" "$3/"');
  script('release', 'mkdir -p "$2/chaincode/server"\ncp "$1/connection.json" "$2/chaincode/server/"');
}
/** A package that says where the contracts are served. */
function packageOf(folder: string, port: number): string {
  mkdirSync(folder, { recursive: true });
  const put = (name: string, value: unknown) => writeFileSync(path.join(folder, name), JSON.stringify(value));
  put('connection.json', { address: `127.0.0.1:${port}`, dial_timeout: '10s', tls_required: false });
  put('metadata.json', { type: 'ccaas', label: 'exchange' });
  const pack = (name: string, ...files: string[]) =>
    execFileSync('tar', ['-C', folder, '-czf', path.join(folder, name), ...files]);
  pack('code.tar.gz', 'connection.json');
  pack('exchange.tar.gz', 'metadata.json', 'code.tar.gz');
  return path.join(folder, 'exchange.tar.gz');
}

/** Linux: user and system time of a process, in hundredths of a second. */
function cpuSecondsOf(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const fields = rest.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const tailOf = (file: string) => readFileSync(file, 'utf8').trim().split('\n').slice(-8).join('\n');
async function accepts(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

if (import.meta.main) {
  const missing = fabricLacks();
  if (missing) {
    console.error(`fabric: expected ${missing}, got none`);
    process.exit(1);
  }
  const network = await startFabric();
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'hedun-fabric-profile-')), 'profile.json');
  writeFileSync(file, network.profile, { mode: 0o600 });
  const end = async (code: number) => {
    await network.stop();
    rmSync(path.dirname(file), { recursive: true, force: true });
    process.exit(code);
  };
  process.on('SIGINT', () => void end(0));
  process.on('SIGTERM', () => void end(0));
  const at = process.argv.indexOf('--');
  const [command, ...args] = at < 0 ? [] : process.argv.slice(at + 1);
  if (command)
    spawn(command, args, { stdio: 'inherit', env: { ...process.env, FABRIC_PROFILE: file } }).on(
      'close',
      (code) => void end(code ?? 1),
    );
  else console.log(`FABRIC_PROFILE=${file}`);
}
