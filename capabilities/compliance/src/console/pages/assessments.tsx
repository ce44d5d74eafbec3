/**
 * Assessments: the list, and the workspace of one: items with progress, facts, deadlines, the score line by line, documents.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import {
  Alert,
  Button,
  ErrorView,
  Form,
  OperationList,
  PageFrame,
  Progress,
  RecordHead,
  Select,
  Skeleton,
  StatusTag,
  Tabs,
  useFeedback,
  useMessages,
  useNavigate,
  useOperation,
  usePermission,
  useUrlState,
  useWrite,
} from '@hedun/ui';
import { lazy, Suspense } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { Steps } from '../parts/Steps.tsx';
import { useWords } from '../parts/words.ts';

// Trees, tables and uploads are large; each tab loads its own when it is first opened.
const Checks = lazy(async () => ({ default: (await import('../parts/Checks.tsx')).Checks }));
const Deadlines = lazy(async () => ({ default: (await import('../parts/Deadlines.tsx')).Deadlines }));
const Documents = lazy(async () => ({ default: (await import('../parts/Documents.tsx')).Documents }));
const Facts = lazy(async () => ({ default: (await import('../parts/Facts.tsx')).Facts }));
const Plan = lazy(async () => ({ default: (await import('../parts/Plan.tsx')).Plan }));
const Scheme = lazy(async () => ({ default: (await import('../parts/Scheme.tsx')).Scheme }));
const Score = lazy(async () => ({ default: (await import('../parts/Score.tsx')).Score }));

export function Page({ recordId }: { readonly recordId?: string }) {
  const words = useWords();
  const navigate = useNavigate();
  if (recordId)
    return (
      <PageFrame
        title={words({ zh: '评估工作台', en: 'Assessment workspace' })}
        actions={
          <a
            href="/compliance/assessments"
            onClick={(event) => {
              event.preventDefault();
              void navigate({ to: '/compliance/assessments' as never });
            }}
          >
            {words({ zh: '返回列表', en: 'Back to the list' })}
          </a>
        }
      >
        <Workspace id={recordId} />
      </PageFrame>
    );
  return (
    <OperationList
      capability={compliance}
      list="listAssessments"
      create="createAssessment"
      createForm={{ omit: ['instrument'], lead: <InstrumentField /> }}
      columns={['name', 'instrumentTitle', 'organisationId', 'statusTitle', 'updatedAt']}
      detail={(id) => <Workspace id={id} />}
    />
  );
}

/** The rules to assess by, chosen among those in force. */
function InstrumentField() {
  const t = useMessages(compliance);
  const words = useWords();
  const list = useOperation<Compliance, 'listInstruments'>(compliance, 'listInstruments', {});
  const label = words({ zh: '规范', en: 'Instrument' });
  return (
    <Form.Item name="instrument" label={label} rules={[{ required: true, message: t.chooseInstrument }]}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        placeholder={t.chooseInstrument}
        options={(list.data?.items ?? [])
          .filter((each) => each.selectable)
          .map((each) => ({ value: each.id, label: `${words(each.title)} · ${each.version}` }))}
      />
    </Form.Item>
  );
}

function Workspace({ id }: { readonly id: string }) {
  const query = useOperation<Compliance, 'getAssessment'>(compliance, 'getAssessment', { id });
  const instrument = useOperation<Compliance, 'showInstrument'>(
    compliance,
    'showInstrument',
    { instrument: query.data?.summary.instrument ?? '' },
    { enabled: query.data !== undefined },
  );
  if (query.isError) return <ErrorView error={query.error} onRetry={() => void query.refetch()} />;
  if (instrument.isError) return <ErrorView error={instrument.error} onRetry={() => void instrument.refetch()} />;
  if (!query.data || !instrument.data) return <Skeleton />;
  return <Loaded detail={query.data} instrument={instrument.data.instrument} />;
}

const settled = ['conform', 'minor', 'major', 'holds', 'does-not-hold'];

function Loaded({ detail, instrument }: { readonly detail: AssessmentDetail; readonly instrument: Instrument }) {
  const t = useMessages(compliance);
  const [{ tab }, change] = useUrlState('tab');
  const { id } = detail.summary;
  const step = useWrite<Compliance, 'stepAssessment'>(compliance, 'stepAssessment');
  const { sheet } = detail;
  const scoring = instrument.scorings.find((each) => each.id === sheet?.rules);
  const units =
    sheet && scoring ? scoring.units.filter((each) => (each.weights[sheet.level - 1] ?? null) !== null) : [];
  const asked = detail.results.filter(({ judgement }) => judgement !== 'information' && judgement !== 'not-applicable');
  // With a score sheet the units are what people judge; otherwise the items are.
  const all = sheet ? units.length : asked.length;
  const done = sheet
    ? units.filter(({ node }) => sheet.units[node] !== undefined).length
    : asked.filter(({ judgement }) => settled.includes(judgement)).length;
  const scope = detail.inScope === null ? t.scopeUnknown : detail.inScope ? t.inScope : t.notInScope;
  const shown = { detail, instrument };
  const body = (key: string) => {
    if (key === 'score') return <Score {...shown} />;
    if (key === 'scheme') return <Scheme {...shown} />;
    if (key === 'items') return <Checks {...shown} />;
    if (key === 'plan') return <Plan detail={detail} />;
    if (key === 'facts') return <Facts {...shown} />;
    return key === 'clocks' ? <Deadlines detail={detail} /> : <Documents detail={detail} />;
  };
  return (
    <div className="hd-record">
      <RecordHead
        over={detail.summary.instrumentTitle}
        title={detail.summary.name}
        tags={
          <>
            <StatusTag tone="accent">{detail.summary.statusTitle}</StatusTag>
            <StatusTag tone={detail.inScope ? 'good' : 'warn'}>{scope}</StatusTag>
          </>
        }
        actions={<Steps steps={detail.steps} take={(taken) => step.mutateAsync({ id, ...taken } as never)} />}
      />
      {detail.problems.map((each) => (
        <Alert
          key={each.words}
          type="warning"
          showIcon
          title={each.words}
          description={each.problem.kind === 'contradiction' ? t.contradiction : undefined}
        />
      ))}
      <NewerText detail={detail} />
      <span className="hd-faint">{t.progress({ done, all })}</span>
      <Progress percent={all === 0 ? 0 : Math.round((done / all) * 100)} />
      <Tabs
        activeKey={tab || (detail.sheet ? 'score' : 'items')}
        onChange={(next) => change({ tab: next })}
        destroyOnHidden
        items={[
          ...(detail.sheet ? [{ key: 'score', label: t.scoreTab }] : []),
          ...(detail.scheme ? [{ key: 'scheme', label: t.scheme }] : []),
          { key: 'items', label: t.tree },
          { key: 'facts', label: t.facts },
          { key: 'clocks', label: t.clocks },
          { key: 'plan', label: t.planTab },
          { key: 'documents', label: t.documents },
        ].map((each) => ({
          ...each,
          children: (
            <div className="hd-record">
              <Suspense fallback={<Skeleton />}>{body(each.key)}</Suspense>
            </div>
          ),
        }))}
      />
    </div>
  );
}

/** A later text is in force: the assessment may move to it, and what that did is told. */
function NewerText({ detail }: { readonly detail: AssessmentDetail }) {
  const t = useMessages(compliance);
  const words = useWords();
  const feedback = useFeedback();
  const mayAssess = usePermission('compliance.write');
  const move = useWrite<Compliance, 'moveAssessment'>(compliance, 'moveAssessment', {
    onDone: ({ kept, review, orphaned, added }) =>
      feedback.success(
        t.moved({ kept: kept.length, review: review.length, orphaned: orphaned.length, added: added.length }),
      ),
  });
  const next = detail.laterVersions.at(-1);
  if (!next) return null;
  return (
    <Alert
      type="warning"
      showIcon
      title={t.newerText({ title: words(next.title), version: next.version })}
      description={t.newerHelp}
      action={
        mayAssess && (
          <Button
            loading={move.isPending}
            onClick={() =>
              move.mutate(
                { id: detail.summary.id, instrument: next.id },
                { onError: (error) => feedback.failure(error) },
              )
            }
          >
            {t.moveTo}
          </Button>
        )
      }
    />
  );
}
