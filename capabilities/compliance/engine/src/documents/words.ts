/**
 * The words that documents use for judgements, clocks and ranks.
 * @module
 */
import type { Judgement } from '../assessment.ts';
import type { Deadline, DeadlineStatus, DeadlineStep } from '../clocks.ts';
import type { Locale } from '../describe.ts';
import type { Instrument, Status, Words } from '../schema.ts';

export const judgementWords: Readonly<Record<Judgement, Words>> = {
  conform: { zh: '符合', en: 'conforms' },
  minor: { zh: '轻微不符合', en: 'minor finding' },
  major: { zh: '不符合', en: 'major finding' },
  'not-applicable': { zh: '不适用', en: 'not applicable' },
  'not-assessed': { zh: '未评价', en: 'not assessed' },
  undecided: { zh: '无法判定', en: 'undecided' },
  'needs-evidence': { zh: '缺少有效证据', en: 'needs evidence' },
  'needs-verification': { zh: '待核实', en: 'needs verification' },
  'needs-review': { zh: '条文有变，待复核', en: 'needs review after a change of text' },
  holds: { zh: '情形存在', en: 'holds' },
  'does-not-hold': { zh: '情形不存在', en: 'does not hold' },
  information: { zh: '说明性条款', en: 'information' },
};

export const deadlineWords: Readonly<Record<DeadlineStatus, Words>> = {
  open: { zh: '办理中', en: 'open' },
  overdue: { zh: '已逾期', en: 'overdue' },
  met: { zh: '按时完成', en: 'in time' },
  late: { zh: '逾期完成', en: 'late' },
  cancelled: { zh: '已撤销', en: 'cancelled' },
  suspended: { zh: '待对方补充', en: 'waiting for the other side' },
  unclocked: { zh: '应及时办理（条文未定天数）', en: 'promptly (no number in the text)' },
  retained: { zh: '保存期内', en: 'to be kept' },
  undecided: { zh: '无法判定', en: 'undecided' },
};

export const rankWords: Readonly<Record<Instrument['rank'], Words>> = {
  law: { zh: '法律', en: 'law' },
  'administrative-regulation': { zh: '行政法规', en: 'administrative regulation' },
  'department-rule': { zh: '部门规章', en: 'department rule' },
  'national-standard': { zh: '国家标准', en: 'national standard' },
  'group-standard': { zh: '团体标准', en: 'group standard' },
  draft: { zh: '草案（未生效）', en: 'draft, not in force' },
};

export const statusWords: Readonly<Record<Status, Words>> = {
  verified: { zh: '已核对', en: 'verified' },
  unverified: { zh: '未核对官方文本', en: 'unverified' },
  disputed: { zh: '存在不同理解', en: 'disputed' },
  unusable: { zh: '原文残缺', en: 'garbled in the source' },
};

const units: Readonly<Record<string, Words>> = {
  workday: { zh: '个工作日', en: 'working days' },
  day: { zh: '日', en: 'days' },
  month: { zh: '个月', en: 'months' },
  year: { zh: '年', en: 'years' },
};
const refusals: Readonly<Record<string, Words>> = {
  second: { zh: '已延长过一次', en: 'already extended once' },
  late: { zh: '届满后才提出', en: 'after the limit' },
  incomplete: { zh: '手续不全', en: 'what the text needs is missing' },
  'too-long': { zh: '超过最长期限', en: 'longer than allowed' },
  'not-allowed': { zh: '该情形不得延长', en: 'not allowed in this case' },
};

function stepInWords(step: DeadlineStep, locale: Locale): string {
  const zh = locale === 'zh';
  const provisional =
    'provisional' in step && step.provisional
      ? zh
        ? '（超出已公布日历，暂定）'
        : ' (beyond the announced calendar, provisional)'
      : '';
  if (step.kind === 'started') return zh ? `${step.day} 起算，当日不计入` : `from ${step.day}, which is not counted`;
  if (step.kind === 'counted')
    return (
      (zh
        ? `${step.from} 后第 ${step.n} ${units[step.unit]?.zh}为 ${step.to}`
        : `${step.n} ${units[step.unit]?.en} after ${step.from}: ${step.to}`) + provisional
    );
  if (step.kind === 'extended')
    return (
      (zh ? `经同意延长 ${step.n} ${units.workday?.zh}至 ${step.to}` : `extended by ${step.n} to ${step.to}`) +
      provisional
    );
  if (step.kind === 'interrupted')
    return zh
      ? `${step.day} 告知补充材料，已用 ${step.used} 个工作日`
      : `interrupted on ${step.day} after ${step.used} working days`;
  if (step.kind === 'resumed')
    return zh
      ? `${step.day} 材料补齐，余 ${step.left} 个工作日`
      : `resumed on ${step.day} with ${step.left} working days`;
  if (step.kind === 'set') return zh ? `主管部门限定 ${step.to}` : `set by the authority: ${step.to}`;
  return zh ? `延长不予认可：${refusals[step.why]?.zh}` : `extension refused: ${refusals[step.why]?.en}`;
}

/** How a deadline came about, in one line. */
export function deadlineInWords(deadline: Deadline, locale: Locale): string {
  return deadline.steps.map((step) => stepInWords(step, locale)).join(locale === 'zh' ? '；' : '; ');
}
