/**
 * Forms as data: sections of questions, conditions that show a question, scores. The same form is a self-check that a unit fills in and
 * the quiz of a course. It knows no storage and draws nothing.
 * @module
 */

export type Answer = string | number | boolean | readonly string[] | null;
export type Answers = Readonly<Record<string, Answer | undefined>>;

export const questionKinds = ['text', 'paragraph', 'number', 'date', 'yes-no', 'single', 'multiple', 'file'] as const;
export type QuestionKind = (typeof questionKinds)[number];

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Points for choosing it; where options are `correct` or not, the question's own score counts instead. */
  readonly score?: number | undefined;
  readonly correct?: boolean | undefined;
}
/** Refers to a question further up; one that is hidden or not answered fulfils no condition. */
export type Condition =
  | { readonly question: string; readonly is: 'one-of'; readonly values: readonly string[] }
  | { readonly question: string; readonly is: 'at-least' | 'at-most'; readonly value: number }
  | { readonly question: string; readonly is: 'answered' };

export interface Question {
  readonly id: string;
  readonly kind: QuestionKind;
  readonly title: string;
  readonly help?: string | undefined;
  readonly required: boolean;
  readonly options?: readonly Option[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly showIf?: Condition | undefined;
  /** Points of the whole question: for `yes`, or for exactly the correct options. */
  readonly score?: number | undefined;
}
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly showIf?: Condition | undefined;
  readonly questions: readonly Question[];
}
export interface Form {
  readonly sections: readonly Section[];
}

export interface FormProblem {
  /** `sections.2.questions.0.options`. */
  readonly where: string;
  readonly expected: string;
  readonly got: string;
}

const withOptions = (kind: QuestionKind) => kind === 'single' || kind === 'multiple';

/** What keeps a form from being used: names twice, conditions on later or unknown questions, choices without options, scores below zero. */
export function checkForm(form: Form): readonly FormProblem[] {
  const problems: FormProblem[] = [];
  const say = (where: string, expected: string, got: string) => void problems.push({ where, expected, got });
  const sections = new Set<string>();
  const above = new Map<string, Question>();
  if (form.sections.length === 0) say('sections', 'at least one', 'none');
  for (const [index, section] of form.sections.entries()) {
    const place = `sections.${index}`;
    if (sections.has(section.id)) say(`${place}.id`, 'a name of its own', section.id);
    sections.add(section.id);
    if (section.questions.length === 0) say(`${place}.questions`, 'at least one', 'none');
    checkCondition(section.showIf, `${place}.showIf`, above, say);
    for (const [row, question] of section.questions.entries()) {
      const where = `${place}.questions.${row}`;
      if (above.has(question.id)) say(`${where}.id`, 'a name of its own', question.id);
      checkCondition(question.showIf, `${where}.showIf`, above, say);
      checkQuestion(question, where, say);
      above.set(question.id, question);
    }
  }
  return problems;
}

type Say = (where: string, expected: string, got: string) => void;

function checkQuestion(question: Question, where: string, say: Say): void {
  const options = question.options ?? [];
  if (withOptions(question.kind) && options.length < 2) say(`${where}.options`, 'at least two', String(options.length));
  if (new Set(options.map(({ value }) => value)).size < options.length)
    say(`${where}.options`, 'each value once', options.map(({ value }) => value).join(', '));
  const scores = [question.score, ...options.map(({ score }) => score)].filter((each) => each !== undefined);
  for (const score of scores) if (!(score >= 0)) say(`${where}.score`, '>= 0', String(score));
  if (question.minimum !== undefined && question.maximum !== undefined && question.minimum > question.maximum)
    say(`${where}.maximum`, `>= ${question.minimum}`, String(question.maximum));
  if (options.some(({ correct }) => correct) && question.score === undefined)
    say(`${where}.score`, 'the points of a question with correct options', 'none');
}

function checkCondition(
  condition: Condition | undefined,
  where: string,
  above: ReadonlyMap<string, Question>,
  say: Say,
): void {
  if (!condition) return;
  const question = above.get(condition.question);
  if (!question) {
    say(`${where}.question`, 'a question further up', condition.question);
    return;
  }
  if (condition.is === 'one-of') {
    const known =
      question.kind === 'yes-no'
        ? ['yes', 'no']
        : withOptions(question.kind)
          ? question.options?.map(({ value }) => value)
          : null;
    const strange = known && condition.values.find((value) => !known.includes(value));
    if (strange !== undefined && strange !== null) say(`${where}.values`, (known ?? []).join(', '), strange);
    if (condition.values.length === 0) say(`${where}.values`, 'at least one', 'none');
  } else if (condition.is !== 'answered' && question.kind !== 'number')
    say(`${where}.question`, 'a number', `${condition.question} (${question.kind})`);
}

export const isAnswered = (answer: Answer | undefined): answer is Exclude<Answer, null> =>
  answer !== undefined && answer !== null && answer !== '' && !(Array.isArray(answer) && answer.length === 0);

const asWords = (answer: Exclude<Answer, null>): readonly string[] =>
  typeof answer === 'boolean' ? [answer ? 'yes' : 'no'] : Array.isArray(answer) ? answer : [String(answer)];

function holds(condition: Condition | undefined, shown: ReadonlyMap<string, Answer | undefined>): boolean {
  if (!condition) return true;
  const answer = shown.get(condition.question);
  if (!isAnswered(answer)) return false;
  switch (condition.is) {
    case 'answered':
      return true;
    case 'one-of':
      return asWords(answer).some((word) => condition.values.includes(word));
    case 'at-least':
      return Number(answer) >= condition.value;
    case 'at-most':
      return Number(answer) <= condition.value;
  }
}

/** The sections and questions these answers show. Answers to what is hidden count for nothing. */
export function visible(form: Form, answers: Answers): readonly Section[] {
  const shown = new Map<string, Answer | undefined>();
  return form.sections.flatMap((section) => {
    if (!holds(section.showIf, shown)) return [];
    const questions = section.questions.filter((question) => {
      if (!holds(question.showIf, shown)) return false;
      shown.set(question.id, answers[question.id]);
      return true;
    });
    return questions.length > 0 ? [{ ...section, questions }] : [];
  });
}
