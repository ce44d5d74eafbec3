/**
 * The TLS collector: whether it may look, the look itself, and what of it goes into the assessment. It proposes; key management and
 * whatever cannot be seen from outside stay for a person.
 * @module
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { type OpenInstrument, type TlsObservation, tlsObject, type UnitInput } from '@hedun/compliance';
import { type Asset, Failure, handlers } from '@hedun/sdk';
import { addDays, type Day } from '@hedun/workdays';
import type { Compliance } from '../capability.ts';
import type { AssessmentBody, Collected } from '../shapes.ts';
import { type Here, load, openOf } from './assessment-record.ts';
import { checked, json } from './library.ts';
import { probeTls } from './tls-probe.ts';

/** A certificate that ends within a month is a finding: renewing one takes a public body that long. */
const expiryNotice = 30;

/** The identifier to connect to: one that the asset has, and no other. */
export function hostOf(asset: Pick<Asset, 'identifiers' | 'name'>, wanted: string | undefined): string {
  const hosts = asset.identifiers.filter(
    (each) => isIP(each) !== 0 || /^(?=.*[a-z])[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(each),
  );
  const host = wanted?.toLowerCase().replace(/^\[|\]$/g, '') ?? (hosts.length === 1 ? hosts[0] : undefined);
  if (host === undefined || !hosts.includes(host))
    throw new Failure('compliance.not_own', {
      where: 'host',
      expected: hosts.join(', ') || `an address of ${asset.name}`,
      got: wanted ?? 'none',
    });
  return host;
}

/** Whether an administrator has authorised looking at the address: by network, by address or by name. Nothing is authorised by default. */
export function isAuthorised(host: string, address: string, authorised: readonly string[]): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return authorised.some((entry) => {
    if (entry.toLowerCase() === host) return true;
    const [network = '', prefix] = entry.split('/');
    const kind = isIP(network);
    if (kind === 0) return false;
    const list = new BlockList();
    list.addSubnet(network, Number(prefix ?? (kind === 6 ? 128 : 32)), kind === 6 ? 'ipv6' : 'ipv4');
    return list.check(address, family);
  });
}

function applied(
  open: OpenInstrument,
  body: AssessmentBody,
  unit: string,
  collected: Omit<Collected, 'unknown' | 'certificateDaysLeft'>,
): {
  readonly body: AssessmentBody;
  readonly risks: readonly { readonly risk: string; readonly description: string }[];
  readonly daysLeft: number | null;
} {
  const { sheet } = body;
  if (!sheet) return { body, risks: [], daysLeft: null };
  const judged = tlsObject(open.instrument, unit, collected.seen);
  const before = sheet.units[unit];
  const own = before?.kind === 'objects' ? before.objects : [];
  const known = own.find((each) => each.id === judged.object.id);
  // What a person judged of the same service before, as its key management, stays; what was seen now replaces what was seen then.
  const object = { ...judged.object, facts: { ...known?.facts, ...judged.object.facts } };
  const units: Record<string, UnitInput> = {
    ...sheet.units,
    [unit]: { kind: 'objects', objects: [...own.filter((each) => each.id !== object.id), object] },
  };
  const stated = sheet.risks ?? [];
  const others = stated.filter((each) => each.object !== object.id || each.unit !== unit || each.mitigation);
  const fresh = judged.risks.filter(
    (each) =>
      !others.some(
        (one) => one.risk === each.risk && one.object === each.object && one.description === each.description,
      ),
  );
  const daysLeft = judged.certificateDaysLeft ?? null;
  const kept = { ...collected, unknown: judged.unknown, certificateDaysLeft: daysLeft };
  return {
    body: {
      ...body,
      sheet: { ...sheet, units, risks: [...others, ...fresh] },
      collected: [
        ...(body.collected ?? []).filter((each) => each.seen.service !== collected.seen.service || each.unit !== unit),
        kept,
      ],
    },
    risks: judged.risks,
    daysLeft,
  };
}

async function raise(
  context: Here,
  about: { readonly organisationId: string; readonly assetId: string; readonly evidenceId: string },
  seen: TlsObservation,
  risks: readonly { readonly risk: string; readonly description: string }[],
  daysLeft: number | null,
): Promise<void> {
  const zh = context.locale !== 'en';
  const names = [...new Set(risks.map((each) => each.description))];
  const soon = daysLeft !== null && daysLeft <= expiryNotice;
  const base = {
    organisationId: about.organisationId,
    assetId: about.assetId,
    kind: 'compliance.weak-crypto',
    source: 'compliance',
    evidenceIds: [about.evidenceId],
  };
  const attributes = { service: seen.service, notAfter: seen.certificate?.notAfter ?? null };
  await context.findings.raise([
    ...names.map((name) => ({
      ...base,
      title: zh ? `${seen.service} 仍接受不安全的密码：${name}` : `${seen.service} still accepts ${name}`,
      severity: 'high' as const,
      attributes: { ...attributes, name },
      identity: [seen.service, name],
    })),
    ...(soon
      ? [
          {
            ...base,
            title:
              daysLeft < 0
                ? zh
                  ? `${seen.service} 的证书已过期`
                  : `The certificate of ${seen.service} has expired`
                : zh
                  ? `${seen.service} 的证书将于 ${seen.certificate?.notAfter} 到期`
                  : `The certificate of ${seen.service} ends on ${seen.certificate?.notAfter}`,
            severity: daysLeft < 0 ? ('high' as const) : ('medium' as const),
            attributes: { ...attributes, name: 'certificate' },
            identity: [seen.service, 'certificate'],
          },
        ]
      : []),
  ]);
}

export const tlsHandlers = handlers<Compliance>()({
  collectTls: async ({ id, unit, assetId, host, port, effectiveDays }, context) => {
    const target = await context.transaction(async (inner) => {
      const row = await load(inner, id);
      const scoring = openOf(row).instrument.scorings.find((each) => each.id === row.body.sheet?.rules);
      const layer = openOf(row).nodes.get(unit)?.parent;
      if (
        !scoring?.units.some((each) => each.node === unit) ||
        scoring.layers.find((each) => each.node === layer)?.judged !== 'objects'
      )
        throw new Failure('compliance.refused', { where: 'unit', expected: 'a unit judged by its objects', got: unit });
      const asset = await inner.assets.get(assetId);
      if (asset.organisationId !== row.organisationId)
        throw new Failure('compliance.not_own', {
          where: 'assetId',
          expected: 'an asset of the assessed organisation',
          got: asset.name,
        });
      return {
        name: hostOf(asset, host),
        authorised: (await inner.setting('collectorNetworks')) as readonly string[] | null,
      };
    });
    const address = isIP(target.name) ? target.name : (await resolved(target.name)).address;
    if (!isAuthorised(target.name, address, target.authorised ?? []))
      throw new Failure('compliance.not_authorised', {
        where: 'host',
        expected: (target.authorised ?? []).join(', ') || 'networks in the setting compliance.collectorNetworks',
        got: `${target.name} (${address})`,
      });
    const now = context.now();
    const found = await probeTls(
      { host: target.name, address, port },
      {
        randomBytes: (size) => context.randomBytes(size),
        now,
        signal: context.signal,
        progress: (done, total) => context.progress(done, total),
      },
    );
    if (!found)
      throw new Failure('compliance.no_tls', {
        where: 'port',
        expected: 'a TLS service',
        got: `${target.name}:${port}`,
      });
    const { seen, cut } = found;
    return await context.transaction(async (inner) => {
      const row = await load(inner, id, true);
      const evidence = await inner.files.keep(
        new TextEncoder().encode(JSON.stringify({ ...seen, address, cut }, null, 2)),
        {
          organisationId: row.organisationId,
          name: `tls-${target.name.replaceAll(':', '_')}-${port}-${seen.observedOn}.json`,
          mediaType: 'application/json',
          description: `TLS ${seen.service}`,
        },
      );
      const until: Day = addDays(seen.observedOn, effectiveDays);
      const collected = {
        unit,
        at: now.toISOString(),
        assetId,
        evidenceId: evidence.id,
        effectiveTo: until,
        cut,
        seen,
      };
      const result = checked('unit', () => applied(openOf(row), row.body, unit, collected));
      await inner.db
        .updateTable('complianceAssessments')
        .set({ body: json(result.body), updatedAt: now.toISOString() })
        .where('id', '=', id)
        .execute();
      const about = { organisationId: row.organisationId, assetId, evidenceId: evidence.id };
      await raise(inner, about, seen, result.risks, result.daysLeft);
      return { service: seen.service, protocols: seen.protocols, suites: seen.suites, evidenceId: evidence.id };
    });
  },
});

async function resolved(host: string): Promise<{ readonly address: string }> {
  return await lookup(host).catch((cause: Error) => {
    throw new Failure('compliance.no_tls', { where: 'host', expected: 'a known name', got: host, cause });
  });
}
