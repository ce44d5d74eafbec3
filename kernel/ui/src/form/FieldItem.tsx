/**
 * Draws one described field with the control of its kind. The label stands above, because Chinese and English differ twofold in length.
 * @module
 */
import { Form, Input, InputNumber, Select, Switch } from 'antd';
import { lazy, Suspense } from 'react';
import { OrganisationSelect } from '../parts/organisations.tsx';
import { AssetSelect, FindingSelect, UserSelect } from '../parts/pickers.tsx';
import { useSay, useText } from '../texts/index.ts';
import { DayInput } from './DayInput.tsx';
import type { FieldDescription } from './describe.ts';

// Uploads are large and few forms have them.
const FileUpload = lazy(async () => ({ default: (await import('../parts/FileUpload.tsx')).FileUpload }));

export function FieldItem({ field, prefix }: { readonly field: FieldDescription; readonly prefix?: string }) {
  const say = useSay();
  const t = useText();
  const label = say(field.label);
  const choice = field.widget === 'select' || field.widget === 'organisation';
  return (
    <Form.Item
      name={prefix ? [prefix, field.name] : field.name}
      label={label}
      required={field.required}
      rules={field.required ? [{ required: true, message: choice ? t.pleaseChoose(label) : t.pleaseEnter(label) }] : []}
      {...(field.help ? { extra: say(field.help) } : {})}
      {...(field.widget === 'switch' ? { valuePropName: 'checked' } : {})}
    >
      <FieldControl field={field} />
    </Form.Item>
  );
}

interface ControlProps {
  readonly field: FieldDescription;
  readonly value?: unknown;
  readonly checked?: boolean;
  readonly onChange?: (value: unknown) => void;
  readonly id?: string;
}

/** `value` and `onChange` come from `Form.Item`, or from a page that uses the control alone. */
export function FieldControl({ field, value, checked, onChange, id }: ControlProps) {
  const say = useSay();
  const t = useText();
  const change = (next: unknown) => onChange?.(next);
  const given = { ...(id ? { id } : {}) };
  switch (field.widget) {
    case 'textarea':
    case 'markdown':
    case 'code':
      return (
        <Input.TextArea
          {...given}
          value={value as string}
          autoSize={{ minRows: 3, maxRows: 14 }}
          onChange={({ target }) => change(target.value)}
          {...(field.widget === 'code' ? { className: 'hd-code' } : {})}
        />
      );
    case 'password':
      return (
        <Input.Password
          {...given}
          value={value as string}
          autoComplete="off"
          onChange={({ target }) => change(target.value)}
        />
      );
    case 'number':
      return (
        <InputNumber
          {...given}
          value={value as number}
          onChange={(next) => change(next ?? undefined)}
          style={{ width: '100%' }}
          {...(field.minimum === undefined ? {} : { min: field.minimum })}
          {...(field.maximum === undefined ? {} : { max: field.maximum })}
        />
      );
    case 'switch':
      return <Switch {...given} checked={checked ?? Boolean(value)} onChange={change} />;
    case 'date':
    case 'datetime':
      return <DayInput {...given} value={value as string} withTime={field.widget === 'datetime'} onChange={change} />;
    case 'select':
      return (
        <Select
          {...given}
          value={value}
          onChange={(next) => change(next)}
          {...(field.many ? { mode: 'multiple' as const } : {})}
          showSearch={{ optionFilterProp: 'label' }}
          allowClear={!field.required}
          options={(field.options ?? []).map((option) => ({ value: option.value, label: say(option.label) }))}
          placeholder={t.choose}
        />
      );
    case 'tags':
      return (
        <Select
          {...given}
          mode="tags"
          value={value as string[]}
          onChange={(next) => change(next)}
          tokenSeparators={[',', '\uff0c', ' ', '\n']}
          open={false}
          suffixIcon={null}
          placeholder={t.enterToAdd}
        />
      );
    case 'organisation':
      return (
        <OrganisationSelect
          id={id}
          value={value as string}
          onChange={change}
          allowClear={!field.required}
          multiple={field.many}
        />
      );
    case 'user':
      return <UserSelect id={id} value={value as string} onChange={change as never} many={field.many} />;
    case 'asset':
      return <AssetSelect id={id} value={value as string} onChange={change as never} many={field.many} />;
    case 'finding':
      return <FindingSelect id={id} value={value as string} onChange={change as never} many={field.many} />;
    case 'file':
      return (
        <Suspense fallback={<Input disabled />}>
          <FileUpload onChange={change as never} many={field.many} />
        </Suspense>
      );
    default:
      return (
        <Input {...given} value={value as string} onChange={({ target }) => change(target.value)} autoComplete="off" />
      );
  }
}
