/**
 * How states of an application look, wherever they stand.
 * @module
 */
export const toneOf = { requested: 'warn', granted: 'good', refused: 'neutral', revoked: 'bad' } as const;
