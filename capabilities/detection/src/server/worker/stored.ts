/**
 * An event as the store keeps it and as rules see it.
 * @module
 */
import type { detectionRecord, NormalEvent } from '@hedun/detection';
import type { StoredEvent } from '../store/event-store.ts';
import { aboutField } from './alerts.ts';
import type { WorkSource } from './shapes.ts';

/** What rules see, with the time that counts where it is not the event's own, and what an alert will say of it. */
export function timed(
  record: ReturnType<typeof detectionRecord>,
  time: number,
  own: number | undefined,
  about: unknown,
) {
  return time === own && record.TimeCreated !== undefined
    ? { ...record, [aboutField]: about }
    : { ...record, TimeCreated: time, [aboutField]: about };
}

export function storedOf(
  event: NormalEvent,
  {
    id,
    time,
    received,
    source,
  }: { readonly id: string; readonly time: number; readonly received: number; readonly source: WorkSource },
): StoredEvent {
  return {
    id,
    time: Math.floor(time),
    received: Math.floor(received),
    organisationId: source.organisationId,
    sourceId: source.id,
    format: event.parsed.format,
    product: event.product,
    classUid: event.classUid,
    activityId: event.activityId,
    severityId: event.severityId,
    host: event.host,
    user: event.user,
    srcIp: event.srcIp,
    srcPort: event.srcPort,
    dstIp: event.dstIp,
    dstPort: event.dstPort,
    process: event.process,
    action: event.action,
    signature: event.signature,
    domain: event.domain,
    url: event.url,
    message: event.message,
    raw: event.parsed.raw,
    fields: JSON.stringify(event.parsed.fields),
  };
}
