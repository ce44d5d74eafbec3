/**
 * Which column means which field: the words people write over columns, in Chinese and English.
 * @module
 */
import { Failure, fieldMeta, type Text } from '@hedun/sdk';
import type { Registry } from '../../contract.ts';

export interface Target {
  readonly name: string;
  readonly title: Text;
  readonly required: boolean;
  readonly words: readonly string[];
}

const fixed: readonly Target[] = [
  {
    name: 'name',
    title: { 'zh-CN': '名称', en: 'Name' },
    required: true,
    words: [
      '名称',
      '资产名称',
      '系统名称',
      '主机名',
      '设备名称',
      '业务系统',
      'name',
      'assetname',
      'hostname',
      'systemname',
      'title',
    ],
  },
  {
    name: 'kind',
    title: { 'zh-CN': '资产类型', en: 'Kind' },
    required: true,
    words: ['类型', '资产类型', '类别', '资产类别', '种类', 'kind', 'type', 'assettype', 'category'],
  },
  {
    name: 'organisation',
    title: { 'zh-CN': '责任单位', en: 'Owner organisation' },
    required: false,
    words: [
      '责任单位',
      '单位',
      '所属单位',
      '单位名称',
      '部门',
      '所属部门',
      '组织',
      '所属组织',
      '使用单位',
      'organisation',
      'organization',
      'owner',
      'department',
      'unit',
    ],
  },
  {
    name: 'identifiers',
    title: { 'zh-CN': '地址与域名', en: 'Addresses and domains' },
    required: false,
    words: [
      '地址',
      'ip',
      'ip地址',
      'ip地址/域名',
      '域名',
      '地址与域名',
      '标识',
      '网址',
      'mac',
      'mac地址',
      'address',
      'ipaddress',
      'domain',
      'identifiers',
      'identifier',
      'host',
    ],
  },
  {
    name: 'status',
    title: { 'zh-CN': '状态', en: 'Status' },
    required: false,
    words: ['状态', '资产状态', '运行状态', '使用状态', 'status', 'state'],
  },
  {
    name: 'protectionLevel',
    title: { 'zh-CN': '等保级别', en: 'Protection level' },
    required: false,
    words: [
      '等保级别',
      '等保等级',
      '等级保护级别',
      '等级保护',
      '安全保护等级',
      '定级',
      '保护等级',
      'protectionlevel',
      'level',
      'mlps',
    ],
  },
  {
    name: 'responsible',
    title: { 'zh-CN': '责任人', en: 'Responsible persons' },
    required: false,
    words: ['责任人', '负责人', '管理员', '联系人', '安全责任人', 'responsible', 'responsibleperson', 'contact'],
  },
  { name: 'tags', title: { 'zh-CN': '标签', en: 'Tags' }, required: false, words: ['标签', 'tags', 'labels', 'tag'] },
];

/** Fixed fields, then every attribute any asset kind declares, once. */
export function targetsOf(registry: Registry): readonly Target[] {
  const attributes = new Map<string, Target>();
  for (const kind of registry.assetKinds())
    for (const [key, schema] of Object.entries(registry.assetKind(kind)?.attributes.shape ?? {})) {
      const title = fieldMeta(schema as never)?.label ?? { 'zh-CN': key, en: key };
      const before = attributes.get(key);
      const words = [...new Set([...(before?.words ?? []), key, title['zh-CN'], title.en])];
      attributes.set(key, { name: `attributes.${key}`, title: before?.title ?? title, required: false, words });
    }
  return [...fixed, ...attributes.values()];
}

export function plain(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*_:：()（）\-.]/g, '');
}

/** Target → header: as given, or guessed; the first column that fits wins, and none is used twice. */
export function mapColumns(
  targets: readonly Target[],
  headers: readonly string[],
  given: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  if (given) {
    for (const [target, header] of Object.entries(given)) {
      if (!targets.some(({ name }) => name === target))
        throw new Failure('input.invalid', {
          where: `columns.${target}`,
          expected: targets.map(({ name }) => name).join(', '),
          got: target,
        });
      if (!headers.includes(header))
        throw new Failure('input.invalid', { where: `columns.${target}`, expected: headers.join(', '), got: header });
    }
    return { ...given };
  }
  const used = new Set<string>();
  const columns: Record<string, string> = {};
  for (const { name, words } of targets) {
    const known = new Set(words.map(plain));
    const header = headers.find((each) => !used.has(each) && known.has(plain(each)));
    if (!header) continue;
    used.add(header);
    columns[name] = header;
  }
  return columns;
}
