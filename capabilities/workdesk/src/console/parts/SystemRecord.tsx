/**
 * One entry of the register: how complete it is and why, what is known, how its filing stands, and what the reviews said.
 * @module
 */
import {
  Alert,
  Button,
  ErrorView,
  Fields,
  Link,
  NounStatus,
  OperationDialog,
  OrganisationName,
  Progress,
  RecordHead,
  Section,
  Skeleton,
  StatusTag,
  TimeText,
  useMessages,
  useOperation,
  usePermission,
  useSay,
} from '@hedun/ui';
import { useState } from 'react';
import { type Workdesk, workdesk } from '../../capability.ts';
import { filingKindWords } from '../../filing-shapes.ts';
import { filingStateWords, type SystemDetail, type SystemKey } from '../../register-shapes.ts';
import { fieldTitle, itemTitle } from '../../register-words.ts';
import { answerWords } from '../../review-shapes.ts';
import { Differences, useFieldValue } from './Differences.tsx';

export const filingTones = {
  none: 'neutral',
  applied: 'accent',
  filed: 'good',
  differs: 'warn',
  retired: 'neutral',
} as const;
const groups: readonly (readonly ['basics' | 'persons' | 'addressing', readonly SystemKey[]])[] = [
  ['basics', ['purpose', 'filingNumber', 'evaluatedOn', 'dataHeld', 'personalRecords', 'goLive', 'retiredOn']],
  ['persons', ['leader', 'leaderPhone', 'technician', 'technicianPhone', 'supplier', 'operator']],
  ['addressing', ['domains', 'addresses', 'url', 'deployment', 'exposure']],
];

export function SystemRecord({ id }: { readonly id: string }) {
  const query = useOperation<Workdesk, 'getSystem'>(workdesk, 'getSystem', { id });
  if (query.isPending) return <Skeleton />;
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  return <Loaded key={`${id}-${query.data.updatedAt}`} system={query.data} />;
}

function Loaded({ system }: { readonly system: SystemDetail }) {
  const t = useMessages(workdesk);
  const say = useSay();
  const written = useFieldValue();
  const office = usePermission('workdesk.write');
  const unit = usePermission('workdesk.unit');
  const [dialog, setDialog] = useState<'edit' | 'file' | null>(null);
  const { details } = system;
  const preset = { organisationId: system.organisationId };
  return (
    <div className="hd-record">
      <RecordHead
        over={<OrganisationName id={system.organisationId} />}
        title={details.name}
        tags={
          <>
            <NounStatus noun="asset" status={details.status} />
            <StatusTag tone={details.protectionLevel === null ? 'neutral' : 'accent'}>
              {details.protectionLevel === null ? t.notGraded : t.level({ level: details.protectionLevel })}
            </StatusTag>
            <StatusTag tone={filingTones[system.filing]}>{say(filingStateWords[system.filing])}</StatusTag>
          </>
        }
        actions={
          <>
            {system.mayChange && (
              <Button type="primary" onClick={() => setDialog('edit')}>
                {t.editSystem}
              </Button>
            )}
            {unit && (system.filing === 'none' || system.filing === 'differs') && (
              <Button onClick={() => setDialog('file')}>
                {system.filing === 'none' ? t.newFiling : t.filingStep_change}
              </Button>
            )}
          </>
        }
      />
      {system.differences.length > 0 && (
        <Alert type="warning" showIcon title={t.differsTitle} description={<Differences rows={system.differences} />} />
      )}
      <Section title={t.complete}>
        <Progress
          percent={system.completeness.percent}
          size="small"
          status={system.completeness.percent === 100 ? 'success' : 'normal'}
        />
        <div className="hd-record-tags" style={{ flexWrap: 'wrap' }}>
          {system.completeness.lines
            .filter(({ state }) => state !== 'present')
            .map(({ item, state, weight }) => (
              <StatusTag key={item} tone={state === 'missing' ? 'bad' : 'warn'}>
                {`${say(itemTitle(item))} ${t[`state_${state}`]} −${weight}`}
              </StatusTag>
            ))}
        </div>
      </Section>
      {groups.map(([title, keys]) => (
        <Section key={title} title={t[title]}>
          <Fields
            rows={keys.map((key) => [
              say(fieldTitle(key)),
              Array.isArray(details[key]) && details[key].length > 0 ? (
                <span key={key}>
                  {details[key].map((each) => (
                    <div key={each}>
                      <code>{each}</code>
                    </div>
                  ))}
                </span>
              ) : (
                written(key, details[key])
              ),
            ])}
          />
        </Section>
      ))}
      <Section title={t.openFindings}>
        <Link
          to={'/findings' as never}
          search={{ filter: `assetId:${system.id} status:open,triaged,in_case` } as never}
        >
          {Object.values(system.openFindings).reduce((sum, count) => sum + count, 0)}
        </Link>
      </Section>
      {system.filings.length > 0 && (
        <Section title={t.filingsOf}>
          <ul className="hd-plain-list">
            {system.filings.map((filing) => (
              <li key={filing.id}>
                <Link to={'/workdesk/filings' as never} search={{ id: filing.id } as never}>
                  {filing.number || say(filingStateWords.applied)}
                </Link>
                <span>{`${say(filingKindWords[filing.kind])} ${filing.subject}`}</span>
                <span className="hd-grow" />
                {filing.expiresOn && <span className="hd-faint">{t.validTo({ day: filing.expiresOn })}</span>}
              </li>
            ))}
          </ul>
        </Section>
      )}
      {system.reviews.length > 0 && (
        <Section title={t.reviewsOf}>
          <ul className="hd-plain-list">
            {system.reviews.map(({ title, answer, at }) => (
              <li key={`${title}-${at}`}>
                <span>{title}</span>
                <StatusTag tone="neutral">{say(answerWords[answer as keyof typeof answerWords])}</StatusTag>
                <span className="hd-grow" />
                <TimeText at={at} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {dialog === 'edit' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation={office ? 'saveSystem' : 'saveOwnSystem'}
          open
          width={640}
          preset={{ id: system.id }}
          initial={{ ...details, ...preset }}
          onCancel={() => setDialog(null)}
          onDone={() => setDialog(null)}
        />
      )}
      {dialog === 'file' && (
        <OperationDialog
          capability={workdesk as Workdesk}
          operation="fileSystem"
          open
          width={640}
          preset={{
            ...preset,
            assetId: system.id,
            ...(system.filing === 'differs'
              ? { id: system.filings.find(({ kind, status }) => kind === 'system' && status === 'filed')?.id }
              : {}),
          }}
          initial={{ ...details }}
          onCancel={() => setDialog(null)}
          onDone={() => setDialog(null)}
        />
      )}
    </div>
  );
}
