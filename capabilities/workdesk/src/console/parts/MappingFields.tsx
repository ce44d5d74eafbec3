/**
 * Which column means which field: one line for each field, with samples of what would be read.
 * @module
 */
import { Input, Labelled, Select, useMessages, useSay } from '@hedun/ui';
import { mappedFields, type ScanMapping } from '@hedun/workdesk';
import { workdesk } from '../../capability.ts';
import { type ContentsShape, findingKindWords, mappedFieldWords } from '../../source-shapes.ts';

export type Mapping = ScanMapping;
type Severity = ScanMapping['defaultSeverity'];
const levels: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];
/** Severity words are shown one a line, `own word = level`. */
const lineOf = ([word, level]: readonly [string, string]) => `${word} = ${level}`;
function severitiesIn(text: string): Mapping['severities'] {
  const pairs = text.split('\n').flatMap((line) => {
    const at = line.lastIndexOf('=');
    const [word, level] = [line.slice(0, at).trim(), line.slice(at + 1).trim() as Severity];
    return at > 0 && word !== '' && levels.includes(level) ? [[word, level] as const] : [];
  });
  return Object.fromEntries(pairs);
}
export function mappingFrom(contents: ContentsShape): Mapping {
  return {
    shape: contents.shape,
    items: contents.items,
    fields: contents.suggested,
    severities: {},
    defaultSeverity: 'medium',
    kind: 'vulnerability',
  };
}

export function MappingFields({
  contents,
  mapping,
  onChange,
}: {
  /** Null when a kept mapping is looked at without a file: its own columns are all there is to choose from. */
  readonly contents: ContentsShape | null;
  readonly mapping: Mapping;
  readonly onChange: (mapping: Mapping) => void;
}) {
  const t = useMessages(workdesk);
  const say = useSay();
  const columns = contents?.columns ?? Object.values(mapping.fields).map((name) => ({ name, samples: [] as string[] }));
  const severityOptions = levels.map((value) => ({ value, label: t[value] }));
  return (
    <div className="hd-stack">
      {contents && (
        <span className="hd-faint">
          {t.contentsFound({ entries: contents.entries, columns: contents.columns.length })}
        </span>
      )}
      <table className="hd-issues">
        <thead>
          <tr>
            <th>{t.meaning}</th>
            <th>{t.columnName}</th>
            <th>{t.samples}</th>
          </tr>
        </thead>
        <tbody>
          {mappedFields.map((field) => {
            const chosen = mapping.fields[field];
            return (
              <tr key={field}>
                <td>
                  {say(mappedFieldWords[field])}
                  {field === 'title' && <span className="hd-tone-text-bad"> *</span>}
                </td>
                <td style={{ minWidth: 200 }}>
                  <Select
                    aria-label={say(mappedFieldWords[field])}
                    style={{ width: '100%' }}
                    allowClear
                    showSearch
                    placeholder={t.notMapped}
                    value={chosen ?? null}
                    options={columns.map(({ name }) => ({ value: name, label: name }))}
                    onChange={(name: string | null | undefined) => {
                      const { [field]: _, ...others } = mapping.fields;
                      onChange({ ...mapping, fields: name ? { ...others, [field]: name } : others });
                    }}
                  />
                </td>
                <td className="hd-faint">{columns.find(({ name }) => name === chosen)?.samples.join(' · ')}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <div className="hd-columns">
        <Labelled label={t.findingKind}>
          {(id) => (
            <Select
              id={id}
              style={{ width: '100%' }}
              value={mapping.kind}
              options={Object.entries(findingKindWords).map(([value, text]) => ({ value, label: say(text) }))}
              onChange={(kind) => onChange({ ...mapping, kind: kind as Mapping['kind'] })}
            />
          )}
        </Labelled>
        <Labelled label={t.defaultSeverity}>
          {(id) => (
            <Select
              id={id}
              style={{ width: '100%' }}
              value={mapping.defaultSeverity}
              options={severityOptions}
              onChange={(defaultSeverity) => onChange({ ...mapping, defaultSeverity })}
            />
          )}
        </Labelled>
      </div>
      <Labelled label={t.severityWords}>
        {(id) => (
          <Input.TextArea
            id={id}
            rows={3}
            placeholder={t.severityWordsHint}
            defaultValue={Object.entries(mapping.severities).map(lineOf).join('\n')}
            onChange={({ target }) => onChange({ ...mapping, severities: severitiesIn(target.value) })}
          />
        )}
      </Labelled>
    </div>
  );
}
