import { Failure } from '@hedun/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let course: string;
beforeAll(async () => {
  stage = await openStage();
  course = (
    await stage.run<{ id: string }>('saveCourse', {
      title: '弱口令的危害与防范',
      body: '# 为什么\n弱口令是最常见的入口。',
      quiz,
      passPercent: 60,
      attempts: 2,
      validMonths: 12,
      published: true,
    })
  ).id;
});
afterAll(() => stage.kernel.close());

const quiz = {
  sections: [
    {
      id: 'quiz',
      title: '测验',
      questions: [
        {
          id: 'q1',
          kind: 'single',
          title: '口令至少多少位',
          required: true,
          score: 50,
          options: [
            { value: 'a', label: '6 位' },
            { value: 'b', label: '12 位', correct: true },
          ],
        },
        {
          id: 'q2',
          kind: 'multiple',
          title: '哪些做法正确',
          required: true,
          score: 50,
          options: [
            { value: 'a', label: '一处一密', correct: true },
            { value: 'b', label: '启用双因素', correct: true },
            { value: 'c', label: '写在便签上' },
          ],
        },
      ],
    },
  ],
};
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'done',
    (error) => (error instanceof Failure ? error.code : String(error)),
  );
interface Mine {
  readonly items: readonly {
    readonly id: string;
    readonly status: string;
    readonly dueOn: string;
    readonly courseTitle: string;
  }[];
}
const mine = async (who: Stage['contact']) => (await stage.run<Mine>('myTraining', {}, who)).items;

test('[T1] a published article is read by every unit, a draft only by the office', async () => {
  const save = (published: boolean, title: string) =>
    stage.run<{ id: string }>('saveArticle', { title, category: 'guide', body: '正文', published });
  const [open, draft] = [await save(true, '口令加固指南'), await save(false, '草稿')];
  const titles = async (who: Stage['contact']) =>
    (await stage.run<{ items: { title: string }[] }>('listArticles', {}, who)).items.map(({ title }) => title).sort();
  expect(await titles(stage.other)).toEqual(['口令加固指南']);
  expect(await titles(stage.office)).toEqual(['口令加固指南', '草稿']);
  expect(await codeOf(stage.run('getArticle', { id: draft.id }, stage.other))).toBe('workdesk.unknown');
  expect(await codeOf(stage.run('getArticle', { id: open.id }, stage.other))).toBe('done');
  expect(await codeOf(stage.run('saveArticle', { id: open.id, title: 'x', published: true }, stage.contact))).toBe(
    'access.denied',
  );
});
test('[T2] an attachment comes to the own unit of whoever takes it, byte for byte', async () => {
  const { run, upload, other, history } = stage;
  const evidence = await upload('加固清单.txt', '一、修改默认口令');
  const { id } = await run<{ id: string }>('saveArticle', {
    title: '附件文章',
    published: true,
    attachmentIds: [evidence],
  });
  const taken = await run<{ id: string; name: string }>('takeAttachment', { id, position: 0 }, other);
  expect(taken.name).toBe('加固清单.txt');
  type Kept = { readonly evidence: { readonly organisationId: string; readonly sha256: string } };
  const { evidence: kept } = await run<Kept>('kernel.getEvidence', { id: taken.id }, other);
  const { evidence: original } = await run<Kept>('kernel.getEvidence', { id: evidence });
  expect([kept.organisationId, kept.sha256]).toEqual([history, original.sha256]);
  // Saved again without naming attachments they stay.
  const again = await run<{ attachments: unknown[] }>('saveArticle', { id, title: '附件文章', published: true });
  expect(again.attachments).toHaveLength(1);
  expect(await codeOf(run('takeAttachment', { id, position: 5 }, other))).toBe('workdesk.unknown');
});
test('[T3] a course without usable questions or without points is refused with the places', async () => {
  const broken = {
    sections: [{ id: 's', title: 's', questions: [{ ...quiz.sections[0]?.questions[0], options: [] }] }],
  };
  const failure = await stage
    .run('saveCourse', { title: 'x', quiz: broken, published: false })
    .catch((error: unknown) => error as Failure);
  expect(failure).toMatchObject({ code: 'workdesk.form_wrong' });
  expect((failure as Failure).issues?.map(({ where }) => where)).toEqual(['quiz.sections.0.questions.0.options']);
  expect(await codeOf(stage.run('saveCourse', { title: 'x', quiz: { sections: [] }, published: false }))).toBe(
    'workdesk.form_wrong',
  );
});
test('[T4] a course goes to the people of a unit by role, once, and they are told', async () => {
  const { run, computing, contact, leader, other } = stage;
  const assign = (audience: string) =>
    run<{ assigned: number; already: number }>('assignCourse', { id: course, organisationIds: [computing], audience });
  expect(await assign('contacts')).toEqual({ assigned: 1, already: 0 });
  expect(await assign('both')).toEqual({ assigned: 1, already: 1 });
  expect((await mine(contact)).map(({ courseTitle, status }) => [courseTitle, status])).toEqual([
    ['弱口令的危害与防范', 'assigned'],
  ]);
  expect(await mine(leader)).toHaveLength(1);
  expect(await mine(other)).toEqual([]);
  const { items } = await run<{ items: { title: string }[] }>('kernel.listNotices', {}, contact);
  expect(items.map(({ title }) => title)).toContain('请完成培训：弱口令的危害与防范');
  expect(await codeOf(run('assignCourse', { id: course, organisationIds: [] }))).toBe('input.invalid');
});
test('[T5] a learner sees no key, learns, fails, passes and gets a numbered certificate', async () => {
  const { run, contact, other } = stage;
  const [lesson] = await mine(contact);
  const id = lesson?.id ?? '';
  const opened = await run<{ course: unknown; attemptsLeft: number }>('openLesson', { id }, contact);
  expect(JSON.stringify(opened)).not.toMatch(/correct|score/);
  expect(opened.attemptsLeft).toBe(2);
  expect(await codeOf(run('openLesson', { id }, other))).toBe('workdesk.unknown');
  expect(await codeOf(run('submitQuiz', { id, answers: { q1: 'b' } }, contact))).toBe('workdesk.answers_wrong');
  expect(await run('submitQuiz', { id, answers: { q1: 'b', q2: ['a', 'b', 'c'] } }, contact)).toMatchObject({
    percent: 50,
    passed: false,
    attemptsLeft: 1,
    certificate: null,
  });
  expect(await codeOf(run('makeCertificate', { id }, contact))).toBe('workdesk.not_passed');
  expect(await run('submitQuiz', { id, answers: { q1: 'b', q2: ['b', 'a'] } }, contact)).toMatchObject({
    percent: 100,
    passed: true,
    certificate: '培训证〔2026〕0001号',
  });
  expect(await codeOf(run('submitQuiz', { id, answers: { q1: 'b', q2: ['b', 'a'] } }, contact))).toBe(
    'workdesk.already_passed',
  );
  const file = await run<{ name: string; size: number }>('makeCertificate', { id }, contact);
  expect(file.name).toBe('培训证〔2026〕0001号-contact.pdf');
  expect(file.size).toBeGreaterThan(1000);
});
test('[T6] attempts end', async () => {
  const { run, leader } = stage;
  const id = (await mine(leader))[0]?.id ?? '';
  const wrong = { id, answers: { q1: 'a', q2: ['c'] } };
  await run('submitQuiz', wrong, leader);
  expect(await run('submitQuiz', wrong, leader)).toMatchObject({ passed: false, attemptsLeft: 0 });
  expect(await codeOf(run('submitQuiz', wrong, leader))).toBe('workdesk.no_attempts');
});
test('[T7] a unit sees the training of its own people only', async () => {
  const list = async (who: Stage['contact']) => (await stage.run<{ total: number }>('listEnrolments', {}, who)).total;
  expect([await list(stage.office), await list(stage.contact), await list(stage.other)]).toEqual([2, 2, 0]);
  expect(await codeOf(stage.run('getCourse', { id: course }, stage.contact))).toBe('access.denied');
});
test('[T8] those who are late are reminded once a day', async () => {
  const { kernel, run, leader } = stage;
  const reminders = async () =>
    (await run<{ items: { title: string }[] }>('kernel.listNotices', {}, leader)).items.filter(({ title }) =>
      title.startsWith('培训待完成'),
    ).length;
  kernel.clock.advance(60 * 86_400_000);
  for (let round = 0; round < 2; round += 1) {
    await run('remindTraining', {});
    await kernel.core.jobs.drain();
  }
  expect(await reminders()).toBe(1);
});
