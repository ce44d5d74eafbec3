/**
 * The items of an assessment as a tree with their judgements; one item with its reason, its answer and its evidence.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import {
  Alert,
  Button,
  Fields,
  FileUpload,
  Form,
  marks,
  OperationDialog,
  Section,
  Space,
  Splitter,
  StatusTag,
  Tree,
  useMessages,
  usePermission,
} from '@hedun/ui';
import { useMemo, useState } from 'react';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import { Paper } from './Paper.tsx';
import { toneOf, useWords } from './words.ts';

/** The tree shows how an item begins; the item itself shows all of it. */
const brief = (text: string) => (text.length > 56 ? `${text.slice(0, 56)}\u2026` : text);

interface Branch {
  readonly key: string;
  readonly title: React.ReactNode;
  readonly children: Branch[];
}

export function Checks({ detail, instrument }: { readonly detail: AssessmentDetail; readonly instrument: Instrument }) {
  const words = useWords();
  const [chosen, setChosen] = useState('');
  const tree = useMemo(() => {
    const judged = new Map(detail.results.map((each) => [each.node, each]));
    const branches = new Map<string, Branch>();
    const roots: Branch[] = [];
    for (const node of instrument.nodes) {
      const result = judged.get(node.id);
      const title = (
        <span>
          {result && result.judgement !== 'information' && (
            <StatusTag tone={toneOf(result.judgement)}>{result.judgementTitle}</StatusTag>
          )}{' '}
          <b>{node.trace}</b> {brief(words(node))}
        </span>
      );
      const branch: Branch = { key: node.id, title, children: [] };
      branches.set(node.id, branch);
      (branches.get(node.parent ?? '')?.children ?? roots).push(branch);
    }
    return roots;
  }, [detail.results, instrument, words]);
  return (
    <Splitter style={{ height: 560 }}>
      <Splitter.Panel defaultSize="55%">
        <Tree
          treeData={tree}
          height={550}
          blockNode
          selectedKeys={[chosen]}
          onSelect={([key]) => setChosen(String(key ?? ''))}
        />
      </Splitter.Panel>
      <Splitter.Panel>
        {chosen && <Item key={chosen} node={chosen} detail={detail} instrument={instrument} />}
      </Splitter.Panel>
    </Splitter>
  );
}

function Item({
  node: id,
  detail,
  instrument,
}: {
  readonly node: string;
  readonly detail: AssessmentDetail;
  readonly instrument: Instrument;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const mayAssess = usePermission('compliance.write');
  const [open, setOpen] = useState<'answerCheck' | 'declareNotApplicable' | null>(null);
  const node = instrument.nodes.find((each) => each.id === id);
  const result = detail.results.find((each) => each.node === id);
  if (!node || !result) return null;
  const answer = detail.assessment.answers[id];
  const override = detail.assessment.overrides[id];
  return (
    <div className="hd-record" style={{ paddingInlineStart: 16 }}>
      <h3>{node.trace}</h3>
      <p className="hd-prose">{words(node)}</p>
      <StatusTag tone={toneOf(result.judgement)}>{result.judgementTitle}</StatusTag>
      {result.evidence && <Alert type="warning" showIcon title={t[`evidence_${result.evidence}` as 'evidence_none']} />}
      {result.missing.length > 0 && (
        <Alert type="info" showIcon title={t.missingFacts} description={result.missing.join(marks().comma)} />
      )}
      {result.explanation.length > 0 && (
        <Section title={t.explanation}>
          {result.explanation.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Section>
      )}
      {answer && (
        <Fields
          rows={[
            [t.answeredBy, answer.by],
            [t.answerNote, answer.note ?? ''],
            ...answer.evidence.map(
              (each) => [each.title, `${each.effectiveFrom} \u2014 ${each.effectiveTo ?? t.openEnded}`] as const,
            ),
          ]}
        />
      )}
      {override && <Alert type="info" title={`${override.by}${marks().colon}${override.reason}`} />}
      {mayAssess && (
        <Space wrap>
          {node.type === 'checklist' && (
            <Button type="primary" onClick={() => setOpen('answerCheck')}>
              {t.answer}
            </Button>
          )}
          {node.type !== 'information' && (
            <Button onClick={() => setOpen('declareNotApplicable')}>{t.notApplicable}</Button>
          )}
        </Space>
      )}
      {node.type === 'checklist' && <Paper node={id} detail={detail} mayAssess={mayAssess} />}
      {open && (
        <OperationDialog
          capability={compliance as Compliance}
          operation={open}
          open
          preset={{ id: detail.summary.id, node: id }}
          omit={['evidenceIds']}
          onCancel={() => setOpen(null)}
          onDone={() => setOpen(null)}
        >
          {open === 'answerCheck' && (
            <Form.Item name="evidenceIds" label={t.evidence}>
              <FileUpload many organisationId={detail.summary.organisationId} hint={t.evidenceHelp} />
            </Form.Item>
          )}
        </OperationDialog>
      )}
    </div>
  );
}
