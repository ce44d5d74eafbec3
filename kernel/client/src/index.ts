/**
 * @hedun/client: one typed function per declared operation. It knows how an operation becomes a request and an answer a value
 * or a failure; it keeps no state and stores nothing.
 * @module
 */
import type { Capability, Evidence, FailureBody, FailureIssue, Locale } from '@hedun/sdk';
import type { z } from 'zod';
import { requestOf } from './request.ts';

export { requestOf } from './request.ts';

export interface ClientOptions {
  /** Where the platform lives, without a trailing slash: `''` in the console, `https://host/hedun` elsewhere. */
  readonly baseUrl: string;
  /** API token; the console signs in by cookie instead. */
  readonly token?: string;
  readonly locale?: () => Locale;
  readonly fetch?: typeof fetch;
}

/** What the server refused, with the same code and sentences everywhere. */
export class ClientFailure extends Error {
  readonly code: string;
  readonly status: number;
  readonly fix: string;
  readonly where: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly issues: readonly FailureIssue[];
  readonly requestId: string | undefined;

  constructor(status: number, error: FailureBody['error']) {
    super(error.message);
    this.name = 'ClientFailure';
    this.status = status;
    this.code = error.code;
    this.fix = error.fix;
    this.where = error.where;
    this.expected = error.expected;
    this.got = error.got;
    this.issues = error.issues ?? [];
    this.requestId = error.requestId;
  }
}

export type Client<C extends Capability> = {
  readonly [K in keyof C['operations']]: (
    input: z.input<C['operations'][K]['input']>,
    options?: { readonly signal?: AbortSignal },
  ) => Promise<z.output<C['operations'][K]['output']>>;
};

/** The client of one capability, e.g. `createClient(kernel, { baseUrl: '' }).listAssets({})`. */
export function createClient<const C extends Capability>(capability: C, options: ClientOptions): Client<C> {
  const functions: Record<string, unknown> = {};
  for (const name of Object.keys(capability.operations))
    functions[name] = (input: unknown, extra?: { signal?: AbortSignal }) =>
      callOperation(capability, name, input, options, extra?.signal);
  return functions as Client<C>;
}

/** Calls an operation by name; `createClient` is the typed way. */
export async function callOperation(
  capability: Capability,
  name: string,
  input: unknown,
  options: ClientOptions,
  signal?: AbortSignal,
): Promise<unknown> {
  const operation = capability.operations[name];
  if (!operation)
    throw new TypeError(`operation: expected one of ${Object.keys(capability.operations).join(', ')}, got ${name}`);
  const { method, path, body } = requestOf(capability.id, operation, input);
  const response = await send(options, path, {
    method,
    ...(body === undefined ? {} : { body }),
    headers:
      body === undefined
        ? {}
        : { 'content-type': operation.body === 'raw' ? 'application/octet-stream' : 'application/json' },
    ...(signal ? { signal } : {}),
  });
  return await response.json();
}

/** Uploads one file as evidence of an organisation. */
export async function upload(
  options: ClientOptions,
  file: Blob,
  about: { readonly organisationId: string; readonly name: string; readonly description?: string },
): Promise<Evidence> {
  const form = new FormData();
  form.set('organisationId', about.organisationId);
  if (about.description) form.set('description', about.description);
  form.set('file', file, about.name);
  const response = await send(options, '/api/kernel/uploads', { method: 'POST', body: form, headers: {} });
  return (await response.json()) as Evidence;
}

/** Fetches a file by the `href` of its reference. */
export async function download(options: ClientOptions, href: string): Promise<Response> {
  return await send(options, href, { method: 'GET', headers: {} });
}

async function send(
  options: ClientOptions,
  path: string,
  init: {
    method: string;
    body?: string | Uint8Array | FormData;
    headers: Record<string, string>;
    signal?: AbortSignal;
  },
): Promise<Response> {
  const headers: Record<string, string> = { ...init.headers, 'accept-language': options.locale?.() ?? 'zh-CN' };
  if (options.token) headers.authorization = `Bearer ${options.token}`;
  if (init.method !== 'GET') headers['x-hedun-request'] = '1';
  const response = await (options.fetch ?? fetch)(options.baseUrl + path, {
    ...(init as RequestInit),
    headers,
    credentials: 'same-origin',
  });
  if (response.ok) return response;
  throw new ClientFailure(response.status, await errorOf(response));
}

async function errorOf(response: Response): Promise<FailureBody['error']> {
  try {
    const body = (await response.json()) as FailureBody;
    if (body.error?.code) return body.error;
  } catch {
    // Not JSON: a proxy or gateway answered instead of the platform.
  }
  return { code: 'network.failed', message: `HTTP ${response.status}`, fix: '' };
}
