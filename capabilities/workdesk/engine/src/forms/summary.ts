/**
 * What many replies to one form say together: how often each choice was taken, the range of numbers, how many files came. And the table
 * of all replies as CSV.
 * @module
 */
import { tableOf } from './answers.ts';
import { type Answers, type Form, isAnswered, type Question, visible } from './form.ts';

export interface Tally {
  readonly label: string;
  readonly count: number;
}
export interface QuestionSummary {
  readonly id: string;
  readonly title: string;
  readonly kind: Question['kind'];
  /** Replies in which the question was shown, and in which it was answered. */
  readonly shown: number;
  readonly answered: number;
  readonly tallies: readonly Tally[];
  readonly numbers: {
    readonly sum: number;
    readonly mean: number;
    readonly least: number;
    readonly most: number;
  } | null;
}

export function summaryOf(
  form: Form,
  replies: readonly { readonly answers: Answers }[],
  words: { readonly yes: string; readonly no: string },
): readonly QuestionSummary[] {
  const shown = replies.map(({ answers }) => ({
    answers,
    ids: new Set(visible(form, answers).flatMap(({ questions }) => questions.map(({ id }) => id))),
  }));
  return form.sections.flatMap(({ questions }) =>
    questions.map((question) => {
      const given = shown.filter(({ ids }) => ids.has(question.id)).map(({ answers }) => answers[question.id]);
      const answered = given.filter(isAnswered);
      const numbers = question.kind === 'number' ? answered.map(Number) : [];
      const sum = numbers.reduce((total, each) => total + each, 0);
      return {
        id: question.id,
        title: question.title,
        kind: question.kind,
        shown: given.length,
        answered: answered.length,
        tallies: talliesOf(question, answered, words),
        numbers:
          numbers.length > 0
            ? { sum, mean: sum / numbers.length, least: Math.min(...numbers), most: Math.max(...numbers) }
            : null,
      };
    }),
  );
}

function talliesOf(
  question: Question,
  answered: readonly unknown[],
  words: { readonly yes: string; readonly no: string },
): readonly Tally[] {
  if (question.kind === 'yes-no')
    return [true, false].map((value) => ({
      label: value ? words.yes : words.no,
      count: answered.filter((each) => each === value).length,
    }));
  return (question.options ?? []).map(({ value, label }) => ({
    label,
    count: answered.filter((each) => (Array.isArray(each) ? each.includes(value) : each === value)).length,
  }));
}

/** Characters with which spreadsheet programs begin a formula (CWE-1236), also in full width. */
const formula = /^\s*[=+\-@＝＋－＠|%]/u;
function cell(text: string): string {
  const plain = /^[+-]?\d+(?:\.\d+)?$/.test(text);
  const safe = !plain && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** RFC 4180 with a byte-order mark, without which Excel and WPS take Chinese for another code page. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}

/** All replies as the rows of a table: who, the score where the form has points, then the answers. */
export function replyRows(
  form: Form,
  replies: readonly { readonly who: string; readonly answers: Answers; readonly more?: readonly string[] }[],
  words: {
    readonly yes: string;
    readonly no: string;
    readonly who: string;
    readonly score: string;
    readonly more?: readonly string[];
  },
): { readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] } {
  const table = tableOf(form, replies, words);
  const scored = table.rows.some(({ percent }) => percent !== null);
  return {
    header: [
      words.who,
      ...(words.more ?? []),
      ...(scored ? [words.score] : []),
      ...table.columns.map(({ title }) => title),
    ],
    rows: table.rows.map(({ who, percent, cells }, index) => [
      who,
      ...(replies[index]?.more ?? []),
      ...(scored ? [percent === null ? '' : String(percent)] : []),
      ...cells,
    ]),
  };
}
