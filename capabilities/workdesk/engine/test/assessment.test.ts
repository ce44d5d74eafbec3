import { checkScheme, type Indicator, pointsAt, rankUnits, scoreUnit } from '@hedun/workdesk';
import { expect, test } from 'vitest';

const indicators: readonly Indicator[] = [
  {
    id: 'fix',
    title: '按期整改率',
    metric: 'fixed-in-time',
    weight: 60,
    withoutData: 'full',
    curve: [
      { value: 50, points: 0 },
      { value: 100, points: 100 },
    ],
  },
  {
    id: 'sign',
    title: '签收时效',
    metric: 'sign-days',
    weight: 30,
    withoutData: 'leave-out',
    curve: [
      { value: 1, points: 100 },
      { value: 3, points: 60 },
      { value: 6, points: 0 },
    ],
  },
  {
    id: 'learn',
    title: '培训完成率',
    metric: 'trained',
    weight: 10,
    withoutData: 'leave-out',
    curve: [
      { value: 0, points: 0 },
      { value: 100, points: 100 },
    ],
  },
];
const record = { kind: 'notice', id: 'n1', title: '通报', value: 4.5 };

test.each([
  [0, 100],
  [1, 100],
  [2, 80],
  [3, 60],
  [4.5, 30],
  [6, 0],
  [60, 0],
])('[A1] between the points of a curve the line is straight, outside it is level: %f is worth %f', (value, points) => {
  expect(pointsAt(indicators[1]?.curve ?? [], value)).toBeCloseTo(points, 10);
});
test('[A2] the total is the weighted sum, and every line says what it counts and from which records', () => {
  const { total, lines } = scoreUnit(indicators, {
    'fixed-in-time': { value: 75, records: [] },
    'sign-days': { value: 4.5, records: [record] },
    trained: { value: 100, records: [] },
  });
  expect(total).toBe(49);
  expect(lines.map(({ points, counted }) => [points, counted])).toEqual([
    [50, 30],
    [30, 9],
    [100, 10],
  ]);
  expect(lines[1]?.records).toEqual([record]);
  expect(lines.reduce((sum, { counted }) => sum + counted, 0)).toBe(total);
});
test('[A3] an indicator without data gives full points or leaves its weight to the others', () => {
  const { total, lines } = scoreUnit(indicators, { 'sign-days': { value: 3, records: [] } });
  expect(lines.map(({ share, points }) => [Math.round(share * 100) / 100, points])).toEqual([
    [66.67, 100],
    [33.33, 60],
    [0, null],
  ]);
  expect(total).toBe(86.7);
  expect(scoreUnit([indicators[1] as Indicator], {}).total).toBeNull();
});
test('[A4] ties share the better place; a unit that could not be measured has none', () => {
  const places = rankUnits([{ total: 90 }, { total: 95 }, { total: null }, { total: 90 }, { total: 10 }]);
  expect(places.map(({ place }) => place)).toEqual([2, 1, null, 2, 4]);
});
test('[A5] a scheme is refused with every place that is wrong', () => {
  expect(checkScheme(indicators, ['fixed-in-time', 'sign-days', 'trained'])).toEqual([]);
  const wrong = [
    { ...(indicators[0] as Indicator), metric: 'beauty', weight: 0 },
    {
      ...(indicators[1] as Indicator),
      id: 'fix',
      curve: [
        { value: 2, points: 101 },
        { value: 1, points: 0 },
      ],
    },
    { ...(indicators[2] as Indicator), curve: [] },
  ];
  expect(checkScheme(wrong, ['sign-days', 'trained']).map(({ where }) => where)).toEqual([
    'indicators.weight',
    'indicators.0.metric',
    'indicators.0.weight',
    'indicators.1.id',
    'indicators.1.curve.0.points',
    'indicators.1.curve.1.value',
    'indicators.2.curve',
  ]);
});
