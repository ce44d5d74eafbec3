/**
 * From an address or a domain to the asset and the unit that answers for it: a registered asset first, then the network it lies in.
 * @module
 */
import type { Severity } from '@hedun/sdk';
import { identityOf, openRanges, ownerOf, type RangeIndex, type ScanFinding, targetsOf } from '@hedun/workdesk';
import type { Here } from './here.ts';

export interface Owner {
  readonly organisationId: string;
  readonly assetId: string | null;
}
/** Answers kept between batches; enough for a large network, small beside a million findings. */
const remembered = 20_000;

export interface Resolver {
  /** Looks up what is not known yet; call once for a batch, inside a transaction. */
  prepare(context: Here, findings: readonly ScanFinding[]): Promise<void>;
  ownerOf(finding: ScanFinding): Owner | null;
}

export async function openResolver(context: Here, fallbackAssetId: string | null): Promise<Resolver> {
  const { ranges, fallback } = await context.transaction(async (inner) => {
    const rows = await inner.db.selectFrom('workdeskRanges').select(['value', 'organisationId']).execute();
    const asset = fallbackAssetId ? await inner.assets.get(fallbackAssetId) : null;
    return {
      ranges: openRanges(rows.map(({ value, organisationId }) => ({ value, owner: organisationId }))),
      fallback: asset ? { organisationId: asset.organisationId, assetId: asset.id } : null,
    };
  });
  const known = new Map<string, Owner | null>();
  return {
    prepare: async (inner, findings) => {
      if (known.size > remembered) known.clear();
      const targets = new Set<string>();
      for (const finding of findings)
        for (const target of targetsOf(finding)) if (!known.has(target)) targets.add(target);
      if (targets.size === 0) return;
      const assets = await inner.assets.resolve([...targets]);
      for (const target of targets) {
        const asset = assets.get(target);
        known.set(
          target,
          asset ? { organisationId: asset.organisationId, assetId: asset.id } : byRange(ranges, target),
        );
      }
    },
    ownerOf: (finding) => {
      const targets = targetsOf(finding);
      if (targets.length === 0) return fallback;
      const owners = targets.map((target) => known.get(target) ?? null);
      // An asset says more than a network: the name may only lie in a range while the address is registered.
      return owners.find((owner) => owner?.assetId) ?? owners.find((owner) => owner !== null) ?? null;
    },
  };
}

function byRange(ranges: RangeIndex, target: string): Owner | null {
  const organisationId = ownerOf(ranges, target);
  return organisationId ? { organisationId, assetId: null } : null;
}

/** What the kernel raises. Without an asset the target is part of the identity, or two hosts of one unit would be one weakness. */
export function newFinding(
  finding: ScanFinding,
  owner: Owner,
  about: { readonly source: string; readonly importId: string; readonly evidenceId: string; readonly now: Date },
) {
  const { location } = finding;
  const named = finding.references.some(({ kind }) => kind === 'cve');
  const target = targetsOf(finding)[0] ?? '';
  const seenAt = finding.seenAt ? new Date(finding.seenAt) : about.now;
  return {
    organisationId: owner.organisationId,
    assetId: owner.assetId,
    // The same CVE is a misconfiguration to one tool and a vulnerability to another; one kind, so that they meet.
    kind: named ? 'vulnerability' : finding.kind,
    title: finding.title,
    description: finding.description.slice(0, 20_000),
    remediation: finding.remediation?.slice(0, 20_000) ?? null,
    severity: finding.severity as Severity,
    confidence: finding.confidence,
    source: about.source,
    references: [...finding.references].slice(0, 60),
    attributes: {
      ...location,
      target,
      rule: finding.ruleId,
      importId: about.importId,
      ...(finding.cvss === null ? {} : { cvss: finding.cvss }),
      ...(finding.upstream?.number ? { upstreamNumber: finding.upstream.number } : {}),
      ...(finding.upstream?.dueOn ? { upstreamDueOn: finding.upstream.dueOn } : {}),
    },
    evidenceIds: [about.evidenceId],
    identity: [...(owner.assetId ? [] : [`target:${target}`]), ...identityOf(finding)],
    // A clock ahead of ours would make tomorrow's fix look older than today's report.
    seenAt: seenAt > about.now ? about.now : seenAt,
  };
}
