/**
 * Assets, their relations and their import from tables; evidence files; observations.
 * @module
 */
import { z } from 'zod';
import { Done, Empty, FileReference, field, Id, JobReference, ListInput, listOutput, TextSchema } from '../field.ts';
import { Asset, AssetStatus, Evidence, Observation, ProtectionLevel, Relation, RelationKind } from '../nouns.ts';
import { lists } from './lists.ts';
import { assetStatusWords, formatWords, relationWords } from './words.ts';

const assetFields = {
  organisationId: field(Id, { 'zh-CN': '责任单位', en: 'Owner organisation' }, { widget: 'organisation' }),
  kind: field(z.string().min(1).max(64), { 'zh-CN': '资产类型', en: 'Kind' }, { widget: 'select' }),
  name: field(z.string().trim().min(1).max(200), { 'zh-CN': '名称', en: 'Name' }),
  status: field(
    AssetStatus.default('active'),
    { 'zh-CN': '状态', en: 'Status' },
    {
      options: assetStatusWords,
    },
  ),
  protectionLevel: field(ProtectionLevel.nullable().optional(), { 'zh-CN': '等保级别', en: 'Protection level' }),
  identifiers: field(
    z.array(z.string().trim().min(1).max(253)).max(1000).default([]),
    { 'zh-CN': '地址与域名', en: 'Addresses and domains' },
    { widget: 'tags' },
  ),
  responsibleUserIds: field(z.array(Id).max(50).default([]), { 'zh-CN': '责任人', en: 'Responsible persons' }),
  tags: field(z.array(z.string().max(64)).max(50).default([]), { 'zh-CN': '标签', en: 'Tags' }, { widget: 'tags' }),
  attributes: field(z.record(z.string(), z.unknown()).default({}), { 'zh-CN': '属性', en: 'Attributes' }),
};
const ImportIssue = z.object({ where: z.string(), expected: z.string(), got: z.string() });
const columnsField = field(z.record(z.string(), z.string()).optional(), { 'zh-CN': '列对应', en: 'Column mapping' });

export const assetOperations = {
  listAssetKinds: {
    title: { 'zh-CN': '资产类型', en: 'Asset kinds' },
    effect: 'read',
    permission: 'asset.read',
    http: 'GET /asset-kinds',
    cli: 'asset kinds',
    input: Empty,
    output: z.object({
      items: z.array(
        z.object({
          kind: z.string(),
          title: TextSchema,
          capability: z.string(),
          attributes: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  },
  listAssets: {
    title: { 'zh-CN': '资产', en: 'Assets' },
    effect: 'read',
    permission: 'asset.read',
    http: 'GET /assets',
    cli: 'asset list',
    list: lists.assets,
    input: ListInput,
    output: listOutput(Asset),
  },
  getAsset: {
    title: { 'zh-CN': '资产详情', en: 'Asset' },
    effect: 'read',
    permission: 'asset.read',
    http: 'GET /assets/:id',
    cli: 'asset show',
    input: z.strictObject({ id: Id }),
    output: z.object({
      asset: Asset,
      relations: z.array(
        z.object({ relation: Relation, other: z.object({ id: Id, name: z.string(), kind: z.string() }) }),
      ),
      openFindings: z.record(z.string(), z.number()),
    }),
  },
  createAsset: {
    title: { 'zh-CN': '新建资产', en: 'Create asset' },
    effect: 'write',
    permission: 'asset.write',
    http: 'POST /assets',
    cli: 'asset create',
    input: z.strictObject(assetFields),
    output: Asset,
  },
  updateAsset: {
    title: { 'zh-CN': '修改资产', en: 'Change asset' },
    effect: 'write',
    permission: 'asset.write',
    http: 'PATCH /assets/:id',
    cli: 'asset update',
    on: 'asset',
    input: z.strictObject({
      id: Id,
      organisationId: assetFields.organisationId.optional(),
      name: assetFields.name.optional(),
      status: field(AssetStatus.optional(), { 'zh-CN': '状态', en: 'Status' }, { options: assetStatusWords }),
      protectionLevel: ProtectionLevel.nullable().optional(),
      identifiers: z.array(z.string().trim().min(1).max(253)).max(1000).optional(),
      responsibleUserIds: z.array(Id).max(50).optional(),
      tags: z.array(z.string().max(64)).max(50).optional(),
      attributes: z.record(z.string(), z.unknown()).optional(),
    }),
    output: Asset,
  },
  retireAssets: {
    title: { 'zh-CN': '停用资产', en: 'Retire assets' },
    effect: 'write',
    permission: 'asset.write',
    http: 'POST /assets/retire',
    cli: 'asset retire',
    on: 'asset',
    undo: 'undoAssetStep',
    input: z.strictObject({
      ids: field(z.array(Id).min(1).max(10_000), { 'zh-CN': '资产', en: 'Assets' }, { widget: 'asset' }),
      reason: field(z.string().min(1).max(500), { 'zh-CN': '原因', en: 'Reason' }),
    }),
    output: z.object({ changed: z.number() }),
  },
  undoAssetStep: {
    title: { 'zh-CN': '撤销停用', en: 'Take back retirement' },
    description: {
      'zh-CN': '十分钟内可撤销本人对资产的停用；其后已有变化的，不再撤销。',
      en: 'Takes back your own retirement of each asset within ten minutes, where nothing has happened since.',
    },
    effect: 'write',
    permission: 'asset.write',
    http: 'POST /assets/undo',
    cli: 'asset undo',
    input: z.strictObject({
      ids: field(z.array(Id).min(1).max(10_000), { 'zh-CN': '资产', en: 'Assets' }, { widget: 'asset' }),
    }),
    output: z.object({ changed: z.number(), skipped: z.array(z.object({ id: Id, why: z.string() })) }),
  },
  relateAssets: {
    title: { 'zh-CN': '关联资产', en: 'Relate assets' },
    effect: 'write',
    permission: 'asset.write',
    http: 'POST /assets/:id/relations',
    cli: 'asset relate',
    input: z.strictObject({
      id: Id,
      kind: field(RelationKind, { 'zh-CN': '关系', en: 'Relation' }, { options: relationWords }),
      toAssetId: field(Id, { 'zh-CN': '目标资产', en: 'Target asset' }, { widget: 'asset' }),
    }),
    output: Relation,
  },
  unrelateAssets: {
    title: { 'zh-CN': '取消关联', en: 'Remove relation' },
    effect: 'write',
    permission: 'asset.write',
    http: 'DELETE /relations/:id',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  previewAssetImport: {
    title: { 'zh-CN': '预览资产导入', en: 'Preview asset import' },
    effect: 'read',
    permission: 'asset.write',
    http: 'POST /assets/import/preview',
    cli: 'asset import-preview',
    description: {
      'zh-CN': '读取已上传的 CSV 或 XLSX，给出列对应、前 50 行与逐行错误，不写入任何数据。',
      en: 'Reads an uploaded CSV or XLSX: column mapping, the first 50 rows and row-exact errors; writes nothing.',
    },
    input: z.strictObject({
      evidenceId: field(Id, { 'zh-CN': '文件', en: 'File' }, { widget: 'file' }),
      columns: columnsField,
      organisationId: field(
        Id.optional(),
        { 'zh-CN': '默认责任单位', en: 'Default owner' },
        { widget: 'organisation' },
      ),
    }),
    output: z.object({
      columns: z.record(z.string(), z.string()),
      headers: z.array(z.string()),
      targets: z.array(z.object({ name: z.string(), title: TextSchema, required: z.boolean() })),
      rows: z.array(z.record(z.string(), z.unknown())),
      total: z.number(),
      good: z.number(),
      issues: z.array(ImportIssue),
      issueCount: z.number(),
    }),
  },
  importAssets: {
    title: { 'zh-CN': '导入资产', en: 'Import assets' },
    effect: 'job',
    permission: 'asset.write',
    http: 'POST /assets/import',
    cli: 'asset import',
    input: z.strictObject({
      evidenceId: field(Id, { 'zh-CN': '文件', en: 'File' }, { widget: 'file' }),
      columns: columnsField,
      organisationId: field(
        Id.optional(),
        { 'zh-CN': '默认责任单位', en: 'Default owner' },
        { widget: 'organisation' },
      ),
      skipBadRows: field(z.boolean().default(false), { 'zh-CN': '跳过有误的行', en: 'Skip bad rows' }),
    }),
    output: JobReference,
  },
  exportList: {
    title: { 'zh-CN': '导出列表', en: 'Export list' },
    effect: 'job',
    permission: 'signed-in',
    http: 'POST /exports',
    cli: 'export',
    description: {
      'zh-CN': '导出当前视图；文件注明导出人与时间，公式字符已作转义。',
      en: 'Exports the current view; the file names actor and time, formula characters are neutralised.',
    },
    input: z.strictObject({
      list: field(z.string().regex(/^[a-z]+\.[A-Za-z]+$/), { 'zh-CN': '列表', en: 'List' }),
      filter: z.string().max(2000).default(''),
      sort: z.string().max(64).optional(),
      format: field(
        z.enum(['csv', 'json', 'xlsx']).default('csv'),
        { 'zh-CN': '格式', en: 'Format' },
        { options: formatWords },
      ),
    }),
    output: JobReference,
  },
  listEvidence: {
    title: { 'zh-CN': '证据', en: 'Evidence' },
    effect: 'read',
    permission: 'evidence.read',
    http: 'GET /evidence',
    cli: 'evidence list',
    list: lists.evidence,
    input: ListInput,
    output: listOutput(Evidence),
  },
  getEvidence: {
    title: { 'zh-CN': '证据详情', en: 'Evidence' },
    effect: 'read',
    permission: 'evidence.read',
    http: 'GET /evidence/:id',
    cli: 'evidence show',
    input: z.strictObject({ id: Id }),
    output: z.object({ evidence: Evidence, file: FileReference }),
  },
  listObservations: {
    title: { 'zh-CN': '观测', en: 'Observations' },
    effect: 'read',
    permission: 'asset.read',
    http: 'GET /observations',
    cli: 'observation list',
    list: lists.observations,
    input: ListInput,
    output: listOutput(Observation),
  },
} as const;
