/**
 * Texts in the two languages of the platform. A text that lacks one of them does not compile.
 * @module
 */

/** zh-CN is written first; en must match it key for key. */
export type Locale = 'zh-CN' | 'en';
export const locales: readonly Locale[] = ['zh-CN', 'en'];

/** A short text in both languages: titles of operations, pages, permissions, fields. */
export type Text = Readonly<Record<Locale, string>>;

/** A message is text, or a function of named values that returns text. */
export type Message = string | ((values: never) => string);
export type Messages = Readonly<Record<string, Message>>;

/** Named values that fill an error text or a notification template, e.g. `{ limit: 20 }` for `{limit}`. */
export type Values = Readonly<Record<string, string | number | boolean | null>>;

/** Replaces `{name}` by the value of that name; a name without a value stays visible, so that the mistake is seen. */
export function fill(template: string, values: Values = {}): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : String(value);
  });
}
