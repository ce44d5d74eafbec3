/**
 * Words of the pages that are no field or operation, in both languages.
 * @module
 */
export const zh = {} as const;
export const en = {} as const;
