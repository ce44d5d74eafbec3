/**
 * The shape of forms and answers at the border: what the engine's `Form` and `Answers` are in JSON.
 * @module
 */
import { questionKinds } from '@hedun/workdesk';
import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a-z, 0-9, -');
const Condition = z.union([
  z.strictObject({ question: name, is: z.literal('one-of'), values: z.array(z.string().max(200)).max(100) }),
  z.strictObject({ question: name, is: z.enum(['at-least', 'at-most']), value: z.number() }),
  z.strictObject({ question: name, is: z.literal('answered') }),
]);
const Option = z.strictObject({
  value: z.string().min(1).max(100),
  label: z.string().trim().min(1).max(500),
  score: z.number().optional(),
  correct: z.boolean().optional(),
});
export const Question = z.strictObject({
  id: name,
  kind: z.enum(questionKinds),
  title: z.string().trim().min(1).max(500),
  help: z.string().max(2000).optional(),
  required: z.boolean(),
  options: z.array(Option).max(100).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  showIf: Condition.optional(),
  score: z.number().optional(),
});
export const FormShape = z.strictObject({
  sections: z
    .array(
      z.strictObject({
        id: name,
        title: z.string().trim().min(1).max(200),
        showIf: Condition.optional(),
        questions: z.array(Question).max(200),
      }),
    )
    .max(50),
});
export const AnswersShape = z.record(
  z.string().max(40),
  z.union([z.string().max(10_000), z.number(), z.boolean(), z.array(z.string().max(500)).max(100), z.null()]),
);
export const ScoreLineShape = z.object({
  question: z.string(),
  title: z.string(),
  score: z.number(),
  most: z.number(),
});
