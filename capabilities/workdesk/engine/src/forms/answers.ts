/**
 * What a filled-in form is worth: what is missing or wrong in it, its score line by line, and many of them as one table.
 * @module
 */
import { daysInMonth } from '@hedun/workdays';
import { type Answer, type Answers, type Form, isAnswered, type Question, visible } from './form.ts';

export interface AnswerProblem {
  readonly question: string;
  readonly kind:
    | 'required'
    | 'not-an-option'
    | 'not-a-number'
    | 'out-of-range'
    | 'not-a-date'
    | 'too-long'
    | 'wrong-kind';
  readonly expected: string;
  readonly got: string;
}

const textLimit = 10_000;

/** What is wrong with the answers to the questions that are shown; unanswered required ones only when it is final. */
export function checkAnswers(form: Form, answers: Answers, final: boolean): readonly AnswerProblem[] {
  return visible(form, answers).flatMap(({ questions }) =>
    questions.flatMap((question) => {
      const answer = answers[question.id];
      if (!isAnswered(answer))
        return final && question.required
          ? [{ question: question.id, kind: 'required' as const, expected: question.title, got: '' }]
          : [];
      return checkAnswer(question, answer);
    }),
  );
}

function checkAnswer(question: Question, answer: Exclude<Answer, null>): readonly AnswerProblem[] {
  const wrong = (kind: AnswerProblem['kind'], expected: string): readonly AnswerProblem[] => [
    { question: question.id, kind, expected, got: String(answer).slice(0, 80) },
  ];
  const range = `${question.minimum ?? '−∞'} – ${question.maximum ?? '∞'}`;
  switch (question.kind) {
    case 'number':
      if (typeof answer !== 'number' || !Number.isFinite(answer)) return wrong('not-a-number', range);
      return answer < (question.minimum ?? -Infinity) || answer > (question.maximum ?? Infinity)
        ? wrong('out-of-range', range)
        : [];
    case 'date':
      return typeof answer === 'string' && isDay(answer) ? [] : wrong('not-a-date', 'YYYY-MM-DD');
    case 'yes-no':
      return typeof answer === 'boolean' ? [] : wrong('wrong-kind', 'true | false');
    case 'single':
    case 'multiple': {
      const values = (question.options ?? []).map(({ value }) => value);
      const chosen =
        question.kind === 'single'
          ? typeof answer === 'string'
            ? [answer]
            : null
          : Array.isArray(answer)
            ? answer
            : null;
      if (chosen === null) return wrong('wrong-kind', question.kind === 'single' ? 'one value' : 'a list of values');
      return chosen.every((each) => values.includes(each)) ? [] : wrong('not-an-option', values.join(', '));
    }
    case 'file':
      return Array.isArray(answer) ? [] : wrong('wrong-kind', 'a list of files');
    default:
      if (typeof answer !== 'string') return wrong('wrong-kind', 'text');
      return answer.length > textLimit ? wrong('too-long', `at most ${textLimit} letters`) : [];
  }
}

function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || month < 1 || month > 12) return false;
  return day >= 1 && day <= daysInMonth(year, month);
}

export interface ScoreLine {
  readonly question: string;
  readonly title: string;
  readonly score: number;
  readonly most: number;
}
export interface Score {
  readonly score: number;
  readonly most: number;
  /** 0 to 100; null where nothing shown carries points. */
  readonly percent: number | null;
  readonly lines: readonly ScoreLine[];
}

/** Points of the questions that are shown and carry some. A hidden question neither gives nor costs points. */
export function scoreAnswers(form: Form, answers: Answers): Score {
  const lines = visible(form, answers).flatMap(({ questions }) =>
    questions.flatMap((question) => {
      const most = mostOf(question);
      return most > 0
        ? [{ question: question.id, title: question.title, score: pointsOf(question, answers[question.id]), most }]
        : [];
    }),
  );
  const score = lines.reduce((sum, line) => sum + line.score, 0);
  const most = lines.reduce((sum, line) => sum + line.most, 0);
  return { score, most, percent: most > 0 ? Math.round((score / most) * 1000) / 10 : null, lines };
}

const hasCorrect = (question: Question) => question.options?.some(({ correct }) => correct) ?? false;

function mostOf(question: Question): number {
  if (question.kind === 'yes-no' || hasCorrect(question)) return question.score ?? 0;
  const scores = (question.options ?? []).map(({ score }) => score ?? 0);
  if (question.kind === 'single') return Math.max(0, ...scores);
  return question.kind === 'multiple' ? scores.reduce((sum, each) => sum + each, 0) : 0;
}

function pointsOf(question: Question, answer: Answer | undefined): number {
  if (!isAnswered(answer)) return 0;
  if (question.kind === 'yes-no') return answer === true ? (question.score ?? 0) : 0;
  const chosen = new Set(Array.isArray(answer) ? answer : [String(answer)]);
  const options = question.options ?? [];
  if (hasCorrect(question))
    return options.every(({ value, correct = false }) => chosen.has(value) === correct) ? (question.score ?? 0) : 0;
  return options.reduce((sum, { value, score = 0 }) => sum + (chosen.has(value) ? score : 0), 0);
}

export interface Reply {
  readonly who: string;
  readonly answers: Answers;
}
export interface ReplyTable {
  readonly columns: readonly { readonly id: string; readonly title: string }[];
  readonly rows: readonly {
    readonly who: string;
    readonly cells: readonly string[];
    readonly percent: number | null;
  }[];
}

/** All replies side by side; choices in the words of their options, what was hidden from one stays empty. */
export function tableOf(
  form: Form,
  replies: readonly Reply[],
  words: { readonly yes: string; readonly no: string },
): ReplyTable {
  const questions = form.sections.flatMap((section) => section.questions);
  return {
    columns: questions.map(({ id, title }) => ({ id, title })),
    rows: replies.map(({ who, answers }) => {
      const shown = new Set(visible(form, answers).flatMap((section) => section.questions.map(({ id }) => id)));
      return {
        who,
        cells: questions.map((question) =>
          shown.has(question.id) ? inWords(question, answers[question.id], words) : '',
        ),
        percent: scoreAnswers(form, answers).percent,
      };
    }),
  };
}

export function inWords(
  question: Question,
  answer: Answer | undefined,
  words: { readonly yes: string; readonly no: string },
): string {
  if (!isAnswered(answer)) return '';
  if (typeof answer === 'boolean') return answer ? words.yes : words.no;
  const labels = new Map((question.options ?? []).map(({ value, label }) => [value, label]));
  return (Array.isArray(answer) ? answer : [String(answer)]).map((each) => labels.get(each) ?? each).join('、');
}
