/**
 * The two documents of a cryptography assessment: the report with its score line by line, and the scheme composed of reference
 * deployments with every unit that nothing covers. Both only say what the score and the library say.
 * @module
 */
import type { Locale } from '../describe.ts';
import type { OpenInstrument } from '../instrument.ts';
import type { Deployment, Node } from '../schema.ts';
import { gains, type RiskResult, type ScoreLine, type ScoreResult, type ScoringInput } from '../scoring.ts';
import { type Block, type DocumentModel, heading, note, paragraph, pick, said, table, warning } from './blocks.ts';
import { type ReportInput, signatureBlocks } from './report.ts';
import { statusWords } from './words.ts';

const riskWords: Readonly<Record<RiskResult['why'], readonly [string, string]>> = {
  mitigated: ['已由所列措施缓释并经确认', 'lowered by a listed and confirmed mitigation'],
  'no-mitigation-listed': ['该项没有可用的缓释措施', 'no mitigation is listed for it'],
  'mitigation-not-listed': ['所称措施不在缓释措施之列', 'the claimed mitigation is not listed'],
  'not-confirmed': ['缓释措施未经确认', 'the mitigation is not confirmed'],
  'no-evidence': ['缓释措施没有证据', 'the mitigation has no evidence'],
  'none-claimed': ['未采取缓释措施', 'no mitigation'],
};

const kindWords: Readonly<Record<ScoreLine['kind'], readonly [string, string]>> = {
  object: ['对象', 'object'],
  compensation: ['弥补', 'compensation'],
  unit: ['测评单元', 'unit'],
  layer: ['层面', 'layer'],
  group: ['分组', 'group'],
  total: ['总分', 'total'],
};

function nameOf(open: OpenInstrument, scoring: ScoreResult['scoring'], ref: string, locale: Locale): string {
  const [node = '', object] = ref.split('/');
  const scoringShape = open.instrument.scorings.find((each) => each.id === scoring);
  const group = scoringShape?.groups.find((each) => each.id === node)?.title[locale];
  const base =
    open.nodes.get(node)?.[locale] ?? group ?? (node === scoring ? scoringShape?.title[locale] : undefined) ?? node;
  return object === undefined ? base : `${base} / ${object}`;
}

/** The assessment report: verdict, blocking risks, every line of the score, what was declared not applicable, the improvement plan. */
export function cryptoReport(
  open: OpenInstrument,
  about: {
    readonly system: string;
    readonly result: ScoreResult;
    readonly input: ScoringInput;
    readonly locale: Locale;
  } & Pick<ReportInput, 'signed' | 'sealed' | 'digest'>,
): DocumentModel {
  const { result, input, locale } = about;
  const say = pick(locale);
  const shape = open.instrument.documents.find((each) => each.id === 'crypto-report');
  const scoring = open.instrument.scorings.find((each) => each.id === result.scoring);
  if (!scoring)
    throw new RangeError(
      `scoring: expected one of ${open.instrument.scorings.map((each) => each.id).join(', ')}, got ${result.scoring}`,
    );
  const title = shape ? said(shape.title, locale) : open.instrument.title[locale];
  const name = (ref: string) => nameOf(open, result.scoring, ref, locale);
  const blocks: Block[] = [heading(1, title), heading(2, say('一、结论', '1. Result'))];
  if (result.total === undefined)
    blocks.push(
      warning(say('尚有未完成的判定，不出具得分与结论。', 'Some judgements are missing: no score and no verdict.')),
      { kind: 'list', items: result.missing.map((each) => name(each.ref)) },
    );
  else
    blocks.push(
      paragraph(
        say(
          `${about.system}按第 ${result.level} 级测评，得分 ${result.total.toFixed(2)}，结论为「${result.verdict?.title.zh ?? '—'}」。`,
          `${about.system}, level ${result.level}: score ${result.total.toFixed(2)}, verdict: ${result.verdict?.title.en ?? '—'}.`,
        ),
      ),
    );
  if (result.openHighRisks > 0)
    blocks.push(
      warning(
        say(
          `存在 ${result.openHighRisks} 项未缓释的高风险，无论得分多少，结论均为「不符合」。`,
          `${result.openHighRisks} high risks are not lowered: whatever the score, it does not conform.`,
        ),
      ),
    );
  blocks.push(
    note(
      say(
        `采用${scoring.title.zh}（${statusWords[scoring.status].zh}）。不同版本规则的得分不可比较。`,
        `${scoring.title.en} (${statusWords[scoring.status].en}). Scores of different versions cannot be compared.`,
      ),
    ),
  );
  const risks = result.risks.map((each) => [
    name(each.statement.unit),
    each.risk.problem[locale],
    each.statement.description,
    each.lowered ? say('已降低', 'lowered') : say('高', 'high'),
    say(...riskWords[each.why]),
  ]);
  blocks.push(
    heading(2, say('二、高风险判定', '2. High risks')),
    table(
      [
        say('测评单元', 'Unit'),
        say('问题', 'Problem'),
        say('情况', 'Found'),
        say('判定', 'Result'),
        say('理由', 'Why'),
      ],
      risks,
      say('未发现高风险项。', 'No high risks.'),
    ),
  );
  const lines = result.lines.map((line) => [
    say(...kindWords[line.kind]),
    name(line.ref),
    line.notApplicable
      ? say(
          `不适用：${line.notApplicable.reason}（${line.notApplicable.by}）`,
          `not applicable: ${line.notApplicable.reason} (${line.notApplicable.by})`,
        )
      : line.formula,
    line.parts
      .map((part) => `${name(part.ref)} ${part.value}${part.weight === undefined ? '' : ` × ${part.weight}`}`)
      .join('；'),
    line.value === undefined ? '—' : String(line.value),
  ]);
  blocks.push(
    heading(2, say('三、得分逐行说明', '3. The score line by line')),
    table(
      [say('层次', 'Kind'), say('项目', 'Item'), say('算式', 'Formula'), say('组成', 'Parts'), say('值', 'Value')],
      lines,
      '',
      [4],
    ),
  );
  const plan = gains(open.instrument, result.scoring, input).map((each, index) => [
    String(index + 1),
    name(each.unit),
    `+${each.gain.toFixed(2)}`,
  ]);
  blocks.push(
    heading(2, say('四、整改建议（按得分提升排序）', '4. Improvement plan, by gain')),
    table(
      [say('序号', 'No.'), say('测评单元', 'Unit'), say('整改后得分提升', 'Gain')],
      plan,
      say('没有可提升的单元。', 'Nothing to improve.'),
      [0, 2],
    ),
  );
  if (shape) blocks.push(heading(2, say('五、签字', '5. Signatures')), ...signatureBlocks(about, shape));
  return { id: 'crypto-report', title, locale, blocks };
}

export interface SchemeGap {
  readonly unit: string;
  readonly verb: 'may' | 'should' | 'shall';
}
export interface Scheme {
  readonly level: number;
  readonly deployments: readonly Deployment[];
  /** Units of the level that no chosen deployment covers, the binding ones first. */
  readonly gaps: readonly SchemeGap[];
  /** Units covered by more than one choice: to be decided, not wrong. */
  readonly double: readonly string[];
}

const verbOrder = { shall: 0, should: 1, may: 2 } as const;

/**
 * Composes a scheme from deployments of the library and says what stays uncovered at the level.
 * @throws {RangeError} for a deployment the library does not have or a level without verbs.
 */
export function composeScheme(open: OpenInstrument, level: number, chosen: readonly string[]): Scheme {
  const library = open.instrument.deployments;
  const deployments = chosen.map((id) => {
    const found = library.find((each) => each.id === id);
    if (!found)
      throw new RangeError(`deployment: expected one of ${library.map((each) => each.id).join(', ')}, got ${id}`);
    return found;
  });
  const layers = new Set(library.map((each) => each.layer));
  const units = open.instrument.nodes.filter(
    (node): node is Node => node.kind === 'unit' && node.parent !== undefined && layers.has(node.parent),
  );
  if (!units.some((unit) => unit.verbs?.[level - 1]))
    throw new RangeError(`level: expected 1 to ${units[0]?.verbs?.length ?? 0}, got ${level}`);
  const covered = deployments.flatMap((each) => each.covers.map((cover) => cover.unit));
  const gaps = units.flatMap((unit): SchemeGap[] => {
    const verb = unit.verbs?.[level - 1];
    return verb && !covered.includes(unit.id) ? [{ unit: unit.id, verb }] : [];
  });
  gaps.sort((left, right) => verbOrder[left.verb] - verbOrder[right.verb]);
  return {
    level,
    deployments,
    gaps,
    double: [...new Set(covered.filter((unit, index) => covered.indexOf(unit) !== index))],
  };
}

const verbWords: Readonly<Record<SchemeGap['verb'], readonly [string, string]>> = {
  shall: ['应', 'shall'],
  should: ['宜', 'should'],
  may: ['可', 'may'],
};

/** The scheme as a document: per deployment its parts, diagram, work flow and key life cycle; then coverage and gaps. */
export function schemeDocument(
  open: OpenInstrument,
  scheme: Scheme,
  about: { readonly system: string; readonly locale: Locale },
): DocumentModel {
  const { locale } = about;
  const say = pick(locale);
  const title = say(
    `${about.system}密码应用方案（第 ${scheme.level} 级）`,
    `Cryptography scheme of ${about.system}, level ${scheme.level}`,
  );
  const unitName = (id: string) => {
    const unit = open.nodes.get(id);
    const layer = unit?.parent ? open.nodes.get(unit.parent)?.[locale] : '';
    return unit ? `${layer} / ${unit[locale]}` : id;
  };
  const blocks: Block[] = [heading(1, title)];
  for (const each of scheme.deployments) {
    const part = (id: string) => each.parts.find((one) => one.id === id)?.title[locale] ?? id;
    blocks.push(
      heading(2, each.title[locale]),
      paragraph(each.summary[locale]),
      table(
        [say('测评单元', 'Unit'), say('实现方式', 'How')],
        each.covers.map((cover) => [unitName(cover.unit), cover.how[locale]]),
        '',
      ),
      table(
        [say('部件', 'Part'), say('要求', 'Requirement')],
        each.parts.map((one) => [one.title[locale], one.requirement[locale]]),
        '',
      ),
      {
        kind: 'diagram',
        caption: say('部署示意图', 'Deployment'),
        parts: each.parts.map((one) => ({ id: one.id, title: one.title[locale] })),
        links: each.links.map((link) => ({ from: link.from, to: link.to, title: link.title[locale] })),
      },
      heading(3, say('工作流程', 'Work flow')),
      { kind: 'list', items: each.flow.map((move) => `${part(move.from)} → ${part(move.to)}：${move.title[locale]}`) },
      heading(3, say('密钥全生命周期', 'Key life cycle')),
      table(
        [
          say('密钥', 'Key'),
          say('算法', 'Algorithm'),
          say('生成', 'Generation'),
          say('存储', 'Storage'),
          say('分发', 'Distribution'),
          say('使用', 'Use'),
          say('更新', 'Renewal'),
          say('备份恢复', 'Backup'),
          say('销毁', 'Destruction'),
        ],
        each.keys.map((key) => [
          key.title[locale],
          key.algorithm,
          ...[key.generation, key.storage, key.distribution, key.use, key.renewal, key.backup, key.destruction].map(
            (words) => words[locale],
          ),
        ]),
        '',
      ),
    );
  }
  blocks.push(
    heading(2, say('未覆盖的要求', 'What is not covered')),
    table(
      [say('测评单元', 'Unit'), say('要求程度', 'Verb')],
      scheme.gaps.map((gap) => [unitName(gap.unit), say(...verbWords[gap.verb])]),
      say('本级全部技术单元均已覆盖。', 'Every technical unit of the level is covered.'),
    ),
  );
  if (scheme.gaps.some((gap) => gap.verb === 'shall'))
    blocks.push(
      warning(
        say(
          '存在「应」级要求未覆盖，方案不能通过评审。',
          'A binding requirement is not covered: the scheme cannot pass.',
        ),
      ),
    );
  return { id: 'crypto-scheme', title, locale, blocks };
}
