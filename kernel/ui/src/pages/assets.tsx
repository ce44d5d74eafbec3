/**
 * Assets: the list, the record beside it, making and changing by kind, and the import of tables.
 * @module
 */
import { UploadOutlined } from '@ant-design/icons';
import type { Asset } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';
import { useNavigate } from '@tanstack/react-router';
import { Button, Tag } from 'antd';
import { lazy, Suspense, useMemo, useState } from 'react';
import { OrganisationName } from '../parts/organisations.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { SamplesCard } from '../parts/Samples.tsx';
import { NounStatus } from '../parts/SeverityTag.tsx';
import { TimeText } from '../parts/TimeText.tsx';
import { usePermission } from '../platform/session.tsx';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/DataTable.tsx';
import { useText } from '../texts/index.ts';
import { AssetDetail } from './asset-detail.tsx';
import { AssetDialog } from './asset-form.tsx';
import { useKindTitles } from './words.tsx';

const ImportWizard = lazy(async () => ({ default: (await import('./asset-import.tsx')).AssetImport }));

export function Page({ recordId }: { readonly recordId?: string }) {
  const t = useText();
  const navigate = useNavigate();
  const mayWrite = usePermission('asset.write');
  const columns = useAssetColumns();
  const [creating, setCreating] = useState(false);
  const [importing, setImporting] = useState(false);
  if (recordId)
    return (
      <PageFrame
        title={t.asset}
        actions={<Button onClick={() => void navigate({ to: '/assets' as never })}>{t.backToList}</Button>}
      >
        <AssetDetail id={recordId} />
      </PageFrame>
    );
  return (
    <PageFrame title={t.assets} fill>
      <DataTable<Asset>
        capability={kernel}
        list="listAssets"
        noun="asset"
        columns={columns}
        defaultSort="-updatedAt"
        allows={({ id }, { status }) => id !== 'kernel.retireAssets' || status !== 'retired'}
        detail={(id) => <AssetDetail id={id} />}
        emptyText={t.noAssetsText}
        emptyAction={
          mayWrite && (
            <div className="hd-empty-actions">
              <Button type="primary" icon={<UploadOutlined />} onClick={() => setImporting(true)}>
                {t.importAssets}
              </Button>
              <SamplesCard />
            </div>
          )
        }
        toolbar={
          mayWrite && (
            <Button icon={<UploadOutlined />} onClick={() => setImporting(true)}>
              {t.import}
            </Button>
          )
        }
        {...(mayWrite ? { create: { title: t.newAsset, run: () => setCreating(true) } } : {})}
      />
      {creating && (
        <AssetDialog
          onCancel={() => setCreating(false)}
          onDone={(asset) => {
            setCreating(false);
            void navigate({ to: '/assets' as never, search: { id: asset.id } as never });
          }}
        />
      )}
      {importing && (
        <Suspense fallback={null}>
          <ImportWizard onClose={() => setImporting(false)} />
        </Suspense>
      )}
    </PageFrame>
  );
}

export function useAssetColumns(): readonly Column<Asset>[] {
  const t = useText();
  const kindTitle = useKindTitles('assetKinds');
  return useMemo(
    () => [
      {
        id: 'name',
        title: t.name,
        narrow: 'title',
        sort: 'name',
        render: (asset) => <strong className="hd-cell-main">{asset.name}</strong>,
      },
      {
        id: 'kind',
        title: t.kind,
        width: 120,
        narrow: 'line',
        sort: 'kind',
        render: (asset) => kindTitle(asset.kind),
        filterValue: (asset) => asset.kind,
      },
      {
        id: 'identifiers',
        title: t.identifiers,
        width: 190,
        narrow: 'line',
        sort: null,
        render: (asset) =>
          asset.identifiers.length === 0 ? (
            <span className="hd-faint">—</span>
          ) : (
            <code title={asset.identifiers.join('\n')}>
              {asset.identifiers[0]}
              {asset.identifiers.length > 1 && ` +${asset.identifiers.length - 1}`}
            </code>
          ),
      },
      {
        id: 'organisation',
        title: t.owner,
        width: 170,
        narrow: 'line',
        sort: null,
        render: (asset) => <OrganisationName id={asset.organisationId} />,
        filterValue: (asset) => asset.organisationId,
      },
      {
        id: 'protectionLevel',
        title: t.protectionLevel,
        width: 124,
        sort: 'protectionLevel',
        render: (asset) =>
          asset.protectionLevel ? t.level(asset.protectionLevel) : <span className="hd-faint">—</span>,
        filterValue: (asset) => (asset.protectionLevel ? String(asset.protectionLevel) : null),
      },
      {
        id: 'status',
        title: t.status,
        width: 90,
        sort: 'status',
        render: (asset) => <NounStatus noun="asset" status={asset.status} />,
        filterValue: (asset) => asset.status,
      },
      {
        id: 'tags',
        title: t.tags,
        width: 140,
        sort: null,
        hidden: true,
        render: (asset) => asset.tags.map((tag) => <Tag key={tag}>{tag}</Tag>),
      },
      {
        id: 'lastSeenAt',
        title: t.lastSeen,
        width: 120,
        sort: 'lastSeenAt',
        hidden: true,
        render: (asset) => <TimeText at={asset.lastSeenAt} />,
      },
      {
        id: 'updatedAt',
        title: t.updatedAt,
        width: 120,
        sort: 'updatedAt',
        render: (asset) => <TimeText at={asset.updatedAt} />,
      },
      {
        id: 'createdAt',
        title: t.createdAt,
        width: 120,
        sort: 'createdAt',
        hidden: true,
        render: (asset) => <TimeText at={asset.createdAt} />,
      },
    ],
    [t, kindTitle],
  );
}
