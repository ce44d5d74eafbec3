/**
 * Who calls: the creator's certificate, looked up in the register of this chain. An expired or revoked certificate, a restricted or removed
 * member may call, but what it may do is refused here, in one place.
 * @module
 */
import type { Context } from 'fabric-contract-api';
import { type CertificateFields, readCertificate } from './certificate.ts';
import { type CertificateRecord, keyOf, type Member, type Role, read, refuse, secondsOf } from './records.ts';

export type Standing =
  | 'good'
  | 'unregistered'
  | 'certificate_not_yet_valid'
  | 'certificate_expired'
  | 'certificate_revoked'
  | 'member_restricted'
  | 'member_removed';
export interface Caller {
  readonly did: string;
  readonly standing: Standing;
  readonly member: Member | null;
  readonly certificate: CertificateFields;
}

const decoder = new TextDecoder();

export async function callerOf(ctx: Context): Promise<Caller> {
  const { mspid, idBytes } = ctx.stub.getCreator();
  const pem = decoder.decode(idBytes);
  const certificate = readCertificate(pem);
  const record = await read<CertificateRecord>(ctx, keyOf(ctx, 'certificate', mspid, certificate.serial));
  // Same serial, another key: a certificate somebody else made. It is nobody here.
  if (!record || (record.pem !== pem && readCertificate(record.pem).publicKey !== certificate.publicKey))
    return { did: `unregistered:${mspid}:${certificate.serial}`, standing: 'unregistered', member: null, certificate };
  const member = await read<Member>(ctx, keyOf(ctx, 'member', record.did));
  return { did: record.did, standing: standingOf(record, member, secondsOf(ctx)), member, certificate };
}

export function standingOf(record: CertificateRecord, member: Member | null, now: number): Standing {
  if (record.revoked) return 'certificate_revoked';
  if (now < record.notBefore) return 'certificate_not_yet_valid';
  if (now > record.notAfter) return 'certificate_expired';
  if (!member) return 'unregistered';
  if (member.standing === 'removed') return 'member_removed';
  return member.standing === 'restricted' ? 'member_restricted' : 'good';
}

/** The caller in good standing, holding the role where one is named. */
export async function requireCaller(ctx: Context, role?: Role): Promise<Caller & { readonly member: Member }> {
  const caller = await callerOf(ctx);
  if (caller.standing !== 'good' || !caller.member)
    refuse('caller.restricted', 'a registered member with a certificate in force', caller.standing);
  if (role && !caller.member.roles.includes(role))
    refuse('caller.not_entitled', `the role ${role}`, caller.member.roles.join(',') || 'no role');
  return { ...caller, member: caller.member };
}
