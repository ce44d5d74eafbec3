/**
 * A thrown value as the answer the caller sees: status and body from the error tables, in the caller's language.
 * Unexpected errors give their details to the log only.
 * @module
 */
import { Failure, type FailureBody, fill, type Locale } from '@hedun/sdk';
import type { Registry } from '../contract.ts';

export function failureBody(
  registry: Registry,
  failure: Failure,
  locale: Locale,
  requestId?: string,
): { readonly status: number; readonly body: FailureBody } {
  const declared = registry.error(failure.code) ?? registry.error('server.unexpected');
  const values = { expected: failure.expected ?? '', got: failure.got ?? '', ...failure.values };
  return {
    status: declared?.status ?? 500,
    body: {
      error: {
        code: failure.code,
        message: fill(declared?.message[locale] ?? failure.code, values),
        fix: fill(declared?.fix[locale] ?? '', values),
        ...(failure.where === undefined ? {} : { where: failure.where }),
        ...(failure.expected === undefined ? {} : { expected: failure.expected }),
        ...(failure.got === undefined ? {} : { got: failure.got }),
        ...(failure.issues.length > 0 ? { issues: failure.issues } : {}),
        ...(requestId === undefined ? {} : { requestId }),
      },
    },
  };
}

/** Fastify and body-parser errors in our words; everything else is unexpected. */
export function toFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = (error as { code?: string }).code ?? '';
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' || code === 'FST_REQ_FILE_TOO_LARGE')
    return new Failure('input.too_large', {
      cause: error,
      values: { limit: (error as { limit?: number }).limit ?? 0 },
    });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || code === 'FST_INVALID_MULTIPART_CONTENT_TYPE')
    return new Failure('input.unsupported_type', { cause: error, expected: 'application/json' });
  if (
    code.startsWith('FST_ERR_CTP') ||
    code === 'FST_ERR_BAD_URL' ||
    (error as { statusCode?: number }).statusCode === 400
  )
    return new Failure('input.not_json', { cause: error, got: (error as Error).message });
  return new Failure('server.unexpected', { cause: error });
}

export function localeOf(header: string | undefined): Locale {
  const first = (header ?? '').split(',')[0]?.trim().toLowerCase() ?? '';
  return first.startsWith('en') ? 'en' : 'zh-CN';
}
