/**
 * Matches typed pinyin or initials against Chinese text; a chunk of its own because of the dictionary.
 * @module
 */
import { match } from 'pinyin-pro';
import type { PinyinMatch } from './match.ts';

export const matchPinyin: PinyinMatch = (text, typed) => match(text, typed, { continuous: true, v: true });
