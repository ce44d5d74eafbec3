/** nmap XML: open ports as exposed services, vulnerabilities that scripts report. @module */
import { child, children, inner, type Node, xmlRecords } from '../read.ts';
import type { ScanFinding, ScanFormat } from '../types.ts';
import { finding, numberOf, place, referencesIn, severityOfScore, timeOf } from '../values.ts';

export const nmap: ScanFormat = {
  id: 'nmap',
  title: 'nmap XML',
  detect: (head) => (/<nmaprun[\s>]/.test(head) ? 1 : 0),
  parse: (chunks) =>
    xmlRecords(chunks, ['host'], function* ({ node: host, ancestors }) {
      const address = children(host, 'address').find((each) => /^ipv/.test(each.attributes.addrtype ?? ''))?.attributes
        .addr;
      const name = child(host, 'hostnames', 'hostname')?.attributes.name;
      const start = numberOf(host.attributes.starttime ?? ancestors[0]?.attributes.start);
      const seenAt = start === null ? null : timeOf(isoOfSeconds(start));
      for (const port of children(child(host, 'ports'), 'port')) {
        if (child(port, 'state')?.attributes.state !== 'open') continue;
        const service = child(port, 'service')?.attributes ?? {};
        const location = place({
          host: name,
          address,
          port: port.attributes.portid,
          protocol: port.attributes.protocol,
        });
        const product = [service.product, service.version, service.extrainfo].filter(Boolean).join(' ');
        yield finding({
          ruleId: 'open-port',
          kind: 'exposed-service',
          title: `Open port: ${port.attributes.portid}/${port.attributes.protocol}${service.name ? ` (${service.name})` : ''}`,
          severity: 'info',
          description: product,
          location: {
            ...location,
            ...(service.product ? { component: service.product } : {}),
            ...(service.version ? { version: service.version } : {}),
          },
          seenAt,
          confidence: service.conf ? Number(service.conf) / 10 : 1,
        });
        for (const script of children(port, 'script')) yield* fromScript(script, location, seenAt);
      }
      for (const script of children(child(host, 'hostscript'), 'script'))
        yield* fromScript(script, place({ host: name, address }), seenAt);
    }),
};

/** `vulners` lists CVEs with scores in tables; the `vuln` library says VULNERABLE in its state. */
function* fromScript(script: Node, location: ScanFinding['location'], seenAt: string | null): Iterable<ScanFinding> {
  const id = script.attributes.id ?? 'script';
  const tables = id === 'vulners' ? children(script, 'table').flatMap((table) => children(table, 'table')) : [];
  for (const table of tables) {
    const values = Object.fromEntries(
      children(table, 'elem').map((each) => [each.attributes.key ?? '', each.text.trim()]),
    );
    if (!values.id || !/^CVE-/i.test(values.id)) continue;
    const cvss = numberOf(values.cvss);
    yield finding({
      ruleId: values.id,
      title: values.id,
      severity: severityOfScore(cvss),
      cvss,
      location,
      seenAt,
      references: referencesIn(values.id),
      confidence: 0.6,
      description: `${id}: ${values.id}`,
    });
  }
  const output = script.attributes.output ?? '';
  if (tables.length === 0 && /State:\s*(LIKELY )?VULNERABLE|^\s*VULNERABLE/m.test(output)) {
    const references = referencesIn(output);
    yield finding({
      ruleId: id,
      title: inner(child(script, 'table'), 'elem') || id,
      severity: 'high',
      description: output.trim(),
      location,
      seenAt,
      references,
      confidence: /LIKELY/.test(output) ? 0.6 : 0.9,
    });
  }
}

/** Unix seconds as ISO 8601 in UTC (proleptic Gregorian; days from civil, H. Hinnant), without a Date. */
export function isoOfSeconds(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = Math.floor(seconds - days * 86_400);
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthIndex = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthIndex + 2) / 5) + 1;
  const month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)}T${two(Math.floor(rest / 3600))}:${two(Math.floor((rest % 3600) / 60))}:${two(rest % 60)}Z`;
}
