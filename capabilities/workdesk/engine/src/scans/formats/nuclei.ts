/** Nuclei: JSON lines, or a JSON list in newer exports. @module */
import { type Json, jsonDocument, jsonLines } from '../read.ts';
import type { ScanFinding, ScanFormat } from '../types.ts';
import { cwe, finding, locationOf, numberOf, place, referencesIn, severityOf, textOf, timeOf } from '../values.ts';

export const nuclei: ScanFormat = {
  id: 'nuclei',
  title: 'Nuclei JSON',
  detect: (head, name) =>
    /"template-?(id|ID|path)"/.test(head) && /"info"/.test(head)
      ? 1
      : /nuclei/i.test(name) && /\.(jsonl?|txt)$/i.test(name)
        ? 0.3
        : 0,
  parse: (chunks) => peeked(chunks),
};

/** A list begins with `[`; anything else is read line by line, so that size does not matter. */
async function* peeked(chunks: Parameters<ScanFormat['parse']>[0]) {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  let first = await iterator.next();
  while (!first.done && first.value.trim() === '') first = await iterator.next();
  async function* again(): AsyncIterable<string> {
    for (let step = first; !step.done; step = await iterator.next()) yield step.value;
  }
  const whole = !first.done && /^\s*\[|^\s*\{\s*\n/.test(first.value);
  yield* whole
    ? jsonDocument(again(), (document) =>
        (Array.isArray(document) ? document : [document]).flatMap((each) => [...fromResult(each)]),
      )
    : jsonLines(again(), fromResult);
}

function* fromResult(result: Json): Iterable<ScanFinding> {
  const { info = {} } = result;
  const ruleId = textOf(result['template-id'] ?? result.templateID ?? result.template);
  const classification = info.classification ?? {};
  const matched = textOf(result['matched-at'] ?? result.matched ?? result.host);
  const base = locationOf(matched);
  const matcher = textOf(result['matcher-name'] ?? result.matcher_name);
  yield finding({
    ruleId: matcher ? `${ruleId}:${matcher}` : ruleId,
    title: textOf(info.name) || ruleId,
    severity: severityOf(info.severity),
    kind:
      /exposure|panel|tech|detect/i.test(textOf(info.tags)) && severityOf(info.severity) === 'info'
        ? 'exposed-service'
        : /misconfig/i.test(textOf(info.tags))
          ? 'misconfiguration'
          : 'vulnerability',
    description: [
      textOf(info.description),
      Array.isArray(result['extracted-results']) ? result['extracted-results'].join('\n') : '',
    ]
      .filter(Boolean)
      .join('\n\n'),
    remediation: textOf(info.remediation) || null,
    location: {
      ...base,
      ...place({ host: base.host ?? locationOf(result.host).host, address: result.ip, port: base.port ?? result.port }),
    },
    references: [
      ...referencesIn(info.reference, classification['cve-id'], ruleId),
      ...[classification['cwe-id'] ?? []].flat().flatMap(cwe),
    ],
    cvss: numberOf(classification['cvss-score']),
    seenAt: timeOf(result.timestamp),
  });
}
