/**
 * What changed, field by field: the old value struck out, the new beside it.
 * @module
 */
import { useMessages, useSay } from '@hedun/ui';
import { workdesk } from '../../capability.ts';
import { deploymentWords, exposureWords } from '../../register-shapes.ts';
import { fieldTitle } from '../../register-words.ts';

const named: Readonly<Record<string, Readonly<Record<string, { readonly 'zh-CN': string; readonly en: string }>>>> = {
  deployment: deploymentWords,
  exposure: exposureWords,
  status: {
    planned: { 'zh-CN': '在建', en: 'Planned' },
    active: { 'zh-CN': '在用', en: 'In use' },
    retired: { 'zh-CN': '停用', en: 'Retired' },
  },
};

export function useFieldValue(): (field: string, value: unknown) => string {
  const say = useSay();
  const t = useMessages(workdesk);
  return (field, value) => {
    if (Array.isArray(value)) return value.join('\n');
    const text = value === null || value === undefined ? '' : String(value);
    if (field === 'protectionLevel' && text !== '') return t.level({ level: Number(text) });
    const title = named[field]?.[text];
    return title ? say(title) : text;
  };
}

export function Differences({
  rows,
}: {
  readonly rows: readonly { readonly field: string; readonly before: string; readonly after: string }[];
}) {
  const t = useMessages(workdesk);
  const say = useSay();
  const written = useFieldValue();
  if (rows.length === 0) return null;
  return (
    <table className="hd-issues">
      <thead>
        <tr>
          <th>{t.fieldName}</th>
          <th>{t.before}</th>
          <th>{t.after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ field, before, after }) => (
          <tr key={field}>
            <td>{say(fieldTitle(field))}</td>
            <td>{before ? <del className="hd-faint">{written(field, before)}</del> : '—'}</td>
            <td>{after ? <strong>{written(field, after)}</strong> : '—'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
