/**
 * Commands on local files and rules alone: when is it due, and is this instrument file sound. They need no store.
 * @module
 */
import { readFileSync } from 'node:fs';
import {
  deadlineInWords,
  deadlineOfEvent,
  type FactShape,
  type Instrument,
  instrumentJsonSchema,
  lintInstrument,
  lintLibrary,
  loadInstrument,
  type OpenInstrument,
  oscalCatalog,
  type Problem,
  unfitness,
  type Value,
} from '@hedun/compliance';
import { Failure, type LocalCommand } from '@hedun/sdk';
import { dayOfInstant } from '@hedun/workdays';
import { calendar, checked, instrumentOf, library, short } from './library.ts';

/** `name=value`, read by the declared type; a name the instrument does not know is refused. */
export function factsOfWords(open: OpenInstrument, words: readonly string[]): Readonly<Record<string, Value>> {
  const known = [...open.facts.keys()];
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      const [id, text] = at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)];
      const shape = open.facts.get(id);
      if (!shape || at < 0)
        throw new Failure('compliance.refused', {
          where: '--fact',
          expected: `name=value, a name of ${known.join(', ')}`,
          got: word,
        });
      const value = valueOfWord(shape, text);
      const wrong = unfitness(shape, value);
      if (wrong) throw new Failure('compliance.refused', { where: `--fact ${id}`, expected: wrong, got: text });
      return [id, value];
    }),
  );
}
function valueOfWord(shape: FactShape, text: string): Value {
  if (shape.type === 'number') return text.trim() === '' ? Number.NaN : Number(text);
  if (shape.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (shape.type === 'list') return text.split(',');
  return text;
}

const deadline: LocalCommand = {
  title: { 'zh-CN': '计算法定期限', en: 'Compute statutory deadlines' },
  words: 'compliance deadline',
  usage: '--instrument NAME --event TYPE --at TIME [--fact name=value …] [--json]',
  options: {
    instrument: { type: 'string' },
    event: { type: 'string' },
    at: { type: 'string' },
    fact: { type: 'string', multiple: true },
    json: { type: 'boolean' },
  },
  run: async ({ values }, io) => {
    const { instrument, event, at } = values as Record<string, string | undefined>;
    if (!instrument || !event || !at) {
      io.warn(`hedun compliance deadline ${deadline.usage}`);
      return 2;
    }
    let day: string;
    try {
      day = dayOfInstant(at);
    } catch {
      throw new Failure('compliance.refused', {
        where: '--at',
        expected: 'a time with its offset, as 2026-02-13T10:00+08:00',
        got: at,
      });
    }
    const open = instrumentOf(instrument, day);
    const events = open.instrument.events.map((each) => each.id);
    if (!events.includes(event))
      throw new Failure('compliance.refused', { where: '--event', expected: events.join(', '), got: event });
    const data = factsOfWords(open, (values.fact as readonly string[] | undefined) ?? []);
    const found = deadlineOfEvent(open, { type: event, occurredAt: at, data }, { calendar });
    const locale = short(io.locale);
    if (values.json) {
      const answer = {
        instrument: open.instrument.id,
        version: open.instrument.version,
        calendar: `${calendar.id}@${calendar.version}`,
        event,
        at,
        facts: data,
        deadlines: found.map(({ trigger: _trigger, subject: _subject, ...rest }) => rest),
      };
      io.write(`${JSON.stringify(answer)}\n`);
    } else if (found.length === 0)
      io.write(locale === 'zh' ? '没有由此产生的期限。\n' : 'No deadline follows from this.\n');
    else
      for (const each of found)
        io.write(
          `${open.nodes.get(each.node)?.trace ?? each.node}  ${each.dueOn ?? '—'}${each.provisional ? (locale === 'zh' ? '（暂定）' : ' (provisional)') : ''}  ${deadlineInWords(each, locale)}\n`,
        );
    return 0;
  },
};

const lint: LocalCommand = {
  title: { 'zh-CN': '检查规范文件', en: 'Check an instrument file' },
  words: 'compliance lint',
  usage: '[--json] FILE…',
  options: { json: { type: 'boolean' } },
  run: async ({ values, positionals }, io) => {
    if (positionals.length === 0) {
      io.warn(`hedun compliance lint ${lint.usage}`);
      return 2;
    }
    const files = new Map<string, string>();
    const sound: Instrument[] = [];
    const own = positionals.flatMap((file): readonly Problem[] => {
      let source: string;
      try {
        source = readFileSync(file, 'utf8');
      } catch (cause) {
        throw new Failure('compliance.unknown', { where: file, expected: 'a readable file', got: 'none', cause });
      }
      const loaded = loadInstrument(file, source);
      if (loaded.kind === 'refused') return loaded.problems;
      sound.push(loaded.value);
      files.set(loaded.value.id, file);
      return lintInstrument(loaded.value, loaded.text);
    });
    // Beside the shipped ones: an overlap of versions and a reference into the void show only between files.
    const shipped = [...library().values()].map((each) => each.instrument).filter((each) => !files.has(each.id));
    const between = lintLibrary([...shipped, ...sound])
      .filter((each) => files.has(each.file))
      .map((each) => ({ ...each, file: files.get(each.file) ?? each.file }));
    const problems = [...own, ...between];
    if (values.json) io.write(`${JSON.stringify({ problems })}\n`);
    else
      for (const { file, line, column, severity, code, ...words } of problems)
        io.write(`${file}:${line ?? 1}:${column ?? 1} ${severity} ${code} ${words[short(io.locale)]}\n`);
    return problems.some((each) => each.severity === 'error') ? 1 : 0;
  },
};

const oscal: LocalCommand = {
  title: { 'zh-CN': '规范导出为 OSCAL', en: 'An instrument as an OSCAL catalogue' },
  words: 'compliance oscal',
  usage: '--instrument NAME [--on DAY]',
  options: { instrument: { type: 'string' }, on: { type: 'string' } },
  run: async ({ values }, io) => {
    const { instrument, on } = values as Record<string, string | undefined>;
    if (!instrument) {
      io.warn(`hedun compliance oscal ${oscal.usage}`);
      return 2;
    }
    const now = new Date().toISOString();
    const open = checked('--on', () => instrumentOf(instrument, on ?? dayOfInstant(now)));
    io.write(`${JSON.stringify(oscalCatalog(open, now), null, 2)}\n`);
    return 0;
  },
};

const schema: LocalCommand = {
  title: { 'zh-CN': '规范文件的 JSON Schema', en: 'The JSON Schema of instrument files' },
  words: 'compliance schema',
  usage: '',
  options: {},
  run: async (_args, io) => {
    io.write(`${JSON.stringify(instrumentJsonSchema(), null, 2)}\n`);
    return 0;
  },
};

export const commands: readonly LocalCommand[] = [deadline, lint, oscal, schema];
