/**
 * Contract `identity`: decentralised identifiers (W3C DID Core 1.0: did:web documents as records and the ledger's own did:hedun; did:key needs no
 * record) and the register of X.509 certificates with its revocation list.
 * @module
 */
import { type Context, Contract } from 'fabric-contract-api';
import { type Caller, callerOf, requireCaller, standingOf } from './caller.ts';
import { readCertificate } from './certificate.ts';
import {
  type CertificateRecord,
  emit,
  keyOf,
  list,
  type Member,
  parse,
  read,
  refuse,
  secondsOf,
  text,
  write,
} from './records.ts';
import { recordStep } from './trail.ts';

export interface DidRecord {
  readonly did: string;
  readonly document: unknown;
  readonly controller: string;
  readonly version: number;
  readonly created: number;
  readonly updated: number;
  readonly deactivated: boolean;
}

const mostDocument = 16_384;

export class IdentityContract extends Contract {
  constructor() {
    super('identity');
  }

  /** A did:hedun or did:web of the caller's own, with its document. */
  async registerDid(ctx: Context, did: string, documentText: string): Promise<string> {
    const { did: controller } = await requireCaller(ctx);
    const document = checkedDocument(did, documentText);
    const key = keyOf(ctx, 'did', did);
    if (await read<DidRecord>(ctx, key)) refuse('did.taken', 'an identifier nobody registered', did);
    const at = secondsOf(ctx);
    const record: DidRecord = { did, document, controller, version: 1, created: at, updated: at, deactivated: false };
    await write(ctx, key, record);
    await recordStep(ctx, { action: 'identity.register', actor: controller, subject: did });
    return JSON.stringify(record);
  }

  async updateDid(ctx: Context, did: string, documentText: string): Promise<string> {
    const record = await controlled(ctx, did);
    const next: DidRecord = {
      ...record,
      document: checkedDocument(did, documentText),
      version: record.version + 1,
      updated: secondsOf(ctx),
    };
    await write(ctx, keyOf(ctx, 'did', did), next);
    await recordStep(ctx, { action: 'identity.update', actor: record.controller, subject: did });
    return JSON.stringify(next);
  }

  async deactivateDid(ctx: Context, did: string): Promise<string> {
    const record = await controlled(ctx, did);
    const next: DidRecord = { ...record, deactivated: true, version: record.version + 1, updated: secondsOf(ctx) };
    await write(ctx, keyOf(ctx, 'did', did), next);
    await recordStep(ctx, { action: 'identity.deactivate', actor: record.controller, subject: did });
    return JSON.stringify(next);
  }

  async did(ctx: Context, did: string): Promise<string> {
    return JSON.stringify(await read<DidRecord>(ctx, keyOf(ctx, 'did', did)));
  }

  /** A new certificate in place of the caller's: it is the caller who signs this with the old one, so the two belong together. */
  async renewCertificate(ctx: Context, pem: string): Promise<string> {
    const { did, member } = await requireCaller(ctx);
    const { publicKey: _publicKey, ...fields } = readCertificate(pem);
    const key = keyOf(ctx, 'certificate', member.msp, fields.serial);
    if (await read<CertificateRecord>(ctx, key)) refuse('certificates.known', 'a new serial number', fields.serial);
    if (fields.notAfter <= secondsOf(ctx)) refuse('certificates.expired', 'a certificate in force', fields.serial);
    const record: CertificateRecord = { msp: member.msp, did, ...fields, pem, revoked: null };
    await write(ctx, key, record);
    await write(ctx, keyOf(ctx, 'member', did), { ...member, serial: fields.serial });
    await recordStep(ctx, { action: 'identity.renewCertificate', actor: did });
    return JSON.stringify(record);
  }

  /** By its holder, or by an administrator. */
  async revokeCertificate(ctx: Context, msp: string, serial: string, reason: string): Promise<string> {
    const caller = await requireCaller(ctx);
    const key = keyOf(ctx, 'certificate', msp, serial);
    const record =
      (await read<CertificateRecord>(ctx, key)) ?? refuse('certificates.unknown', 'a registered certificate', serial);
    if (record.did !== caller.did && !caller.member.roles.includes('administrator'))
      refuse('caller.not_entitled', 'its holder or an administrator', caller.did);
    if (record.revoked) refuse('certificates.revoked', 'a certificate in force', serial);
    const revoked = { at: secondsOf(ctx), reason: text({ reason }, 'reason', 500), by: caller.did };
    const next: CertificateRecord = { ...record, revoked };
    await write(ctx, key, next);
    await write(ctx, keyOf(ctx, 'revoked', msp, serial), { ...revoked, did: record.did, msp, serial });
    await recordStep(ctx, { action: 'identity.revokeCertificate', actor: caller.did, subject: record.did });
    emit(ctx, 'identity.certificateRevoked', { msp, serial, did: record.did });
    return JSON.stringify(next);
  }

  async certificate(ctx: Context, msp: string, serial: string): Promise<string> {
    const record = await read<CertificateRecord>(ctx, keyOf(ctx, 'certificate', msp, serial));
    if (!record) return JSON.stringify(null);
    const member = await read<Member>(ctx, keyOf(ctx, 'member', record.did));
    return JSON.stringify({ ...record, standing: standingOf(record, member, secondsOf(ctx)) });
  }
  async certificates(ctx: Context): Promise<string> {
    return JSON.stringify(await list<CertificateRecord>(ctx, 'certificate'));
  }
  async revocationList(ctx: Context): Promise<string> {
    return JSON.stringify(await list(ctx, 'revoked'));
  }
  async whoAmI(ctx: Context): Promise<string> {
    const { did, standing, member }: Caller = await callerOf(ctx);
    return JSON.stringify({ did, standing, member });
  }
}

function checkedDocument(did: string, documentText: string): unknown {
  if (!/^did:(hedun|web):[A-Za-z0-9._%:-]{1,180}$/.test(did)) refuse('did.malformed', 'did:hedun:… or did:web:…', did);
  if (documentText.length > mostDocument)
    refuse('did.too_large', `${mostDocument} characters`, `${documentText.length}`);
  const document = parse(documentText, 'a DID document');
  if (document.id !== did)
    refuse('did.malformed', `a document with id ${did}`, JSON.stringify(document.id) ?? 'nothing');
  return document;
}

async function controlled(ctx: Context, did: string): Promise<DidRecord> {
  const caller = await requireCaller(ctx);
  const record = (await read<DidRecord>(ctx, keyOf(ctx, 'did', did))) ?? refuse('did.unknown', 'a registered one', did);
  if (record.controller !== caller.did)
    refuse('caller.not_entitled', `its controller ${record.controller}`, caller.did);
  if (record.deactivated) refuse('did.deactivated', 'an identifier in force', did);
  return record;
}
