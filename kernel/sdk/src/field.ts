/**
 * Names the fields of an input for people: forms, CLI help, API page and table headers read them from here.
 * @module
 */
import { z } from 'zod';
import type { Text } from './text.ts';

/** How a form draws a field when its type alone does not say it. */
export type Widget =
  | 'text'
  | 'textarea'
  | 'password'
  | 'number'
  | 'switch'
  | 'date'
  | 'datetime'
  | 'select'
  | 'tags'
  | 'organisation'
  | 'user'
  | 'asset'
  | 'finding'
  | 'file'
  | 'markdown'
  | 'code'
  | 'hidden';

export interface FieldOptions {
  readonly widget?: Widget;
  readonly help?: Text;
  /** Titles of the values of an enum. */
  readonly options?: Readonly<Record<string, Text>>;
}
export interface FieldMeta extends FieldOptions {
  readonly label: Text;
}

/** Gives a schema its label in both languages. The result is the same schema, with metadata. */
export function field<T extends z.ZodType>(schema: T, label: Text, options: FieldOptions = {}): T {
  return schema.meta({ title: label['zh-CN'], hedun: { label, ...options } satisfies FieldMeta }) as T;
}

/** The label and options given by `field`, looking through optional, nullable and default wrappers. */
export function fieldMeta(schema: z.ZodType): FieldMeta | undefined {
  for (let current: z.ZodType | undefined = schema; current; ) {
    const found = current.meta()?.hedun as FieldMeta | undefined;
    if (found) return found;
    const inner: z.ZodType | undefined = (current as { def?: { innerType?: z.ZodType } }).def?.innerType;
    current = inner;
  }
  return undefined;
}

/** Shapes that many operations share. */
export const Id = z.uuid();
export const Timestamp = z.iso.datetime({ offset: true });
export const Empty = z.strictObject({});
export const Done = z.object({ done: z.literal(true) });
export const TextSchema = z.object({ 'zh-CN': z.string(), en: z.string() });

/** A file the kernel keeps: fetched by `href` with the caller's own rights. */
export const FileReference = z.object({
  id: Id,
  name: z.string(),
  mediaType: z.string(),
  size: z.number().int().nonnegative(),
  sha256: z.string(),
  href: z.string(),
});
export type FileReference = z.infer<typeof FileReference>;

/** What a `job` operation answers: the job to follow. */
export const JobReference = z.object({ jobId: Id });

/**
 * The input of every list: `filter` holds typed tokens (`severity:high status:open host:"db-*"`), `sort` is
 * `column` or `-column`, `cursor` comes from the answer before.
 */
export const ListInput = z.strictObject({
  filter: field(z.string().max(2000).default(''), { 'zh-CN': '筛选', en: 'Filter' }),
  sort: field(z.string().max(64).optional(), { 'zh-CN': '排序', en: 'Sort' }),
  cursor: field(z.string().max(500).optional(), { 'zh-CN': '游标', en: 'Cursor' }, { widget: 'hidden' }),
  limit: field(z.coerce.number().int().min(1).max(500).default(50), { 'zh-CN': '每页条数', en: 'Page size' }),
});
export type ListInput = z.infer<typeof ListInput>;

/** The answer of every list. `total` may be an estimate above 10,000 rows and then `totalIsEstimate` says so. */
export function listOutput<T extends z.ZodType>(item: T) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.number().int().nonnegative(),
    totalIsEstimate: z.boolean(),
  });
}
