/**
 * The certificate of a passed course, drawn by the kernel.
 * @module
 */
import { Failure, handlers, type ReportDocument } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import type { Workdesk } from '../capability.ts';
import type { CourseRow, EnrolmentRow } from '../training-shapes.ts';
import { longDay } from './documents.ts';
import type { Here } from './here.ts';
import { courseOf, enrolmentOf } from './training.ts';

function certificateDocument(
  row: EnrolmentRow & { readonly certificate: string; readonly passedAt: string },
  course: CourseRow,
  names: { readonly unit: string; readonly issuer: string },
  locale: Here['locale'],
): ReportDocument {
  const zh = locale !== 'en';
  const day = longDay(dayOfInstant(row.passedAt), locale);
  return {
    title: zh ? '网络安全培训合格证书' : 'Certificate of security training',
    issuer: names.issuer,
    number: row.certificate,
    date: day,
    locale,
    blocks: [
      {
        kind: 'paragraph',
        text: zh
          ? `${names.unit} ${row.userName} 同志于${day}完成「${course.title}」课程学习，考试成绩 ${row.percent} 分，成绩合格，特发此证。`
          : `${row.userName} of ${names.unit} finished “${course.title}” on ${day} with a score of ${row.percent} and passed.`,
      },
      {
        kind: 'fields',
        rows: [
          [zh ? '证书编号' : 'Number', row.certificate],
          [zh ? '课程' : 'Course', course.title],
          [zh ? '成绩' : 'Score', `${row.percent}`],
          [zh ? '有效期至' : 'Valid until', row.validTo ? longDay(row.validTo, locale) : zh ? '长期' : 'without end'],
        ],
      },
      { kind: 'signature', lines: [names.issuer, day] },
    ],
  };
}

export const certificateHandlers = handlers<Workdesk>()({
  makeCertificate: async ({ id, format }, context) => {
    const row = await enrolmentOf(context, id, !context.can('workdesk.write'));
    const { certificate, passedAt } = row;
    if (!certificate || !passedAt) throw new Failure('workdesk.not_passed', { where: 'id', got: row.userName });
    const course = await courseOf(context, row.courseId);
    const unit = await context.organisations.get(row.organisationId);
    const organisations = await context.organisations.list();
    const root = organisations.find(({ parentId }) => parentId === null) ?? unit;
    return await context.reports.make(
      certificateDocument(
        { ...row, certificate, passedAt },
        course,
        { unit: unit.name, issuer: root.name },
        context.locale,
      ),
      format,
      row.organisationId,
      `${certificate}-${row.userName}`,
    );
  },
});
