/**
 * Where the console lives: the path of `<base>`, which the server writes into the start page. No other file reads it.
 * @module
 */
export const baseUrl: string =
  typeof document === 'undefined' ? '' : new URL(document.baseURI).pathname.replace(/\/[^/]*$/, '');
