/**
 * An asset as an entry of the register and back: the asset noun keeps it, this says which of its attributes means what. It reads no database.
 * @module
 */
import type { Asset, NewAsset } from '@hedun/sdk';
import { addressNumber, type SystemRecord } from '@hedun/workdesk';
import type { SystemDetails } from '../../register-shapes.ts';

export const systemKind = 'information-system';
const texts = [
  'url',
  'purpose',
  'filingNumber',
  'evaluatedOn',
  'leader',
  'leaderPhone',
  'technician',
  'technicianPhone',
  'supplier',
  'operator',
  'dataHeld',
  'goLive',
  'retiredOn',
] as const;

export type KnownAsset = Pick<
  Asset,
  'name' | 'organisationId' | 'status' | 'protectionLevel' | 'identifiers' | 'attributes'
>;

export function detailsOf(asset: KnownAsset): SystemDetails {
  const { attributes } = asset;
  const text = (name: string) => (typeof attributes[name] === 'string' ? (attributes[name] as string) : '');
  const among = <T extends string>(name: string, words: readonly T[]) =>
    words.find((word) => word === text(name)) ?? '';
  return {
    name: asset.name,
    status: asset.status,
    protectionLevel: asset.protectionLevel,
    domains: asset.identifiers.filter((each) => addressNumber(each) === null),
    addresses: asset.identifiers.filter((each) => addressNumber(each) !== null),
    ...(Object.fromEntries(texts.map((name) => [name, text(name)])) as Record<(typeof texts)[number], string>),
    personalRecords: typeof attributes.personalRecords === 'number' ? attributes.personalRecords : null,
    deployment: among('deployment', ['campus', 'centre', 'public-cloud', 'hosted']),
    exposure: among('exposure', ['internet', 'internal', 'isolated']),
  };
}

export function recordOf(asset: KnownAsset): SystemRecord {
  return { ...detailsOf(asset), organisationId: asset.organisationId };
}

/** What an asset becomes by an entry; attributes of others stay. */
export function assetOf(details: SystemDetails, before: Readonly<Record<string, unknown>> = {}): Partial<NewAsset> {
  const attributes: Record<string, unknown> = { ...before };
  for (const name of [...texts, 'personalRecords', 'deployment', 'exposure'] as const) {
    const value = details[name];
    if (value === '' || value === null) delete attributes[name];
    else attributes[name] = value;
  }
  return {
    name: details.name,
    status: details.status,
    protectionLevel: details.protectionLevel,
    identifiers: [...new Set([...details.domains, ...details.addresses])],
    attributes,
  };
}
