import type { Job, Organisation } from '@hedun/sdk';
import { expandPatterns } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';
import { expect, test } from 'vitest';
import { iconNames } from '../src/app/icons.tsx';
import { latestOf } from '../src/live/latest.ts';
import { layoutOf, windingPlace } from '../src/parts/flow-layout.ts';
import { treeOf } from '../src/parts/organisation-tree.ts';
import { mayUse, type Session } from '../src/platform/session.tsx';
import { alertColours, mixed, type Palette, palettes } from '../src/theme/tokens.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}
const words: readonly (keyof Palette)[] = [
  'text',
  'textSoft',
  'textFaint',
  'critical',
  'high',
  'medium',
  'low',
  'info',
  'good',
  'warn',
  'bad',
  'accent',
];

test.each(['light', 'dark'] as const)('[C1] every text colour of %s can be read', (mode) => {
  const palette = palettes[mode];
  for (const word of words)
    for (const ground of ['surface', 'sunken', 'page'] as const)
      expect(contrast(palette[word], palette[ground]), `${word} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  expect(contrast(palette.accent, palette.accentSoft)).toBeGreaterThanOrEqual(4.5);
  for (const word of ['sideText', 'sideTextSoft'] as const)
    expect(contrast(palette[word], palette.side)).toBeGreaterThanOrEqual(4.5);
  // A tag's word on the ground `parts.css` thins from it; a button's word on its accent.
  for (const tone of ['textSoft', 'accent', 'good', 'warn', 'bad'] as const)
    expect(contrast(palette[tone], mixed(palette[tone], palette.surface, 0.09)), tone).toBeGreaterThanOrEqual(4.5);
  for (const ground of ['accent', 'accentHover', 'bad'] as const)
    expect(contrast(palette.onAccent, palette[ground]), ground).toBeGreaterThanOrEqual(4.5);
  const alerts = alertColours(palette);
  for (const ground of ['colorSuccessBg', 'colorWarningBg', 'colorErrorBg', 'colorInfoBg'] as const)
    expect(contrast(palette.text, alerts[ground]), ground).toBeGreaterThanOrEqual(7);
});
test('[C1] the ground of an alert is its tone thinned over the surface', () => {
  expect(mixed('#000000', '#ffffff', 0.1)).toBe('#e6e6e6');
  expect(mixed('#97600a', '#ffffff', 0.08)).toBe('#f7f2eb');
});

test('[C2] every icon the kernel names exists', () => {
  const named = Object.values(kernel.pages).flatMap((page) => ('navigation' in page ? [page.navigation.icon] : []));
  expect(named.length).toBeGreaterThan(8);
  for (const name of named) expect(iconNames).toContain(name);
});

const organisation = (id: string, parentId: string | null, name: string) => ({ id, parentId, name }) as Organisation;

test('[O1] a tree; orphans stand at the top; siblings in Chinese order', () => {
  const tree = treeOf([
    organisation('1', null, '市'),
    organisation('2', '1', '卫健委'),
    organisation('3', '1', '公安局'),
    organisation('4', 'unseen', '学院'),
  ]);
  expect(tree.map(({ title }) => title)).toEqual(['市', '学院']);
  expect(tree[0]?.children.map(({ title }) => title)).toEqual(['公安局', '卫健委']);
});

test('[G1] columns by longest way; a circle ends', () => {
  const nodes = ['a', 'b', 'c', 'd'].map((id) => ({ id, label: id }));
  const column = (places: ReturnType<typeof layoutOf>, id: string) => (places.get(id)?.x ?? -1) / 230;
  const straight = layoutOf(nodes, [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'c' },
    { from: 'a', to: 'c' },
  ]);
  expect(['a', 'b', 'c', 'd'].map((id) => column(straight, id))).toEqual([0, 1, 2, 0]);
  const circle = layoutOf(nodes, [
    { from: 'a', to: 'b' },
    { from: 'b', to: 'a' },
  ]);
  expect(column(circle, 'b')).toBeLessThan(4);
});

test('[S1] only with the permission', () => {
  const session = { permissions: ['asset.read'] } as unknown as Session;
  expect(mayUse(null, 'public')).toBe(true);
  expect(mayUse(null, 'signed-in')).toBe(false);
  expect(mayUse(session, 'signed-in')).toBe(true);
  expect(mayUse(session, 'asset.read')).toBe(true);
  expect(mayUse(session, 'asset.write')).toBe(false);
});

test('[S2] patterns mean permissions', () => {
  const all = ['asset.read', 'asset.write', 'user.read', 'user.write'];
  expect(expandPatterns(['*'], all)).toEqual(all);
  expect(expandPatterns(['asset.*', '*.read'], all)).toEqual(['asset.read', 'asset.write', 'user.read']);
  expect(expandPatterns(['*', '!user.write'], all)).toEqual(['asset.read', 'asset.write', 'user.read']);
  expect(expandPatterns(['asset.reader'], all)).toEqual([]);
});

const job = (status: Job['status'], attempt = 1) => ({ id: '1', status, attempt }) as Job;

test('[J1] a finished job is not undone by an older answer, but by a retry', () => {
  const running = latestOf(new Map(), [job('running')]);
  const done = latestOf(running, [job('succeeded')]);
  expect(done.get('1')?.status).toBe('succeeded');
  expect(latestOf(done, [job('running')]).get('1')?.status).toBe('succeeded');
  expect(latestOf(done, [job('running', 2)]).get('1')?.status).toBe('running');
});

test('[G2] a path turns at the end of each row and comes back below it: neighbours stand beside or below each other', () => {
  const box = { width: 100, height: 50 };
  const places = Array.from({ length: 8 }, (_, index) => windingPlace(index, 3, box));
  expect(places.map(({ at }) => [at.x, at.y])).toEqual([
    [0, 0],
    [100, 0],
    [200, 0],
    [200, 50],
    [100, 50],
    [0, 50],
    [0, 100],
    [100, 100],
  ]);
  expect(places.map(({ enter, leave }) => `${enter}>${leave}`)).toEqual([
    'left>right',
    'left>right',
    'left>bottom',
    'top>left',
    'right>left',
    'right>bottom',
    'top>right',
    'left>right',
  ]);
});
