/**
 * The rules and their workbench: find, write with errors located, test, back-test, shadow, exceptions, history, import of whole sets.
 * @module
 */
import {
  Button,
  DataTable,
  Drawer,
  EmptyView,
  ErrorView,
  OperationDialog,
  PageFrame,
  Skeleton,
  Space,
  Tag,
  TimeText,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { type RuleSummary, ruleLevelWords, ruleModeWords, ruleOriginWords } from '../../declared/rules-shapes.ts';
import { RuleRecord } from '../parts/RuleRecord.tsx';
import { RuleText } from '../parts/RuleText.tsx';
import { useTitleOf } from '../parts/rule-title.ts';

const levelColours: Readonly<Record<string, string>> = {
  critical: 'red',
  high: 'volcano',
  medium: 'gold',
  low: 'blue',
};
const skeleton = `title: 
id: 
status: experimental
description: 
author: 
tags:
  - attack.execution
  - attack.t1059
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    Image|endswith: '\\\\example.exe'
  condition: selection
falsepositives:
  - 
level: medium
`;

export function Page() {
  const t = useMessages(detection);
  const say = useSay();
  const titleOf = useTitleOf();
  const feedback = useFeedback();
  const may = usePermission('detection.rules');
  const [open, setOpen] = useState<'new' | 'import' | 'sets' | null>(null);
  const tests = useWrite<Detection, 'runRuleTests'>(detection, 'runRuleTests');
  return (
    <PageFrame
      title={t.rules}
      fill
      actions={
        <Space wrap>
          <Button onClick={() => setOpen('sets')}>{t.ruleSets}</Button>
          {may && (
            <>
              <Button
                loading={tests.isPending}
                onClick={() => tests.mutate({}, { onError: (error) => feedback.failure(error) })}
              >
                {t.runTests}
              </Button>
              <Button onClick={() => setOpen('import')}>{t.importRules}</Button>
              <Button type="primary" onClick={() => setOpen('new')}>
                {t.newRule}
              </Button>
            </>
          )}
        </Space>
      }
    >
      <DataTable<RuleSummary>
        capability={detection}
        list="listRules"
        defaultSort="-updatedAt"
        emptyText={t.noRules}
        columns={[
          {
            id: 'level',
            title: '',
            width: 90,
            narrow: 'line',
            render: ({ level }) => (
              <Tag color={levelColours[level] ?? 'default'}>
                {say(ruleLevelWords[level as keyof typeof ruleLevelWords] ?? { 'zh-CN': level, en: level })}
              </Tag>
            ),
            filterValue: ({ level }) => level,
          },
          {
            id: 'title',
            title: '',
            narrow: 'title',
            render: (rule) => <strong className="hd-cell-main">{titleOf(rule)}</strong>,
          },
          {
            id: 'techniques',
            title: 'ATT&CK',
            width: 190,
            sort: null,
            narrow: 'none',
            render: ({ techniques }) => <code className="hd-faint">{techniques.join(' ')}</code>,
          },
          { id: 'logsource', title: '', width: 210, narrow: 'none' },
          {
            id: 'mode',
            title: '',
            width: 100,
            narrow: 'line',
            render: ({ mode, refusal }) =>
              refusal === null ? (
                <Tag color={mode === 'on' ? 'green' : mode === 'shadow' ? 'blue' : 'default'}>
                  {say(ruleModeWords[mode])}
                </Tag>
              ) : (
                <Tag color="red">{t.ruleRefused}</Tag>
              ),
            filterValue: ({ mode }) => mode,
          },
          {
            id: 'tests',
            title: '',
            width: 90,
            sort: null,
            narrow: 'none',
            render: ({ tests: all, testsPassed }) =>
              all === 0 ? <span className="hd-faint">—</span> : `${testsPassed}/${all}`,
          },
          {
            id: 'origin',
            title: '',
            width: 80,
            narrow: 'none',
            render: ({ origin }) => say(ruleOriginWords[origin]),
            filterValue: ({ origin }) => origin,
          },
          {
            id: 'updatedAt',
            title: '',
            width: 140,
            narrow: 'none',
            render: ({ updatedAt }) => <TimeText at={updatedAt} />,
          },
        ]}
        detail={(id) => <RuleRecord id={id} />}
      />
      <Drawer open={open === 'new'} size={860} title={t.newRule} onClose={() => setOpen(null)} destroyOnHidden>
        <RuleText initial={skeleton} mode="shadow" onSaved={() => setOpen(null)} />
      </Drawer>
      <OperationDialog<Detection, 'importRules'>
        open={open === 'import'}
        capability={detection}
        operation="importRules"
        onCancel={() => setOpen(null)}
        onDone={() => setOpen('sets')}
      />
      <Drawer open={open === 'sets'} size={640} title={t.ruleSets} onClose={() => setOpen(null)} destroyOnHidden>
        <RuleSets />
      </Drawer>
    </PageFrame>
  );
}

function RuleSets() {
  const t = useMessages(detection);
  const may = usePermission('detection.rules');
  const feedback = useFeedback();
  const sets = useOperation<Detection, 'listRuleSets'>(detection, 'listRuleSets', {}, { refreshMs: 3000 });
  const remove = useWrite<Detection, 'removeRuleSet'>(detection, 'removeRuleSet', {
    onDone: () => void sets.refetch(),
  });
  if (sets.isPending) return <Skeleton />;
  if (sets.isError) return <ErrorView error={sets.error} onRetry={() => void sets.refetch()} />;
  if (sets.data.items.length === 0) return <EmptyView kind="nothing-yet" text={t.setsNone} />;
  return (
    <div className="hd-stack">
      {sets.data.items.map((set) => (
        <div key={set.id} className="hd-stack">
          <Space wrap>
            <strong>{set.name}</strong>
            <Tag>{set.license}</Tag>
            {set.author && <span className="hd-faint">{set.author}</span>}
            <span>{t.setRules({ rules: set.rules, refused: set.refused })}</span>
            <TimeText at={set.createdAt} />
            {may && (
              <Button
                size="small"
                danger
                onClick={() => remove.mutate({ id: set.id }, { onError: (error) => feedback.failure(error) })}
              >
                {t.remove}
              </Button>
            )}
          </Space>
          {set.issues.slice(0, 20).map((issue) => (
            <code key={`${issue.where} ${issue.name}`} className="hd-faint">
              {issue.where} {issue.name}: {issue.code}: {issue.reason}
            </code>
          ))}
        </div>
      ))}
    </div>
  );
}
