/**
 * Stored events as files: CSV for spreadsheets, one JSON object a line, or OCSF documents.
 * @module
 */
import { ocsfClasses } from '@hedun/detection';
import { storedNames } from '../store/columns.ts';
import type { EventQuery, EventStore, StoredEvent } from '../store/event-store.ts';

const block = 2000;
const shown = storedNames.filter((name) => name !== 'fields');

/** A cell that a spreadsheet would take for a formula is text (OWASP, CSV injection). */
function cell(value: unknown): string {
  const text = String(value);
  const safe = /^[=+\-@\t]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
const iso = (time: number) => new Date(time).toISOString();

function line(event: StoredEvent, as: 'csv' | 'ndjson' | 'ocsf'): string {
  if (as === 'csv')
    return shown
      .map((name) => {
        const value = event[name as keyof StoredEvent];
        return cell(name === 'time' || name === 'received' ? iso(Number(value)) : value);
      })
      .join(',');
  const fields = JSON.parse(event.fields) as unknown;
  if (as === 'ndjson')
    return JSON.stringify({ ...event, time: iso(event.time), received: iso(event.received), fields });
  const endpoint = (ip: string, port: number) => ({ ip, ...(port > 0 ? { port } : {}) });
  return JSON.stringify({
    class_uid: event.classUid,
    class_name: ocsfClasses[event.classUid]?.name ?? 'Base Event',
    category_uid: ocsfClasses[event.classUid]?.category ?? 0,
    activity_id: event.activityId,
    type_uid: event.classUid * 100 + event.activityId,
    severity_id: event.severityId,
    time: event.time,
    metadata: { version: '1.4.0', uid: event.id, product: { name: event.product }, logged_time: event.received },
    ...(event.message ? { message: event.message } : {}),
    ...(event.host ? { device: { hostname: event.host, type_id: 0 } } : {}),
    ...(event.srcIp ? { src_endpoint: endpoint(event.srcIp, event.srcPort) } : {}),
    ...(event.dstIp ? { dst_endpoint: endpoint(event.dstIp, event.dstPort) } : {}),
    ...(event.user ? { actor: { user: { name: event.user } } } : {}),
    ...(event.signature ? { finding_info: { title: event.signature, uid: event.signature } } : {}),
    raw_data: event.raw,
    unmapped: fields,
  });
}

export async function* exported(
  store: EventStore,
  query: EventQuery,
  as: 'csv' | 'ndjson' | 'ocsf',
  limit: number,
  progress: (done: number) => Promise<void>,
): AsyncIterable<Uint8Array> {
  if (as === 'csv') yield Buffer.from(`\ufeff${shown.join(',')}\n`);
  let done = 0;
  for await (const events of store.scan(query, block)) {
    const part = events.slice(0, limit - done);
    yield Buffer.from(`${part.map((event) => line(event, as)).join('\n')}\n`);
    done += part.length;
    await progress(done);
    if (done >= limit) return;
  }
}
