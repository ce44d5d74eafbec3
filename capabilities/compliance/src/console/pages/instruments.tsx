/**
 * The library of instruments: each text with its items, readings and errata, and what of it is executable.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import {
  Alert,
  Button,
  ErrorView,
  Fields,
  FileLink,
  Input,
  PageFrame,
  Section,
  Select,
  Skeleton,
  Space,
  StatusTag,
  Tree,
  useFeedback,
  useMessages,
  useOperation,
  useUrlState,
  useWrite,
} from '@hedun/ui';
import { useMemo, useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import { useWords } from '../parts/words.ts';

export function Page() {
  const t = useMessages(compliance);
  const words = useWords();
  const [{ instrument: chosen }, change] = useUrlState('instrument');
  const list = useOperation<Compliance, 'listInstruments'>(compliance, 'listInstruments', {});
  const id = chosen || list.data?.items.find((each) => each.name === 'pi-audit')?.id || '';
  const detail = useOperation<Compliance, 'showInstrument'>(
    compliance,
    'showInstrument',
    { instrument: id },
    { enabled: id !== '' },
  );
  if (list.isError) return <ErrorView error={list.error} onRetry={() => void list.refetch()} />;
  const summary = list.data?.items.find((each) => each.id === id);
  return (
    <PageFrame
      title={words({ zh: '规范库', en: 'Instruments' })}
      actions={
        <Select
          aria-label={words({ zh: '规范', en: 'Instrument' })}
          value={id}
          style={{ minWidth: 340 }}
          onChange={(next) => change({ instrument: next })}
          options={(list.data?.items ?? []).map((each) => ({
            value: each.id,
            label: `${words(each.title)} · ${each.version}`,
          }))}
        />
      }
    >
      {summary && !summary.selectable && <Alert type="warning" showIcon title={t.draftOnly} />}
      {summary?.selectable && summary.status !== 'verified' && <Alert type="info" showIcon title={t.unverified} />}
      {summary && (
        <Fields
          rows={[
            [t.version, summary.version],
            [t.validFrom, `${summary.validFrom}${summary.validTo ? ` — ${summary.validTo}` : ''}`],
            [t.executable, String(summary.executable)],
            [t.checks, String(summary.checks)],
          ]}
        />
      )}
      {summary && (
        <div style={{ margin: '14px 0' }}>
          <Oscal instrument={summary.id} />
        </div>
      )}
      {detail.isError && <ErrorView error={detail.error} onRetry={() => void detail.refetch()} />}
      {detail.data ? <Text instrument={detail.data.instrument} /> : <Skeleton />}
    </PageFrame>
  );
}

/** The text as an OSCAL catalogue, for other tools. */
function Oscal({ instrument }: { readonly instrument: string }) {
  const t = useMessages(compliance);
  const feedback = useFeedback();
  const write = useWrite<Compliance, 'exportInstrument'>(compliance, 'exportInstrument');
  return (
    <Space>
      <Button
        loading={write.isPending}
        onClick={() => write.mutate({ instrument }, { onError: (error) => feedback.failure(error) })}
      >
        {t.exportOscal}
      </Button>
      {write.data && <FileLink file={write.data} />}
    </Space>
  );
}

interface Branch {
  readonly key: string;
  readonly title: React.ReactNode;
  readonly children: Branch[];
}

function Text({ instrument }: { readonly instrument: Instrument }) {
  const t = useMessages(compliance);
  const words = useWords();
  const [text, setText] = useState('');
  const tree = useMemo(() => {
    const branches = new Map<string, Branch>();
    const roots: Branch[] = [];
    const found = new Set<string>();
    const parents = new Map(instrument.nodes.map((node) => [node.id, node.parent]));
    for (const node of instrument.nodes)
      if (words(node).toLowerCase().includes(text.toLowerCase()))
        for (let at: string | undefined = node.id; at !== undefined; at = parents.get(at)) found.add(at);
    for (const node of instrument.nodes) {
      if (!found.has(node.id)) continue;
      const title = (
        <span>
          <b>{node.trace}</b> {words(node)} <StatusTag tone="neutral">{t[`type_${node.type}`]}</StatusTag>
        </span>
      );
      const branch: Branch = { key: node.id, title, children: [] };
      branches.set(node.id, branch);
      (branches.get(node.parent ?? '')?.children ?? roots).push(branch);
    }
    return roots;
  }, [instrument, text, words, t]);
  return (
    <>
      <Section title={t.tree}>
        <Input.Search placeholder={t.searchText} aria-label={t.searchText} allowClear onSearch={setText} />
        <Tree
          key={`${instrument.id} ${text}`}
          treeData={tree}
          selectable={false}
          defaultExpandAll={text !== ''}
          blockNode
        />
      </Section>
      {instrument.parameters.length > 0 && (
        <Section title={t.parameters}>
          <Fields
            rows={instrument.parameters.map(
              (each) => [words(each.title), `${String(each.value)} · ${words(each.why)}`] as const,
            )}
          />
        </Section>
      )}
      {instrument.errata.length > 0 && (
        <Section title={t.errata}>
          <Fields rows={instrument.errata.map((each) => [each.where, `${each.printed} → ${each.read}`] as const)} />
        </Section>
      )}
    </>
  );
}
