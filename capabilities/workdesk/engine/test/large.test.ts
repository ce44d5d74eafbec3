/**
 * @module Rule [W5]: files of 500 MB. How much is read ahead is counted, not timed and not weighed: a reader that yields a finding for each record before it
 * takes the next chunk cannot grow with the file.
 */
import { readScan } from '@hedun/workdesk';
import { describe, expect, test } from 'vitest';

const size = 500 * 1024 * 1024;

describe('files of 500 MB', () => {
  test('[W5] JSON lines are read to the end, and never more than a few chunks ahead', async () => {
    const response = 'x'.repeat(250_000);
    const line = (index: number) =>
      `${JSON.stringify({ 'template-id': `check-${index}`, info: { name: 'n', severity: 'low' }, type: 'http', host: 'https://a.example.test', 'matched-at': `https://a.example.test/${index}`, response })}\n`;
    const lines = Math.ceil(size / line(0).length);
    let given = 0;
    function* chunks() {
      for (; given < lines; given += 1) yield line(given);
    }
    let found = 0;
    let ahead = 0;
    for await (const item of readScan(chunks(), 'large.jsonl')) {
      if (item.kind !== 'finding') throw new Error(JSON.stringify(item.issue));
      found += 1;
      ahead = Math.max(ahead, given - found);
    }
    expect(found).toBe(lines);
    expect(ahead).toBeLessThanOrEqual(4);
  }, 240_000);
  test('[W5] XML is read record by record, and never more than a few chunks ahead', async () => {
    const text = 'y'.repeat(250_000);
    const item = (index: number) =>
      `<ReportItem port="443" protocol="tcp" severity="2" pluginID="${index}" pluginName="p${index}"><description>${text}</description></ReportItem>`;
    const items = 200;
    let given = 0;
    function* chunks() {
      yield '<?xml version="1.0"?><NessusClientData_v2><Report name="r"><ReportHost name="a.example.test"><HostProperties/>';
      for (; given < items; given += 1) yield item(given);
      yield '</ReportHost></Report></NessusClientData_v2>';
    }
    let found = 0;
    let ahead = 0;
    for await (const each of readScan(chunks(), 'large.nessus')) {
      if (each.kind !== 'finding') throw new Error(JSON.stringify(each.issue));
      found += 1;
      ahead = Math.max(ahead, given - found);
    }
    expect(found).toBe(items);
    expect(ahead).toBeLessThanOrEqual(4);
  }, 240_000);
  test('[W5] a JSON document above its limit is refused by name, and the rest of it is not read', async () => {
    const part = `{"check_id":"a","path":"x.py","start":{"line":1},"extra":{"severity":"ERROR","message":"${'z'.repeat(1_000_000)}"}},`;
    let given = 0;
    function* chunks() {
      yield '{"version":"1.0","errors":[],"results":[';
      for (; given < size / part.length; given += 1) yield part;
      yield ']}';
    }
    const issues: string[] = [];
    for await (const item of readScan(chunks(), 'semgrep.json', 'semgrep')) {
      expect(item.kind).toBe('issue');
      if (item.kind === 'issue') issues.push(item.issue.expected);
    }
    expect(issues).toHaveLength(1);
    expect(issues[0]).toMatch(/at most .*characters/);
    expect(given * part.length).toBeLessThan(160 * 1024 * 1024);
  }, 240_000);
});
