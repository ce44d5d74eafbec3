/**
 * The text of a rule, checked while it is written: each problem with its line, which a click goes to.
 * @module
 */
import {
  Alert,
  Button,
  Input,
  Segmented,
  Space,
  useFeedback,
  useMessages,
  useOperation,
  usePermission,
  useSay,
  useWrite,
} from '@hedun/ui';
import { useEffect, useRef, useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import { type RuleMode, refusalWords, ruleModeWords } from '../../declared/rules-shapes.ts';

const quietMs = 400;

export function RuleText({
  id,
  initial,
  mode: initialMode,
  onSaved,
  onText,
}: {
  readonly id?: string;
  readonly initial: string;
  readonly mode: RuleMode;
  readonly onSaved?: () => void;
  readonly onText?: (text: string) => void;
}) {
  const t = useMessages(detection);
  const say = useSay();
  const may = usePermission('detection.rules');
  const feedback = useFeedback();
  const [text, setText] = useState(initial);
  const [settled, setSettled] = useState(initial);
  const [mode, setMode] = useState<RuleMode>(initialMode);
  const [note, setNote] = useState('');
  const area = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setText(initial);
    setSettled(initial);
  }, [initial]);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), quietMs);
    return () => clearTimeout(timer);
  }, [text]);
  const checked = useOperation<Detection, 'checkRule'>(
    detection,
    'checkRule',
    { text: settled },
    { enabled: settled.trim() !== '', keep: true },
  );
  const save = useWrite<Detection, 'saveRule'>(detection, 'saveRule', { onDone: () => onSaved?.() });
  const problems = checked.data?.problems ?? [];
  const kindOf = (code: string) => {
    const word = refusalWords[code];
    return word ? say(word) : code;
  };
  const goTo = (line: number | null) => {
    const field = area.current?.querySelector('textarea');
    if (!field || line === null) return;
    const start =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0);
    field.focus();
    field.setSelectionRange(start, start + (text.split('\n')[line - 1]?.length ?? 0));
  };
  return (
    <div className="hd-stack">
      <div ref={area}>
        <Input.TextArea
          style={{ fontFamily: 'ui-monospace, "Noto Sans Mono", monospace' }}
          value={text}
          readOnly={!may}
          onChange={(event) => {
            setText(event.target.value);
            onText?.(event.target.value);
          }}
          autoSize={{ minRows: 16, maxRows: 32 }}
          spellCheck={false}
          aria-label={t.ruleText}
        />
      </div>
      {problems.length > 0
        ? problems.map((problem) => (
            <Alert
              key={`${problem.name} ${problem.reason}`}
              type="error"
              showIcon
              title={
                <Button type="link" size="small" onClick={() => goTo(problem.line)}>
                  {t.ruleAt({ line: problem.line ?? 1, column: problem.column ?? 1 })} · {kindOf(problem.code)}
                </Button>
              }
              description={`${problem.name}: ${problem.reason}`}
            />
          ))
        : checked.data && (
            <Alert
              type="success"
              showIcon
              title={t.ruleSound}
              description={checked.data.rules
                .map((rule) => `${rule.title} (${rule.kind}) ${rule.logsource}`)
                .join('; ')}
            />
          )}
      {may && (
        <Space wrap>
          <Segmented
            value={mode}
            onChange={(value) => setMode(value as RuleMode)}
            options={Object.entries(ruleModeWords).map(([value, label]) => ({ value, label: say(label) }))}
            aria-label={t.ruleMode}
          />
          <Input
            value={note}
            onChange={(event) => setNote(event.target.value)}
            maxLength={500}
            placeholder={say({ 'zh-CN': '修改说明', en: 'Note' })}
          />
          <Button
            type="primary"
            disabled={problems.length > 0 || text.trim() === ''}
            loading={save.isPending}
            onClick={() =>
              save.mutate(
                { ...(id === undefined ? {} : { id }), text, mode, note },
                { onError: (error) => feedback.failure(error) },
              )
            }
          >
            {t.ruleSave}
          </Button>
        </Space>
      )}
    </div>
  );
}
