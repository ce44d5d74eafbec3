/**
 * Words the contract declares with its nouns (severities, states), under the names the catalogue uses, so that they are written once.
 * @module
 */
import type { Locale, Text } from '@hedun/sdk';
import {
  assetStatusWords,
  caseStatusWords,
  findingStatusWords,
  jobStatusWords,
  lists,
  severityWords,
} from '@hedun/sdk/kernel';

type Prefixed<P extends string, W> = { readonly [K in keyof W & string as `${P}_${K}`]: string };

function prefixed<P extends string, const W extends Readonly<Record<string, Text>>>(
  prefix: P,
  words: W,
  locale: Locale,
): Prefixed<P, W> {
  return Object.fromEntries(Object.entries(words).map(([key, text]) => [`${prefix}_${key}`, text[locale]])) as Prefixed<
    P,
    W
  >;
}

export function declaredWords(locale: Locale) {
  return {
    ...prefixed('severity', severityWords, locale),
    ...prefixed('finding', findingStatusWords, locale),
    ...prefixed('case', caseStatusWords, locale),
    ...prefixed('asset', assetStatusWords, locale),
    ...prefixed('job', jobStatusWords, locale),
    ...(prefixed('user', lists.users.status.values ?? {}, locale) as Prefixed<
      'user',
      { invited: 0; active: 0; locked: 0; disabled: 0 }
    >),
    ...(prefixed('audit', lists.audit.outcome.values ?? {}, locale) as Prefixed<
      'audit',
      { allowed: 0; denied: 0; failed: 0 }
    >),
    ...(prefixed('delivery', lists.deliveries.status.values ?? {}, locale) as Prefixed<
      'delivery',
      { queued: 0; delivered: 0; failed: 0 }
    >),
  };
}
