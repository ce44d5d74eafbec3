/**
 * The one set of colours and sizes. CSS custom properties and Ant Design's tokens are both made from it, for light and dark.
 * @module
 */
import type { Density } from '../app/preferences.ts';

export interface Palette {
  readonly accent: string;
  readonly accentSoft: string;
  /** Text on a ground of solid `accent`. */
  readonly onAccent: string;
  readonly accentHover: string;
  readonly page: string;
  readonly surface: string;
  readonly raised: string;
  readonly sunken: string;
  readonly border: string;
  readonly borderStrong: string;
  readonly text: string;
  readonly textSoft: string;
  readonly textFaint: string;
  readonly side: string;
  readonly sideText: string;
  readonly sideTextSoft: string;
  readonly sideActive: string;
  readonly critical: string;
  readonly high: string;
  readonly medium: string;
  readonly low: string;
  readonly info: string;
  readonly good: string;
  readonly warn: string;
  readonly bad: string;
}

/** Every text colour reaches a contrast of 4.5 on its ground; severity words are read on `surface`. */
export const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    accent: '#1a56db',
    accentSoft: '#e8effd',
    onAccent: '#ffffff',
    accentHover: '#1749b8',
    page: '#f4f6f9',
    surface: '#ffffff',
    raised: '#ffffff',
    sunken: '#f7f8fa',
    border: '#e3e7ed',
    borderStrong: '#cbd2dc',
    text: '#18202b',
    textSoft: '#4d596a',
    textFaint: '#5f6a7a',
    side: '#101c30',
    sideText: '#dfe6f1',
    sideTextSoft: '#8fa0ba',
    sideActive: '#1f4fb8',
    critical: '#a50e35',
    high: '#c2380c',
    medium: '#97600a',
    low: '#1d63c4',
    info: '#566374',
    good: '#157347',
    warn: '#97600a',
    bad: '#c0182f',
  },
  dark: {
    accent: '#5b93ff',
    accentSoft: '#17284a',
    onAccent: '#0c1119',
    accentHover: '#7fabff',
    page: '#0c1119',
    surface: '#131a25',
    raised: '#1a2331',
    sunken: '#0f1620',
    border: '#26303f',
    borderStrong: '#3a4759',
    text: '#e6ebf3',
    textSoft: '#a9b5c6',
    textFaint: '#8592a6',
    side: '#0a0f17',
    sideText: '#dfe6f1',
    sideTextSoft: '#8292ab',
    sideActive: '#1d3f86',
    critical: '#ff6b8b',
    high: '#ff8f5c',
    medium: '#f0b445',
    low: '#6fa8ff',
    info: '#9aa8bb',
    good: '#4cc38a',
    warn: '#f0b445',
    bad: '#ff6b7d',
  },
};

/** Row heights in px. */
/** `share` of one colour over another, both `#rrggbb`. */
export function mixed(colour: string, ground: string, share: number): string {
  const part = (from: string, at: number) => Number.parseInt(from.slice(at, at + 2), 16);
  return `#${[1, 3, 5]
    .map((at) => Math.round(part(colour, at) * share + part(ground, at) * (1 - share)))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`;
}
/** Grounds and edges of alerts: a tone thinned over the surface. The library's own derivation makes a mud of tones this dark. */
export function alertColours(palette: Palette) {
  const ground = (tone: string) => mixed(tone, palette.surface, 0.08);
  const edge = (tone: string) => mixed(tone, palette.surface, 0.35);
  return {
    colorSuccessBg: ground(palette.good),
    colorSuccessBorder: edge(palette.good),
    colorWarningBg: ground(palette.warn),
    colorWarningBorder: edge(palette.warn),
    colorErrorBg: ground(palette.bad),
    colorErrorBorder: edge(palette.bad),
    colorInfoBg: ground(palette.accent),
    colorInfoBorder: edge(palette.accent),
  } as const;
}

export const rowHeights: Readonly<Record<Density, number>> = { compact: 28, medium: 34, relaxed: 42 };

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** `--hd-accent: …` for both modes, as the text of a style sheet. */
export function tokenSheet(): string {
  const block = (palette: Palette) =>
    Object.entries(palette)
      .map(([name, value]) => `--hd-${dashed(name)}:${value}`)
      .join(';');
  return `:root{${block(palettes.light)};color-scheme:light}:root[data-theme=dark]{${block(palettes.dark)};color-scheme:dark}`;
}
