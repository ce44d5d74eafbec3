/**
 * Helps a person to make a mapping: what an unknown file holds, and which of it probably means what. A suggestion, never a decision.
 * @module
 */
import { type MappedField, mappedFields, type ScanMapping, valueAt } from './mapped.ts';
import type { Json } from './read.ts';

export interface Column {
  /** Column name, or path inside one entry. */
  readonly name: string;
  /** The first values that are not empty. */
  readonly samples: readonly string[];
}
export interface Contents {
  readonly shape: ScanMapping['shape'];
  readonly items: string;
  readonly columns: readonly Column[];
  readonly entries: number;
}
const sampleCount = 3;
const sampleLength = 80;
/** Entries looked at for columns, and levels looked into for lists. */
const looked = 200;
const deepest = 6;

const words: Readonly<Record<MappedField, readonly string[]>> = {
  title: [
    '漏洞名称',
    '隐患名称',
    '风险名称',
    '事件名称',
    '通报名称',
    '告警名称',
    '标题',
    '名称',
    'title',
    'name',
    'vulnerability',
    'summary',
    'vulname',
  ],
  severity: [
    '危害等级',
    '风险等级',
    '漏洞级别',
    '危险级别',
    '严重程度',
    '威胁等级',
    '级别',
    '等级',
    'severity',
    'risk',
    'level',
    'risklevel',
    'priority',
  ],
  target: [
    '受影响资产',
    '资产地址',
    '目标地址',
    '受影响url',
    '隐患url',
    'ip地址',
    '网站地址',
    '主机',
    '地址',
    '域名',
    '目标',
    'url',
    'ip',
    'target',
    'host',
    'address',
    'asset',
    'domain',
    'hostname',
  ],
  port: ['端口号', '端口', 'port'],
  rule: ['漏洞编号', '规则编号', '插件编号', '编号', 'ruleid', 'pluginid', 'id', 'code'],
  description: ['漏洞描述', '隐患描述', '详细描述', '描述', '详情', '说明', 'description', 'detail', 'details', 'desc'],
  remediation: [
    '整改建议',
    '修复建议',
    '加固建议',
    '解决方案',
    '处置建议',
    'remediation',
    'solution',
    'fix',
    'recommendation',
    'advice',
  ],
  references: ['cve编号', 'cve', '参考', '参考链接', 'references', 'cveid', 'reference', 'cves'],
  cvss: ['cvss评分', 'cvss', 'cvss分值', 'cvssscore', 'score', '评分'],
  seenAt: [
    '发现时间',
    '检测时间',
    '扫描时间',
    '发生时间',
    'foundat',
    'time',
    'date',
    'discoveredat',
    'timestamp',
    'createtime',
  ],
  number: ['通报编号', '通报文号', '文号', '事件编号', 'noticenumber', 'noticeid', 'ticketid'],
  dueOn: ['整改期限', '截止日期', '要求完成时间', '处置期限', 'deadline', 'dueon', 'duedate'],
};
const plain = (name: string) => (name.split('.').at(-1) ?? '').toLowerCase().replace(/[\s_\-（）()：:]/g, '');

/** Each field gets the column whose name says it best; a column serves one field only. */
export function suggestFields(columns: readonly Column[]): ScanMapping['fields'] {
  const scored = mappedFields.flatMap((field) =>
    columns.flatMap(({ name }) => {
      const own = plain(name);
      const exact = words[field].indexOf(own);
      const within = words[field].findIndex((word) => own.includes(word) && word.length >= 2);
      // An exact word beats a word inside; earlier words are the more particular ones.
      return exact >= 0 ? [{ field, name, score: exact }] : within >= 0 ? [{ field, name, score: 100 + within }] : [];
    }),
  );
  const fields: Partial<Record<MappedField, string>> = {};
  const taken = new Set<string>();
  for (const { field, name } of scored.sort((a, b) => a.score - b.score)) {
    if (fields[field] !== undefined || taken.has(name)) continue;
    fields[field] = name;
    taken.add(name);
  }
  return fields;
}

export function contentsOfTable(
  headers: readonly string[],
  rows: readonly { readonly cells: readonly string[] }[],
): Contents {
  const columns = headers.map((name, index) => ({
    name,
    samples: samplesOf(rows.map(({ cells }) => cells[index] ?? '')),
  }));
  return { shape: 'table', items: '', columns, entries: rows.length };
}

/** The longest list of objects in a document, and the paths of single values inside its entries. */
export function contentsOfJson(document: Json): Contents {
  const lists: { readonly path: string; readonly list: readonly Json[] }[] = [];
  const walk = (value: Json, path: string, depth: number) => {
    if (depth > deepest || value === null || typeof value !== 'object') return;
    if (Array.isArray(value)) {
      if (value.some((each) => each !== null && typeof each === 'object' && !Array.isArray(each)))
        lists.push({ path, list: value });
      return;
    }
    for (const [name, inner] of Object.entries(value)) walk(inner, path === '' ? name : `${path}.${name}`, depth + 1);
  };
  walk(document, '', 0);
  const { path, list } = lists.sort((a, b) => b.list.length - a.list.length)[0] ?? { path: '', list: [document] };
  const some = list.slice(0, looked);
  const names = new Set<string>();
  for (const entry of some) for (const name of pathsOf(entry, '', 0)) names.add(name);
  return {
    shape: 'json',
    items: path,
    columns: [...names].map((name) => ({ name, samples: samplesOf(some.map((entry) => text(valueAt(entry, name)))) })),
    entries: list.length,
  };
}
function pathsOf(value: Json, path: string, depth: number): readonly string[] {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || depth > 3)
    return path === '' ? [] : [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    pathsOf(inner, path === '' ? name : `${path}.${name}`, depth + 1),
  );
}
const text = (value: Json): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
function samplesOf(values: readonly string[]): readonly string[] {
  const filled = new Set(values.map((value) => value.trim().slice(0, sampleLength)).filter(Boolean));
  return [...filled].slice(0, sampleCount);
}
