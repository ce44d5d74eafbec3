/**
 * One rule on the workbench: what it says and why, and beside it testing, back-testing, exceptions and history.
 * @module
 */
import {
  Button,
  ErrorView,
  Fields,
  RecordHead,
  Segmented,
  Skeleton,
  Space,
  Tabs,
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
import { type RuleMode, refusalWords, ruleModeWords, ruleOriginWords } from '../../declared/rules-shapes.ts';
import { RuleBacktests } from './RuleBacktests.tsx';
import { RuleExceptions } from './RuleExceptions.tsx';
import { RuleTests } from './RuleTests.tsx';
import { RuleText } from './RuleText.tsx';
import { useTitleOf } from './rule-title.ts';

export function RuleRecord({ id }: { readonly id: string }) {
  const t = useMessages(detection);
  const say = useSay();
  const titleOf = useTitleOf();
  const feedback = useFeedback();
  const may = usePermission('detection.rules');
  const query = useOperation<Detection, 'getRule'>(detection, 'getRule', { id }, { keep: true });
  const [draft, setDraft] = useState<string | null>(null);
  const again = () => void query.refetch();
  const setMode = useWrite<Detection, 'setRuleModes'>(detection, 'setRuleModes', { onDone: again });
  const restore = useWrite<Detection, 'restoreRule'>(detection, 'restoreRule', { onDone: again });
  const remove = useWrite<Detection, 'removeRule'>(detection, 'removeRule');
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={again} />;
  const { rule, tests, versions, exceptions } = query.data;
  const text = draft ?? rule.text;
  const falsePositives = say({
    'zh-CN': (rule.falsePositivesZh.length > 0 ? rule.falsePositivesZh : rule.falsePositives).join('；'),
    en: rule.falsePositives.join('; '),
  });
  /** Kept as `code: reason`. */
  const refused = (text: string) => {
    const [code = '', ...reason] = text.split(': ');
    const word = refusalWords[code];
    return word ? `${say(word)}: ${reason.join(': ')}` : text;
  };
  return (
    <div className="hd-record">
      <RecordHead
        over={say(ruleOriginWords[rule.origin])}
        title={titleOf(rule)}
        tags={
          <>
            {rule.techniques.map((technique) => (
              <Tag key={technique}>{technique}</Tag>
            ))}
            {rule.refusal !== null && <Tag color="red">{refused(rule.refusal)}</Tag>}
          </>
        }
      />
      <p>{say({ 'zh-CN': rule.descriptionZh || rule.description, en: rule.description })}</p>
      <Fields
        rows={[
          [t.ruleFalsePositives, falsePositives || '—'],
          [t.ruleAuthor, `${rule.author || '—'} · ${rule.license || '—'}`],
        ]}
      />
      {may && rule.refusal === null && (
        <Segmented
          value={rule.mode}
          onChange={(mode) =>
            setMode.mutate({ ids: [id], mode: mode as RuleMode }, { onError: (error) => feedback.failure(error) })
          }
          options={Object.entries(ruleModeWords).map(([value, label]) => ({ value, label: say(label) }))}
          aria-label={t.ruleMode}
        />
      )}
      <Tabs
        items={[
          {
            key: 'text',
            label: t.ruleText,
            children: <RuleText id={id} initial={rule.text} mode={rule.mode} onText={setDraft} onSaved={again} />,
          },
          {
            key: 'tests',
            label: `${t.ruleTests} ${rule.testsPassed}/${rule.tests}`,
            children: <RuleTests id={id} text={text} tests={tests} onChanged={again} />,
          },
          {
            key: 'backtest',
            label: t.ruleBacktest,
            children: <RuleBacktests ruleId={id} text={text} />,
          },
          {
            key: 'exceptions',
            label: `${t.ruleExceptions} ${exceptions.length}`,
            children: <RuleExceptions ruleKey={rule.key} exceptions={exceptions} onChanged={again} />,
          },
          {
            key: 'history',
            label: t.ruleHistory,
            children: (
              <div className="hd-stack">
                {versions.map((version) => (
                  <Space key={version.id} wrap>
                    <strong>{t.ruleVersion({ version: version.version })}</strong>
                    <Tag>{say(ruleModeWords[version.mode])}</Tag>
                    <TimeText at={version.changedAt} />
                    <span>{version.changedByName}</span>
                    <span className="hd-faint">{version.note}</span>
                    {may && version.version !== rule.version && (
                      <Button
                        size="small"
                        loading={restore.isPending}
                        onClick={() =>
                          restore.mutate(
                            { id, version: version.version },
                            { onError: (error) => feedback.failure(error) },
                          )
                        }
                      >
                        {t.ruleRestore}
                      </Button>
                    )}
                  </Space>
                ))}
                {may && rule.origin !== 'hedun' && (
                  <div>
                    <Button
                      danger
                      onClick={() => remove.mutate({ id }, { onError: (error) => feedback.failure(error) })}
                    >
                      {t.ruleRemove}
                    </Button>
                  </div>
                )}
              </div>
            ),
          },
        ]}
      />
    </div>
  );
}
