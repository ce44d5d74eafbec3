/**
 * A rule's words in the language of the person.
 * @module
 */
import { useSay } from '@hedun/ui';

export function useTitleOf() {
  const say = useSay();
  return ({ title, titleZh }: { readonly title: string; readonly titleZh: string }): string =>
    say({ 'zh-CN': titleZh || title, en: title });
}
