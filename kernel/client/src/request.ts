/**
 * How an operation and its input become a request; the server reads it back by the same rules.
 * Path fields come from the input; GET and DELETE carry the rest in the query, lists and objects as JSON; others a JSON body.
 * @module
 */
import type { Operation } from '@hedun/sdk';

export interface OperationRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | Uint8Array;
}

export function requestOf(capabilityId: string, operation: Operation, input: unknown): OperationRequest {
  const [method = 'GET', template = '/'] = operation.http.split(' ');
  const rest: Record<string, unknown> = { ...(input as Record<string, unknown>) };
  const path = template.replace(/:(\w+)/g, (_, name: string) => {
    const value = rest[name];
    if (value === undefined || value === null || value === '')
      throw new TypeError(`${name}: expected a value for the path ${template}, got ${value}`);
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  const full = `/api/${capabilityId}${path}`;
  if (method === 'GET' || method === 'DELETE') {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(rest))
      if (value !== undefined) query.set(name, typeof value === 'string' ? value : JSON.stringify(value));
    const text = query.toString();
    return { method, path: text ? `${full}?${text}` : full };
  }
  if (operation.body === 'raw') return { method, path: full, body: rest.body as Uint8Array };
  return { method, path: full, body: JSON.stringify(rest) };
}
