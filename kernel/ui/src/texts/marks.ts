/**
 * Marks between words as the current language writes them. Read while drawing: whoever draws words listens to the language anyway.
 * @module
 */
import { preferences } from '../app/preferences.ts';
import { catalogues } from './index.ts';

export function marks() {
  const { colon, listComma, clauseEnd, aside } = catalogues[preferences().locale];
  return { colon, comma: listComma, semicolon: clauseEnd, aside };
}
