/**
 * Exceptions of one rule: what they excuse, why, for whom and until when.
 * @module
 */
import {
  Button,
  EmptyView,
  OperationDialog,
  OrganisationName,
  Space,
  Tag,
  TimeText,
  useFeedback,
  useMessages,
  useNow,
  usePermission,
  useSession,
  useWrite,
} from '@hedun/ui';
import { useState } from 'react';
import { type Detection, detection } from '../../capability.ts';
import type { ExceptionRow } from '../../declared/rules-shapes.ts';

const monthMs = 30 * 86_400_000;

export function RuleExceptions({
  ruleKey,
  exceptions,
  onChanged,
}: {
  readonly ruleKey: string;
  readonly exceptions: readonly ExceptionRow[];
  readonly onChanged: () => void;
}) {
  const t = useMessages(detection);
  const may = usePermission('detection.rules');
  const session = useSession();
  const feedback = useFeedback();
  const [adding, setAdding] = useState(false);
  const now = useNow();
  const end = useWrite<Detection, 'endException'>(detection, 'endException', { onDone: onChanged });
  return (
    <div className="hd-stack">
      {exceptions.length === 0 && <EmptyView kind="nothing-yet" text={t.ruleNoExceptions} />}
      {exceptions.map((exception) => {
        const running = Date.parse(exception.expiresAt) > Number(now);
        return (
          <div key={exception.id} className="hd-stack">
            <Space wrap>
              <Tag color={running ? 'green' : 'default'}>{running ? t.ruleUntil : t.ruleEnded}</Tag>
              <TimeText at={exception.expiresAt} exact />
              <OrganisationName id={exception.organisationId} />
              <span>{exception.reason}</span>
              {may && running && (
                <Button
                  size="small"
                  onClick={() => end.mutate({ id: exception.id }, { onError: (error) => feedback.failure(error) })}
                >
                  {t.ruleEnd}
                </Button>
              )}
            </Space>
            <code className="hd-code">{exception.condition}</code>
          </div>
        );
      })}
      {may && (
        <div>
          <Button onClick={() => setAdding(true)}>{t.ruleAddException}</Button>
        </div>
      )}
      <OperationDialog<Detection, 'addException'>
        open={adding}
        capability={detection}
        operation="addException"
        preset={{ ruleKey }}
        initial={{
          organisationId: session.user.organisationId,
          expiresAt: new Date(Number(now) + monthMs).toISOString(),
        }}
        omit={['ruleKey']}
        onCancel={() => setAdding(false)}
        onDone={() => {
          setAdding(false);
          onChanged();
        }}
      />
    </div>
  );
}
