/**
 * Tests of a rule: those kept, and a place to paste events, see what the text as written would say, and keep that as a test.
 * @module
 */
import { Alert, Button, Input, Space, Tag, useFeedback, useMessages, usePermission, useWrite } from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import type { TestRow } from '../../declared/rules-shapes.ts';

export function RuleTests({
  id,
  text,
  tests,
  onChanged,
}: {
  readonly id: string;
  readonly text: string;
  readonly tests: readonly TestRow[];
  readonly onChanged: () => void;
}) {
  const t = useMessages(detection);
  const may = usePermission('detection.rules');
  const feedback = useFeedback();
  const first = tests[0];
  const [events, setEvents] = useState(first ? first.events.map((each) => JSON.stringify(each)).join('\n') : '');
  const attempt = useWrite<Detection, 'tryRule'>(detection, 'tryRule');
  const keep = useWrite<Detection, 'saveRuleTest'>(detection, 'saveRuleTest', { onDone: onChanged });
  const remove = useWrite<Detection, 'removeRuleTest'>(detection, 'removeRuleTest', { onDone: onChanged });
  const failed = { onError: (error: unknown) => feedback.failure(error) };
  const source = first?.source ?? undefined;
  const result = attempt.data;
  return (
    <div className="hd-stack">
      {tests.length === 0 && <Alert type="info" title={t.ruleNoTests} />}
      {tests.map((test) => (
        <Space key={test.id} wrap>
          <Tag color={test.found === test.expected ? 'green' : 'red'}>
            {test.found === test.expected
              ? t.ruleTestOk
              : t.ruleTestBad({ found: test.found ?? 0, expected: test.expected })}
          </Tag>
          <Button
            type="link"
            size="small"
            onClick={() => setEvents(test.events.map((each) => JSON.stringify(each)).join('\n'))}
          >
            {test.name}
          </Button>
          <span className="hd-faint">{t.ruleTestShape({ events: test.events.length, expected: test.expected })}</span>
          {may && (
            <Button size="small" onClick={() => remove.mutate({ id: test.id }, failed)}>
              {t.remove}
            </Button>
          )}
        </Space>
      ))}
      <Input.TextArea
        style={{ fontFamily: 'ui-monospace, "Noto Sans Mono", monospace' }}
        value={events}
        onChange={(event) => setEvents(event.target.value)}
        autoSize={{ minRows: 6, maxRows: 18 }}
        placeholder={t.ruleEvents}
        aria-label={t.ruleEvents}
        spellCheck={false}
      />
      <Space wrap>
        <Button
          disabled={events.trim() === ''}
          loading={attempt.isPending}
          onClick={() => attempt.mutate({ text, events, ...(source ? { source } : {}) }, failed)}
        >
          {t.ruleRun}
        </Button>
        {may && result && (
          <Button
            loading={keep.isPending}
            onClick={() =>
              keep.mutate(
                {
                  id,
                  name: `${tests.length + 1}`,
                  expected: result.matches.length,
                  events,
                  ...(source ? { source } : {}),
                },
                failed,
              )
            }
          >
            {t.ruleKeepTest}
          </Button>
        )}
      </Space>
      {result && (
        <Alert
          type={result.matches.length > 0 ? 'success' : 'info'}
          title={t.ruleMatched({ matches: result.matches.length, events: result.events })}
          description={
            <div className="hd-stack">
              {result.unrouted > 0 && <span>{t.ruleUnrouted({ count: result.unrouted })}</span>}
              {result.matches.slice(0, 50).map((match) => (
                <span key={`${match.rule} ${match.index} ${match.group?.join() ?? ''}`}>
                  {t.ruleHit({ index: match.index + 1 })}: {match.title} {match.group?.join(', ')}
                </span>
              ))}
            </div>
          }
        />
      )}
    </div>
  );
}
