/**
 * The arithmetic of a trend: round ticks, which days are named, where a point stands. Pure.
 * @module
 */

/** From zero to at least `most` in three to five steps of 1, 2 or 5 times a power of ten; whole numbers only. */
export function ticksTo(most: number): readonly number[] {
  const rough = Math.max(1, most) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power);
  return Array.from({ length: Math.ceil(Math.max(1, most) / step) + 1 }, (_, index) => index * step);
}

/** The places that get a name when each name needs `room` of the `width`; evenly spaced, the first one always. */
export function namedPlaces(count: number, width: number, room: number): readonly number[] {
  const step = Math.max(1, Math.ceil((count * room) / Math.max(1, width)));
  return Array.from({ length: Math.ceil(count / step) }, (_, index) => index * step);
}

/** Points of a line in a box, left to right, zero at the bottom. */
export function pointsOf(
  values: readonly number[],
  { width, height, most }: { readonly width: number; readonly height: number; readonly most: number },
): readonly (readonly [x: number, y: number])[] {
  const gap = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map(
    (value, index) => [round(index * gap), round(height - (value / Math.max(1, most)) * height)] as const,
  );
}
const round = (value: number) => Math.round(value * 10) / 10;
