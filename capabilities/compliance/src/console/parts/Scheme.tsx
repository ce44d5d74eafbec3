/**
 * A cryptography scheme composed of reference deployments: per layer what to choose, each with parts, diagram, work flow and keys; and
 * the units that nothing covers yet.
 * @module
 */
import type { Instrument } from '@hedun/compliance';
import {
  Alert,
  Checkbox,
  Collapse,
  FlowDiagram,
  marks,
  Section,
  StatusTag,
  Table,
  useFeedback,
  useMessages,
  usePermission,
  useWrite,
} from '@hedun/ui';
import { type Compliance, compliance } from '../../capability.ts';
import type { AssessmentDetail } from '../../shapes.ts';
import type { Shown } from './shown.ts';
import { useWords } from './words.ts';

type Deployment = Instrument['deployments'][number];
const stages = ['generation', 'storage', 'distribution', 'use', 'renewal', 'backup', 'destruction'] as const;

export function Scheme({ detail, instrument }: Shown) {
  const t = useMessages(compliance);
  const words = useWords();
  const { scheme } = detail;
  if (!scheme) return null;
  const layers = [...new Set(instrument.deployments.map((each) => each.layer))];
  const titleOf = (node: string) => {
    const found = instrument.nodes.find((each) => each.id === node);
    return found ? words(found) : node;
  };
  return (
    <div className="hd-stack">
      <p className="hd-faint">{t.schemeNote}</p>
      <Gaps scheme={scheme} />
      {layers.map((layer) => (
        <Section key={layer} title={titleOf(layer)}>
          <Collapse
            items={instrument.deployments
              .filter((each) => each.layer === layer)
              .map((each) => ({
                key: each.id,
                label: words(each.title),
                extra: <Choice deployment={each} detail={detail} chosen={scheme.chosen} />,
                children: <DeploymentView deployment={each} titleOf={titleOf} />,
              }))}
          />
        </Section>
      ))}
    </div>
  );
}

function Gaps({ scheme }: { readonly scheme: NonNullable<AssessmentDetail['scheme']> }) {
  const t = useMessages(compliance);
  const binding = scheme.gaps.filter((each) => each.binding).length;
  return (
    <>
      {scheme.gaps.length === 0 ? (
        <Alert type="success" showIcon title={t.noGaps} />
      ) : (
        <Alert
          type={binding > 0 ? 'error' : 'info'}
          showIcon
          title={t.gaps({ count: scheme.gaps.length })}
          {...(binding > 0 ? { description: t.bindingGaps({ count: binding }) } : {})}
        />
      )}
      {scheme.gaps.length > 0 && (
        <Table
          size="small"
          rowKey="unit"
          pagination={false}
          scroll={{ y: 240, x: 480 }}
          dataSource={[...scheme.gaps]}
          columns={[
            { title: t.item, render: (_, each) => `${each.layer} / ${each.title}` },
            {
              title: t.verb,
              width: 110,
              render: (_, each) => <StatusTag tone={each.binding ? 'bad' : 'neutral'}>{each.verb}</StatusTag>,
            },
          ]}
        />
      )}
      {scheme.double.length > 0 && (
        <Alert
          type="info"
          showIcon
          title={t.doubles}
          description={scheme.double.map((each) => each.title).join(marks().comma)}
        />
      )}
    </>
  );
}

function Choice({
  deployment,
  detail,
  chosen,
}: {
  readonly deployment: Deployment;
  readonly detail: AssessmentDetail;
  readonly chosen: readonly string[];
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const feedback = useFeedback();
  const mayAssess = usePermission('compliance.write');
  const write = useWrite<Compliance, 'chooseScheme'>(compliance, 'chooseScheme');
  const taken = chosen.includes(deployment.id);
  return (
    <Checkbox
      aria-label={`${t.choose} ${words(deployment.title)}`}
      checked={taken}
      disabled={!mayAssess || write.isPending}
      onClick={(event) => event.stopPropagation()}
      onChange={() =>
        write.mutate(
          {
            id: detail.summary.id,
            deployments: taken ? chosen.filter((each) => each !== deployment.id) : [...chosen, deployment.id],
          },
          { onError: (error) => feedback.failure(error) },
        )
      }
    >
      {taken ? t.chosen : t.choose}
    </Checkbox>
  );
}

function DeploymentView({
  deployment,
  titleOf,
}: {
  readonly deployment: Deployment;
  readonly titleOf: (node: string) => string;
}) {
  const t = useMessages(compliance);
  const words = useWords();
  const part = (id: string) => {
    const found = deployment.parts.find((each) => each.id === id);
    return found ? words(found.title) : id;
  };
  return (
    <div className="hd-stack">
      <p>{words(deployment.summary)}</p>
      <Table
        size="small"
        rowKey="unit"
        pagination={false}
        dataSource={[...deployment.covers]}
        columns={[
          { title: t.covers, width: '40%', render: (_, each) => titleOf(each.unit) },
          { title: t.how, render: (_, each) => words(each.how) },
        ]}
      />
      <FlowDiagram
        height={260}
        nodes={deployment.parts.map((each) => ({ id: each.id, label: words(each.title) }))}
        edges={deployment.links.map((each) => ({ from: each.from, to: each.to, label: words(each.title) }))}
      />
      <Table
        size="small"
        rowKey="id"
        pagination={false}
        dataSource={[...deployment.parts]}
        columns={[
          { title: t.partsList, width: '40%', render: (_, each) => words(each.title) },
          { title: t.requirement, render: (_, each) => words(each.requirement) },
        ]}
      />
      <Section title={t.workflow}>
        <ol>
          {deployment.flow.map((each) => (
            <li key={`${each.from} ${each.to} ${each.title.en}`}>
              {`${part(each.from)} → ${part(each.to)}${marks().colon}${words(each.title)}`}
            </li>
          ))}
        </ol>
      </Section>
      <Section title={t.keyLife}>
        <Table
          size="small"
          rowKey="id"
          pagination={false}
          scroll={{ x: 1100 }}
          dataSource={[...deployment.keys]}
          columns={[
            { title: t.item, width: 130, render: (_, each) => `${words(each.title)}${marks().aside(each.algorithm)}` },
            ...stages.map((stage) => ({
              title: t[stage],
              render: (_: unknown, each: Deployment['keys'][number]) => words(each[stage]),
            })),
          ]}
        />
      </Section>
    </div>
  );
}
