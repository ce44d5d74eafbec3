/**
 * One asset: what it is, whose it is, what is wrong with it, what it is connected to. The same in the panel and on a page of its own.
 * @module
 */
import { PlusOutlined } from '@ant-design/icons';
import { type Kernel, kernel, relationWords } from '@hedun/sdk/kernel';
import { Link } from '@tanstack/react-router';
import { Button, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { describeJsonSchema } from '../form/describe.ts';
import { OperationDialog } from '../form/OperationForm.tsx';
import { useRun, useRunnable } from '../form/use-run.tsx';
import { ErrorView } from '../parts/ErrorView.tsx';
import { FlowDiagram } from '../parts/FlowDiagram.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { OrganisationName } from '../parts/organisations.tsx';
import { Fields, RecordHead, Section } from '../parts/PageFrame.tsx';
import { NounStatus, SeverityTag, severities } from '../parts/SeverityTag.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { type OutputOf, useOperation, useWrite } from '../platform/api.ts';
import { useOperationsOn } from '../platform/registry.tsx';
import { usePermission } from '../platform/session.tsx';
import { EmbeddedTable } from '../table/DataTable.tsx';
import { useSay, useText } from '../texts/index.ts';
import { AssetDialog } from './asset-form.tsx';
import { useFindingColumns } from './finding-columns.tsx';
import { useAssetKinds, useKindTitles, useUserNames } from './words.tsx';

type AssetRecord = OutputOf<Kernel, 'getAsset'>;

export function AssetDetail({ id }: { readonly id: string }) {
  const query = useOperation<Kernel, 'getAsset'>(kernel, 'getAsset', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={id} record={query.data} />;
}

function Loaded({ record }: { readonly record: AssetRecord }) {
  const { asset } = record;
  const t = useText();
  const say = useSay();
  const run = useRun();
  const kindTitle = useKindTitles('assetKinds');
  const mayWrite = usePermission('asset.write');
  const mayFindings = usePermission('finding.read');
  const [editing, setEditing] = useState(false);
  const verbs = useRunnable(
    useOperationsOn('asset').filter(({ id }) => id !== 'kernel.updateAsset'),
    [asset.id],
  );
  const findingColumns = useFindingColumns();
  return (
    <div className="hd-record">
      <RecordHead
        over={kindTitle(asset.kind)}
        title={asset.name}
        tags={
          <>
            <NounStatus noun="asset" status={asset.status} />
            {asset.protectionLevel && <Tag>{t.protectionLevelOf(asset.protectionLevel)}</Tag>}
            {severities.map((severity) =>
              record.openFindings[severity] ? (
                <Link
                  key={severity}
                  to={'/findings' as never}
                  search={{ filter: `assetId:${asset.id} severity:${severity}` } as never}
                  className="hd-count"
                >
                  <SeverityTag severity={severity} /> {record.openFindings[severity]}
                </Link>
              ) : null,
            )}
          </>
        }
        actions={
          <>
            {mayWrite && <Button onClick={() => setEditing(true)}>{t.edit}</Button>}
            {verbs.map(({ operation, preset }) => (
              <Button key={operation.id} onClick={() => run({ operation, preset })}>
                {say(operation.operation.title)}
              </Button>
            ))}
          </>
        }
      />
      <Tabs
        items={[
          { key: 'facts', label: t.facts, children: <Facts record={record} /> },
          ...(mayFindings
            ? [
                {
                  key: 'findings',
                  label: t.findings,
                  children: (
                    <EmbeddedTable
                      capability={kernel}
                      list="listFindings"
                      noun="finding"
                      columns={findingColumns.filter(({ id }) =>
                        ['title', 'severity', 'status', 'lastSeenAt'].includes(id),
                      )}
                      fixed={`assetId:${asset.id}`}
                      defaultSort="-lastSeenAt"
                      height={420}
                    />
                  ),
                },
              ]
            : []),
          { key: 'relations', label: t.relations, children: <Relations record={record} /> },
        ]}
      />
      {editing && <AssetDialog asset={asset} onCancel={() => setEditing(false)} onDone={() => setEditing(false)} />}
    </div>
  );
}

function Facts({ record: { asset } }: { readonly record: AssetRecord }) {
  const t = useText();
  const say = useSay();
  const kinds = useAssetKinds();
  const mayUsers = usePermission('user.read');
  const names = useUserNames(asset.responsibleUserIds, mayUsers);
  const schema = kinds.data?.items.find(({ kind }) => kind === asset.kind)?.attributes ?? {};
  const described = new Map(describeJsonSchema(schema).map((field) => [field.name, say(field.label)]));
  const attributes = Object.entries(asset.attributes).filter(
    ([, value]) => value !== '' && value !== null && value !== undefined,
  );
  return (
    <>
      <Fields
        rows={[
          [t.owner, <OrganisationName key="o" id={asset.organisationId} />],
          [t.responsible, asset.responsibleUserIds.map((id) => names.get(id) ?? id.slice(0, 8)).join(', ')],
          [
            t.identifiers,
            asset.identifiers.length > 0 && (
              <span className="hd-code-list">
                {asset.identifiers.map((each) => (
                  <code key={each}>{each}</code>
                ))}
              </span>
            ),
          ],
          [t.tags, asset.tags.length > 0 && asset.tags.map((tag) => <Tag key={tag}>{tag}</Tag>)],
          [t.firstSeen, <TimeText key="f" at={asset.firstSeenAt} exact />],
          [t.lastSeen, <TimeText key="l" at={asset.lastSeenAt} exact />],
        ]}
      />
      {attributes.length > 0 && (
        <Section title={t.attributes}>
          <Fields
            rows={attributes.map(([name, value]) => [
              described.get(name) ?? name,
              typeof value === 'object' ? JSON.stringify(value) : String(value),
            ])}
          />
        </Section>
      )}
    </>
  );
}

function Relations({ record }: { readonly record: AssetRecord }) {
  const { asset, relations } = record;
  const t = useText();
  const say = useSay();
  const feedback = useFeedback();
  const kindTitle = useKindTitles('assetKinds');
  const mayWrite = usePermission('asset.write');
  const [adding, setAdding] = useState(false);
  const remove = useWrite<Kernel, 'unrelateAssets'>(kernel, 'unrelateAssets');
  return (
    <div className="hd-stack">
      {relations.length === 0 && <EmptyView kind="nothing-yet" title={t.noRelations} />}
      {relations.length > 0 && relations.length <= 12 && (
        <FlowDiagram
          height={240}
          nodes={[
            { id: asset.id, label: asset.name, tone: 'accent' },
            ...[...new Map(relations.map(({ other }) => [other.id, other])).values()].map((other) => ({
              id: other.id,
              label: `${other.name} (${kindTitle(other.kind)})`,
            })),
          ]}
          edges={relations.map(({ relation }) => ({
            from: relation.fromAssetId,
            to: relation.toAssetId,
            label: say(relationWords[relation.kind]),
          }))}
        />
      )}
      <ul className="hd-plain-list">
        {relations.map(({ relation, other }) => (
          <li key={relation.id}>
            <span className="hd-faint">
              {relation.fromAssetId === asset.id ? '→' : '←'} {say(relationWords[relation.kind])}
            </span>
            <Link to={`/assets/${other.id}` as never}>{other.name}</Link>
            <span className="hd-grow" />
            {mayWrite && (
              <Button
                size="small"
                type="text"
                onClick={() => remove.mutate({ id: relation.id }, { onError: (error) => feedback.failure(error) })}
              >
                {t.remove}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {mayWrite && (
        <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t.addRelation}
        </Button>
      )}
      <OperationDialog
        capability={kernel as Kernel}
        operation="relateAssets"
        open={adding}
        preset={{ id: asset.id }}
        onCancel={() => setAdding(false)}
        onDone={() => setAdding(false)}
      />
    </div>
  );
}
