/**
 * An instrument as an OSCAL catalogue (NIST OSCAL 1.1, catalog model), so that its requirements travel. OSCAL has no place for clocks and
 * three-valued rules; they go into properties of this project's namespace and come back only here.
 * @module
 */
import type { Assessment, Evaluation, Judgement } from './assessment.ts';
import { contentHash, type OpenInstrument } from './instrument.ts';
import type { Node } from './schema.ts';

const namespace = 'https://hedun.example/ns/oscal';
type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** A version-8 UUID made from a name (RFC 9562, section 5.8): the same name gives the same id in every export. */
export function stableUuid(name: string): string {
  const hex = contentHash(name);
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function property(name: string, value: string): Json {
  return { name, ns: namespace, value };
}

function controlOf(open: OpenInstrument, node: Node): Json {
  const prefix = open.instrument.id;
  const inner = (open.children.get(node.id) ?? []).map((child) => controlOf(open, child));
  const props = [
    { name: 'label', value: node.trace },
    property('type', node.type),
    property('status', node.status ?? open.instrument.status),
    property('text-hash', open.hashes.get(node.id) ?? ''),
    ...(node.severity ? [property('severity', node.severity)] : []),
    ...(node.applies ? [property('applies', JSON.stringify(node.applies))] : []),
    ...(node.rule ? [property('rule', JSON.stringify(node.rule))] : []),
    ...(node.when ? [property('when', JSON.stringify(node.when))] : []),
    ...(node.obligation ? [property('obligation', JSON.stringify(node.obligation))] : []),
  ];
  const links = (node.maps ?? []).map((map) => ({ href: map.to, rel: map.rel }));
  const methods = (node.evidence ?? []).map((evidence, index) => ({
    id: `${node.id}_method.${index + 1}`,
    name: 'assessment-method',
    props: [
      { name: 'method', value: evidence === 'interview' ? 'INTERVIEW' : evidence === 'test' ? 'TEST' : 'EXAMINE' },
    ],
    prose: evidence,
  }));
  return {
    id: node.id,
    class: node.kind,
    title: node.en,
    props,
    ...(links.length > 0 ? { links } : {}),
    parts: [
      {
        id: `${node.id}_smt`,
        name: 'statement',
        prose: node.zh,
        props: [property('language', 'zh-CN'), property('origin', prefix)],
      },
      { id: `${node.id}_gdn`, name: 'guidance', prose: node.en, props: [property('language', 'en')] },
      ...methods,
    ],
    ...(inner.length > 0 ? { controls: inner } : {}),
  };
}

/** @param lastModified ISO 8601 instant for the metadata; the engine has no clock. */
export function oscalCatalog(open: OpenInstrument, lastModified: string): { readonly catalog: Json } {
  const { instrument } = open;
  const top = open.children.get('') ?? [];
  const params = instrument.parameters.map((each) => ({
    id: `${instrument.name}_prm_${each.id}`,
    label: each.title.en,
    props: [property('status', each.status), property('basis', each.basis)],
    values: [String(each.value)],
    remarks: each.why.en,
  }));
  return {
    catalog: {
      uuid: stableUuid(`${instrument.id}/${contentHash(instrument)}`),
      metadata: {
        title: instrument.title.en,
        'last-modified': lastModified,
        version: instrument.version,
        'oscal-version': '1.1.3',
        props: [
          property('id', instrument.id),
          property('title-zh', instrument.title.zh),
          property('rank', instrument.rank),
          property('valid-from', instrument.validFrom),
          ...(instrument.validTo ? [property('valid-to', instrument.validTo)] : []),
        ],
        roles: instrument.roles.map((role) => ({ id: role.id, title: role.title.en })),
      },
      ...(params.length > 0 ? { params } : {}),
      controls: top.map((node) => controlOf(open, node)),
      'back-matter': {
        resources: [
          {
            uuid: stableUuid(`${instrument.id}/source`),
            title: instrument.source.en,
            description: instrument.source.zh,
          },
        ],
      },
    },
  };
}

/** What OSCAL's two states of an objective can say; the rest stays an observation without a finding. */
const objectiveStates: Readonly<Partial<Record<Judgement, 'satisfied' | 'not-satisfied'>>> = {
  conform: 'satisfied',
  minor: 'not-satisfied',
  major: 'not-satisfied',
};
const controlOfNode = (node: string) => ({ 'control-id': node });

/**
 * An assessment as OSCAL assessment results (NIST OSCAL 1.1, assessment-results model): what was seen is an observation, what it means is
 * a finding. What nobody judged yet is neither; it is counted in the remarks, so that silence is not read as conformity.
 * @param lastModified ISO 8601 instant for the metadata and for what carries no time of its own; the engine has no clock.
 */
export function oscalResults(
  open: OpenInstrument,
  assessment: Assessment,
  evaluation: Evaluation,
  lastModified: string,
): { readonly 'assessment-results': Json } {
  const { instrument } = open;
  const named = (what: string) => stableUuid(`${assessment.id}/${what}`);
  const shown = evaluation.results.filter(
    (each) => each.judgement !== 'information' && each.judgement !== 'not-applicable' && each.basis !== 'none',
  );
  const observations = shown.map(({ node, judgement, basis }): Json => {
    const given = assessment.answers[node];
    return {
      uuid: named(`observation/${node}`),
      description: given?.note || open.nodes.get(node)?.en || node,
      methods: [basis === 'answer' ? 'EXAMINE' : 'TEST'],
      props: [property('judgement', judgement), property('basis', basis), property('node', node)],
      subjects: [{ 'subject-uuid': stableUuid(assessment.subject.id), type: 'party', title: assessment.subject.name }],
      ...(given && given.evidence.length > 0
        ? {
            'relevant-evidence': given.evidence.map((each) => ({
              description: each.title,
              props: [
                property('effective-from', each.effectiveFrom),
                ...(each.effectiveTo ? [property('effective-to', each.effectiveTo)] : []),
                ...(each.sha256 ? [property('sha-256', each.sha256)] : []),
              ],
            })),
          }
        : {}),
      collected: given?.at ?? lastModified,
    };
  });
  const findings = shown.flatMap(({ node, judgement }): Json[] => {
    const state = objectiveStates[judgement];
    if (!state) return [];
    return [
      {
        uuid: named(`finding/${node}`),
        title: open.nodes.get(node)?.trace ?? node,
        description: open.nodes.get(node)?.en ?? node,
        target: { type: 'objective-id', 'target-id': node, status: { state } },
        'related-observations': [{ 'observation-uuid': named(`observation/${node}`) }],
      },
    ];
  });
  const reviewed = shown.filter(({ judgement }) => objectiveStates[judgement]).map(({ node }) => controlOfNode(node));
  const waiting =
    shown.length - reviewed.length + evaluation.results.filter((each) => each.judgement === 'not-assessed').length;
  return {
    'assessment-results': {
      uuid: named(contentHash(evaluation.results.map(({ node, judgement }) => [node, judgement]))),
      metadata: {
        title: `${instrument.title.en}: ${assessment.subject.name}`,
        'last-modified': lastModified,
        version: evaluation.instrumentVersion,
        'oscal-version': '1.1.3',
        props: [
          property('instrument', instrument.id),
          property('calendar', evaluation.calendar),
          property('engine', evaluation.engine),
          ...Object.entries(evaluation.parameters).map(([id, value]) => property(`parameter-${id}`, String(value))),
        ],
      },
      'import-ap': { href: `#${stableUuid(`${instrument.id}/${contentHash(instrument)}`)}` },
      results: [
        {
          uuid: named('result'),
          title: instrument.title.en,
          description: `${instrument.title.zh}：${assessment.subject.name}`,
          start: lastModified,
          'reviewed-controls': {
            'control-selections': [reviewed.length > 0 ? { 'include-controls': reviewed } : { 'include-all': {} }],
            remarks: `${reviewed.length} judged, ${waiting} without a judgement`,
          },
          ...(observations.length > 0 ? { observations } : {}),
          ...(findings.length > 0 ? { findings } : {}),
        },
      ],
    },
  };
}
