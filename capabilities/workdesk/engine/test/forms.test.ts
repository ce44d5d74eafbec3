import {
  type Answers,
  checkAnswers,
  checkForm,
  type Form,
  inWords,
  scoreAnswers,
  tableOf,
  visible,
} from '@hedun/workdesk';
import { expect, test } from 'vitest';

const form: Form = {
  sections: [
    {
      id: 'base',
      title: '基本情况',
      questions: [
        { id: 'system', kind: 'yes-no', title: '是否有三级系统', required: true, score: 10 },
        {
          id: 'count',
          kind: 'number',
          title: '三级系统数量',
          required: true,
          minimum: 1,
          maximum: 99,
          showIf: { question: 'system', is: 'one-of', values: ['yes'] },
        },
        {
          id: 'backup',
          kind: 'multiple',
          title: '备份方式',
          required: false,
          options: [
            { value: 'local', label: '本地', score: 2 },
            { value: 'remote', label: '异地', score: 8 },
          ],
        },
      ],
    },
    {
      id: 'many',
      title: '多系统单位',
      showIf: { question: 'count', is: 'at-least', value: 5 },
      questions: [
        {
          id: 'officer',
          kind: 'single',
          title: '专职人员',
          required: true,
          options: [
            { value: 'full', label: '专职', score: 10 },
            { value: 'part', label: '兼职', score: 4 },
          ],
        },
        { id: 'since', kind: 'date', title: '设立时间', required: false },
        {
          id: 'proof',
          kind: 'file',
          title: '任命文件',
          required: true,
          showIf: { question: 'officer', is: 'answered' },
        },
      ],
    },
  ],
};
const shown = (answers: Answers) => visible(form, answers).flatMap(({ questions }) => questions.map(({ id }) => id));

test.each<[Answers, string[]]>([
  [{}, ['system', 'backup']],
  [{ system: false, count: 50, officer: 'full' }, ['system', 'backup']],
  [{ system: true, count: 4 }, ['system', 'count', 'backup']],
  [{ system: true, count: 5 }, ['system', 'count', 'backup', 'officer', 'since']],
  [{ system: true, count: 5, officer: 'part' }, ['system', 'count', 'backup', 'officer', 'since', 'proof']],
])('[F1] %j shows %j: what is hidden fulfils no condition', (answers, expected) => {
  expect(shown(answers)).toEqual(expected);
});
test.each<[Answers, boolean, string[]]>([
  [{}, false, []],
  [{}, true, ['system required']],
  [{ system: 'yes' }, false, ['system wrong-kind']],
  [{ system: true, count: 0 }, true, ['count out-of-range']],
  [{ system: true, count: Number.NaN }, true, ['count not-a-number']],
  [{ system: false, backup: ['tape'] }, true, ['backup not-an-option']],
  [{ system: false, backup: 'local' }, true, ['backup wrong-kind']],
  [{ system: true, count: 5, officer: 'full', since: '2026-02-30', proof: ['f'] }, true, ['since not-a-date']],
  [{ system: true, count: 5, officer: 'full' }, true, ['proof required']],
  [{ system: false, officer: 'nonsense' }, true, []],
])('[F2] the answers %j (final: %s) have the problems %j', (answers, final, expected) => {
  expect(checkAnswers(form, answers, final).map(({ question, kind }) => `${question} ${kind}`)).toEqual(expected);
});
test('[F3] points are those of the questions that are shown', () => {
  expect(scoreAnswers(form, { system: false, backup: ['remote'] })).toEqual({
    score: 8,
    most: 20,
    percent: 40,
    lines: [
      { question: 'system', title: '是否有三级系统', score: 0, most: 10 },
      { question: 'backup', title: '备份方式', score: 8, most: 10 },
    ],
  });
  expect(scoreAnswers(form, { system: true, count: 5, officer: 'part', backup: ['local', 'remote'] }).percent).toBe(80);
  expect(scoreAnswers({ sections: [] }, {}).percent).toBeNull();
});
test.each<[readonly string[], number]>([
  [['a', 'c'], 5],
  [['a'], 0],
  [['a', 'b', 'c'], 0],
  [[], 0],
])('[F4] of a question with correct options %j gives %i points: all of them and no other', (answer, points) => {
  const quiz: Form = {
    sections: [
      {
        id: 's',
        title: 's',
        questions: [
          {
            id: 'q',
            kind: 'multiple',
            title: 'q',
            required: true,
            score: 5,
            options: [
              { value: 'a', label: 'A', correct: true },
              { value: 'b', label: 'B' },
              { value: 'c', label: 'C', correct: true },
            ],
          },
        ],
      },
    ],
  };
  expect(scoreAnswers(quiz, { q: answer })).toMatchObject({ score: points, most: 5 });
});
test('[F5] a form is refused with every place that is wrong', () => {
  const wrong: Form = {
    sections: [
      {
        id: 'a',
        title: 'a',
        showIf: { question: 'later', is: 'answered' },
        questions: [
          { id: 'x', kind: 'single', title: 'x', required: true, options: [{ value: '1', label: '1', score: -1 }] },
          { id: 'x', kind: 'number', title: 'x', required: true, minimum: 5, maximum: 1 },
          { id: 'y', kind: 'text', title: 'y', required: true, showIf: { question: 'y', is: 'answered' } },
          { id: 'z', kind: 'text', title: 'z', required: true, showIf: { question: 'x', is: 'one-of', values: ['9'] } },
        ],
      },
      { id: 'a', title: 'b', questions: [] },
    ],
  };
  expect(checkForm(wrong).map(({ where }) => where)).toEqual([
    'sections.0.showIf.question',
    'sections.0.questions.0.options',
    'sections.0.questions.0.score',
    'sections.0.questions.1.id',
    'sections.0.questions.1.maximum',
    'sections.0.questions.2.showIf.question',
    'sections.1.id',
    'sections.1.questions',
  ]);
  expect(checkForm({ sections: [] }).map(({ where }) => where)).toEqual(['sections']);
  expect(checkForm(form)).toEqual([]);
});
test('[F6] replies stand side by side in the words of the form; hidden answers stay empty', () => {
  const words = { yes: '是', no: '否' };
  const table = tableOf(
    form,
    [
      { who: '甲', answers: { system: false, count: 7, backup: ['local', 'remote'] } },
      { who: '乙', answers: { system: true, count: 7, officer: 'full' } },
    ],
    words,
  );
  expect(table.columns.map(({ title }) => title)).toEqual([
    '是否有三级系统',
    '三级系统数量',
    '备份方式',
    '专职人员',
    '设立时间',
    '任命文件',
  ]);
  expect(table.rows.map(({ cells }) => cells)).toEqual([
    ['否', '', '本地、异地', '', '', ''],
    ['是', '7', '', '专职', '', ''],
  ]);
  expect(inWords({ id: 'n', kind: 'number', title: 'n', required: false }, null, words)).toBe('');
});
