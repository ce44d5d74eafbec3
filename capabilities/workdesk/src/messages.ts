/**
 * The words of the workdesk's pages, in both languages.
 * @module
 */
export const zh = {
  pending: '待通报',
} as const;
type Same<T> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] };
export const en: Same<typeof zh> = {
  pending: 'To be told',
};
