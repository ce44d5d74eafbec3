import { expect, test } from 'vitest';
import { type PaletteEntry, ranked, scoreOf } from '../src/palette/match.ts';
import { matchPinyin } from '../src/palette/pinyin.ts';

const entry = (...words: string[]): PaletteEntry => ({ id: words[0] ?? '', words });
const exposure = entry('暴露面', 'Exposure');
const assets = entry('资产', 'Assets');
const create = entry('新建资产', 'Create asset');

test.each(['暴露', 'baolumian', 'baolu', 'blm', 'bl', 'expo', 'EXPOSURE'])('[P1] %s finds its entry', (typed) => {
  expect(scoreOf(exposure, typed, matchPinyin)).toBeGreaterThan(0);
});

test('[P1] a beginning ranks above a middle, characters above pinyin', () => {
  expect(ranked([create, assets], '资产', matchPinyin)).toEqual([assets, create]);
  expect(scoreOf(assets, '资', matchPinyin)).toBeGreaterThan(scoreOf(assets, 'zi', matchPinyin));
  expect(ranked([exposure, create], 'xjzc', matchPinyin)).toEqual([create]);
  expect(ranked([create], 'ca', null)).toEqual([create]);
});

test('[P1] what is not there is not found', () => {
  expect(ranked([exposure, assets, create], 'qwx', matchPinyin)).toEqual([]);
  expect(ranked([exposure, assets], '', matchPinyin)).toEqual([exposure, assets]);
});

test('[P2] without the dictionary characters and English still match', () => {
  expect(scoreOf(exposure, '暴露', null)).toBeGreaterThan(0);
  expect(scoreOf(exposure, 'exp', null)).toBeGreaterThan(0);
  expect(scoreOf(exposure, 'blm', null)).toBe(0);
});
