/**
 * Makes or changes an asset; the fields of its kind follow the choice of kind.
 * @module
 */
import type { Asset } from '@hedun/sdk';
import { type Kernel, kernel } from '@hedun/sdk/kernel';
import { Form, Modal, Select } from 'antd';
import { describeInput, describeJsonSchema } from '../form/describe.ts';
import { FieldItem } from '../form/FieldItem.tsx';
import { OperationForm } from '../form/OperationForm.tsx';
import { useSession } from '../platform/session.tsx';
import { useSay, useText } from '../texts/index.ts';
import { useAssetKinds, useKindTitles } from './words.tsx';

const createFields = describeInput(kernel.operations.createAsset.input);
/** `updateAsset` declares the same fields without labels; the form takes them from `createAsset`. */
const changeable = ['name', 'organisationId', 'status', 'protectionLevel', 'identifiers', 'responsibleUserIds', 'tags'];

export function AssetDialog({
  asset,
  onCancel,
  onDone,
}: {
  readonly asset?: Asset;
  readonly onCancel: () => void;
  readonly onDone: (asset: Asset) => void;
}) {
  const t = useText();
  const { user } = useSession();
  const names = asset ? changeable : ['kind', ...changeable];
  const fields = names.flatMap((name) => createFields.find((field) => field.name === name && name !== 'kind') ?? []);
  const common = {
    omit: createFields.map(({ name }) => name),
    extraFields: [],
    children: (
      <>
        {!asset && <KindItem />}
        {fields.map((field) => (
          <FieldItem key={field.name} field={field} />
        ))}
        <AttributeItems {...(asset ? { kind: asset.kind } : {})} />
      </>
    ),
    onCancel,
    onDone: (done: unknown) => onDone(done as Asset),
    prepare: (values: Record<string, unknown>) => ({
      ...values,
      ...(values.protectionLevel === undefined && asset ? { protectionLevel: null } : {}),
      attributes: { ...asset?.attributes, ...withoutBlanks((values.attributes ?? {}) as Record<string, unknown>) },
    }),
  };
  return (
    <Modal
      open
      title={asset ? t.editAsset : t.newAsset}
      width={640}
      footer={null}
      mask={{ closable: false }}
      onCancel={onCancel}
    >
      {asset ? (
        <OperationForm<Kernel, 'updateAsset'>
          capability={kernel}
          operation="updateAsset"
          preset={{ id: asset.id }}
          initial={{ ...asset }}
          submitText={t.save}
          {...common}
        />
      ) : (
        <OperationForm<Kernel, 'createAsset'>
          capability={kernel}
          operation="createAsset"
          initial={{ kind: 'information-system', status: 'active', organisationId: user.organisationId }}
          {...common}
        />
      )}
    </Modal>
  );
}

function KindItem() {
  const t = useText();
  const kinds = useAssetKinds();
  const title = useKindTitles('assetKinds');
  const say = useSay();
  return (
    <Form.Item
      name="kind"
      label={t.assetKind}
      required
      rules={[{ required: true, message: t.pleaseChoose(t.assetKind) }]}
    >
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        loading={kinds.isPending}
        options={(
          kinds.data?.items ?? Object.entries(kernel.assetKinds).map(([kind, each]) => ({ kind, title: each.title }))
        ).map((each) => ({
          value: each.kind,
          label: say(each.title) || title(each.kind),
        }))}
      />
    </Form.Item>
  );
}

function AttributeItems({ kind }: { readonly kind?: string }) {
  const chosen = Form.useWatch('kind') as string | undefined;
  const kinds = useAssetKinds();
  const schema = kinds.data?.items.find((each) => each.kind === (kind ?? chosen))?.attributes ?? {};
  return describeJsonSchema(schema).map((field) => <FieldItem key={field.name} field={field} prefix="attributes" />);
}

function withoutBlanks(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
}
