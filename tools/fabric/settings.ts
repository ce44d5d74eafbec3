/**
 * What a Fabric network of two organisations on one machine is told: who there is, what a channel is made of, where orderer and peers listen and
 * keep their data.
 * @module
 */
import path from 'node:path';
import { freePort } from '../free-port.ts';

export const organisations = ['Org1MSP', 'Org2MSP'] as const;
export type Organisation = (typeof organisations)[number];

/** Private values stay with both organisations. */
export const privateCollections = [
  {
    name: 'addresses',
    policy: `OR(${organisations.map((msp) => `'${msp}.member'`).join(',')})`,
    requiredPeerCount: 0,
    maxPeerCount: 1,
    blockToLive: 0,
    memberOnlyRead: true,
    memberOnlyWrite: false,
  },
];
const local = ['localhost', '127.0.0.1'];
export const cryptoSettings = {
  OrdererOrgs: [{ Name: 'Orderer', Domain: 'orderer.test', Specs: [{ Hostname: 'orderer', SANS: local }] }],
  PeerOrgs: organisations.map((msp) => ({
    Name: msp,
    Domain: msp,
    Specs: [{ Hostname: 'peer0', SANS: local }],
    Users: { Count: 0 },
  })),
};

export interface Ports {
  readonly orderer: number;
  readonly admin: number;
  readonly watched: readonly number[];
  readonly peers: Readonly<Record<Organisation, number>>;
  readonly callbacks: Readonly<Record<Organisation, number>>;
  readonly contracts: Readonly<Record<Organisation, number>>;
}
export async function newPorts(): Promise<Ports> {
  const pair = async () => ({ Org1MSP: await freePort(), Org2MSP: await freePort() });
  return {
    orderer: await freePort(),
    admin: await freePort(),
    watched: [await freePort(), await freePort(), await freePort()],
    peers: await pair(),
    callbacks: await pair(),
    contracts: await pair(),
  };
}
export const tlsOf = (folder: string, msp: Organisation) =>
  path.join(folder, 'crypto/peerOrganizations', msp, 'peers', `peer0.${msp}`, 'tls/ca.crt');

const signature = (rule: string) => ({ Type: 'Signature', Rule: rule });
const implicit = (rule: string) => ({ Type: 'ImplicitMeta', Rule: rule });
const ruled = {
  Readers: implicit('ANY Readers'),
  Writers: implicit('ANY Writers'),
  Admins: implicit('MAJORITY Admins'),
};
export function channelSettings(folder: string, ports: Ports) {
  const organisation = (msp: string, msps: string) => ({
    Name: msp,
    ID: msp,
    MSPDir: path.join(folder, 'crypto', msps, 'msp'),
    Policies: {
      Readers: signature(`OR('${msp}.member')`),
      Writers: signature(`OR('${msp}.member')`),
      Admins: signature(`OR('${msp}.admin')`),
      Endorsement: signature(`OR('${msp}.member')`),
    },
  });
  const tls = path.join(
    folder,
    'crypto/ordererOrganizations/orderer.test/orderers/orderer.orderer.test/tls/server.crt',
  );
  return {
    Profiles: {
      Channel: {
        Policies: ruled,
        Capabilities: { V2_0: true },
        Orderer: {
          OrdererType: 'etcdraft',
          BatchTimeout: '300ms',
          BatchSize: { MaxMessageCount: 500, AbsoluteMaxBytes: '10 MB', PreferredMaxBytes: '2 MB' },
          EtcdRaft: {
            Options: {
              TickInterval: '100ms',
              ElectionTick: 10,
              HeartbeatTick: 1,
              MaxInflightBlocks: 5,
              SnapshotIntervalSize: '16 MB',
            },
            Consenters: [{ Host: '127.0.0.1', Port: ports.orderer, ClientTLSCert: tls, ServerTLSCert: tls }],
          },
          Organizations: [
            {
              ...organisation('OrdererMSP', 'ordererOrganizations/orderer.test'),
              OrdererEndpoints: [`127.0.0.1:${ports.orderer}`],
            },
          ],
          Policies: { ...ruled, BlockValidation: implicit('ANY Writers') },
          Capabilities: { V2_0: true },
        },
        Application: {
          Organizations: organisations.map((msp) => ({
            ...organisation(msp, `peerOrganizations/${msp}`),
            AnchorPeers: [{ Host: '127.0.0.1', Port: ports.peers[msp] }],
          })),
          Policies: {
            ...ruled,
            LifecycleEndorsement: implicit('MAJORITY Endorsement'),
            Endorsement: implicit('MAJORITY Endorsement'),
          },
          Capabilities: { V2_5: true },
        },
      },
    },
  };
}
export function ordererSettings(folder: string, ports: Ports): Readonly<Record<string, string>> {
  const own = path.join(folder, 'crypto/ordererOrganizations/orderer.test/orderers/orderer.orderer.test');
  const data = path.join(folder, 'orderer');
  const [certificate, key, authority] = ['server.crt', 'server.key', 'ca.crt'].map((each) =>
    path.join(own, 'tls', each),
  ) as [string, string, string];
  return {
    ORDERER_GENERAL_LISTENADDRESS: '127.0.0.1',
    ORDERER_GENERAL_LISTENPORT: String(ports.orderer),
    ORDERER_GENERAL_LOCALMSPID: 'OrdererMSP',
    ORDERER_GENERAL_LOCALMSPDIR: path.join(own, 'msp'),
    ORDERER_GENERAL_TLS_ENABLED: 'true',
    ORDERER_GENERAL_TLS_CERTIFICATE: certificate,
    ORDERER_GENERAL_TLS_PRIVATEKEY: key,
    ORDERER_GENERAL_TLS_ROOTCAS: `[${authority}]`,
    ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE: certificate,
    ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY: key,
    ORDERER_GENERAL_CLUSTER_ROOTCAS: `[${authority}]`,
    ORDERER_GENERAL_BOOTSTRAPMETHOD: 'none',
    ORDERER_CHANNELPARTICIPATION_ENABLED: 'true',
    ORDERER_ADMIN_LISTENADDRESS: `127.0.0.1:${ports.admin}`,
    ORDERER_ADMIN_TLS_ENABLED: 'false',
    ORDERER_OPERATIONS_LISTENADDRESS: `127.0.0.1:${ports.watched[0]}`,
    ORDERER_FILELEDGER_LOCATION: path.join(data, 'ledger'),
    ORDERER_CONSENSUS_WALDIR: path.join(data, 'wal'),
    ORDERER_CONSENSUS_SNAPDIR: path.join(data, 'snapshots'),
  };
}
export function peerSettings(folder: string, ports: Ports, msp: Organisation): Readonly<Record<string, string>> {
  const own = path.join(folder, 'crypto/peerOrganizations', msp, 'peers', `peer0.${msp}`);
  const address = `127.0.0.1:${ports.peers[msp]}`;
  const data = path.join(folder, msp);
  return {
    CORE_PEER_ID: `peer0.${msp}`,
    CORE_PEER_ADDRESS: address,
    CORE_PEER_LISTENADDRESS: address,
    CORE_PEER_CHAINCODELISTENADDRESS: `127.0.0.1:${ports.callbacks[msp]}`,
    CORE_PEER_GOSSIP_BOOTSTRAP: address,
    CORE_PEER_GOSSIP_EXTERNALENDPOINT: address,
    CORE_PEER_LOCALMSPID: msp,
    CORE_PEER_MSPCONFIGPATH: path.join(own, 'msp'),
    CORE_PEER_TLS_ENABLED: 'true',
    CORE_PEER_TLS_CERT_FILE: path.join(own, 'tls/server.crt'),
    CORE_PEER_TLS_KEY_FILE: path.join(own, 'tls/server.key'),
    CORE_PEER_TLS_ROOTCERT_FILE: path.join(own, 'tls/ca.crt'),
    CORE_PEER_FILESYSTEMPATH: data,
    CORE_LEDGER_SNAPSHOTS_ROOTDIR: path.join(data, 'snapshots'),
    CORE_OPERATIONS_LISTENADDRESS: `127.0.0.1:${ports.watched[1 + organisations.indexOf(msp)]}`,
  };
}
