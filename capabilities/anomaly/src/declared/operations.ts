/**
 * Declared: bringing data, training, anomalies and feedback, drift, sources, the tunnel twin.
 * @module
 */
import { Done, Empty, field, Id, JobReference, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import {
  AnomalyRow,
  DriftReport,
  DriftRow,
  detectorNames,
  ModelRow,
  SetRow,
  SourceRow,
  seriesDetectorNames,
  TunnelState,
} from '../shapes.ts';

const set = field(Id, { 'zh-CN': '数据集', en: 'Data set' }, { widget: 'hidden' });
const read = { effect: 'read', permission: 'anomaly.read' } as const;
const write = { effect: 'write', permission: 'anomaly.write' } as const;
const faultNames = ['fan-failure', 'spoofed-co', 'stuck-sensor', 'loop-outage', 'network-flood', 'fire'] as const;

export const operations = {
  listSets: {
    ...read,
    title: { 'zh-CN': '数据集', en: 'Data sets' },
    http: 'GET /sets',
    cli: 'anomaly sets',
    input: ListInput,
    output: listOutput(SetRow),
  },
  importSet: {
    ...write,
    title: { 'zh-CN': '导入数据', en: 'Import data' },
    description: {
      'zh-CN': 'CSV 或 Parquet，第一行是列名。文字列按词编号；缺失值允许。',
      en: 'CSV or Parquet with column names. Words are numbered; missing values are allowed.',
    },
    http: 'POST /sets',
    cli: 'anomaly import',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' }),
      name: field(z.string().trim().min(1).max(120), { 'zh-CN': '名称', en: 'Name' }),
      evidenceId: field(Id, { 'zh-CN': '文件', en: 'File' }, { widget: 'file' }),
      labelColumn: field(
        z.string().max(120).default(''),
        { 'zh-CN': '标签列', en: 'Label column' },
        {
          help: {
            'zh-CN': '可不填；取值 1、异常、anomaly 视为已知异常，0、正常、normal 视为已知正常，其余未标注',
            en: 'Optional; 1 or anomaly is a known anomaly, 0 or normal known normal, the rest unlabelled',
          },
        },
      ),
    }),
    output: SetRow,
  },
  createSet: {
    ...write,
    title: { 'zh-CN': '新建接入数据集', en: 'New data set for pushes' },
    http: 'POST /sets/empty',
    cli: 'anomaly sets create',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' }),
      name: field(z.string().trim().min(1).max(120), { 'zh-CN': '名称', en: 'Name' }),
      columns: field(
        z.array(z.string().trim().min(1).max(120)).min(1).max(2000),
        { 'zh-CN': '列', en: 'Columns' },
        { widget: 'tags' },
      ),
    }),
    output: SetRow,
  },
  followFindings: {
    ...write,
    title: { 'zh-CN': '接入平台发现', en: 'Watch findings' },
    description: {
      'zh-CN': '某一类发现（如威胁检测的安全事件）每出现一条，数据集就增加一行；已有的发现先补入。',
      en: 'Every finding of a kind, such as incidents of the detection pipeline, becomes a row; those there already are taken first.',
    },
    http: 'POST /sets/findings',
    cli: 'anomaly sets follow',
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '单位', en: 'Organisation' }, { widget: 'organisation' }),
      name: field(z.string().trim().min(1).max(120), { 'zh-CN': '名称', en: 'Name' }),
      kind: field(
        z
          .string()
          .regex(/^[a-z][a-z_.-]+$/)
          .max(80)
          .default('detection.incident'),
        { 'zh-CN': '发现类型', en: 'Kind of finding' },
      ),
      attributes: field(
        z.array(z.string().trim().min(1).max(80)).max(50).default(['alerts', 'machines', 'users', 'tactics']),
        { 'zh-CN': '属性', en: 'Attributes' },
        {
          widget: 'tags',
          help: {
            'zh-CN': '数值属性取其值，列表属性取其个数；另有严重程度、可信度、时刻与星期',
            en: 'Numbers as they are, lists by their length; severity, confidence, hour and weekday are always there',
          },
        },
      ),
    }),
    output: SetRow,
  },
  pushRows: {
    ...write,
    title: { 'zh-CN': '推送数据行', en: 'Push rows' },
    http: 'POST /sets/:setId/rows',
    bodyLimit: 16 * 2 ** 20,
    input: z.strictObject({
      setId: set,
      rows: z
        .array(z.record(z.string(), z.union([z.number(), z.string(), z.null()])))
        .min(1)
        .max(10_000),
    }),
    output: z.object({ first: z.number().int(), rows: z.number().int(), odd: z.number().int() }),
  },
  judgeRows: {
    ...read,
    title: { 'zh-CN': '试判数据行', en: 'Judge rows' },
    description: {
      'zh-CN': '用指定的模型（不指定则用在用模型）判断给出的行，不保存；设为在用之前可用已知结果的新数据比较两个模型。',
      en: 'A model, the champion where none is named, judges the rows given and keeps nothing: two models can be compared on new rows of known truth.',
    },
    http: 'POST /sets/:setId/judge',
    bodyLimit: 16 * 2 ** 20,
    transactions: 'own',
    input: z.strictObject({
      setId: set,
      modelId: Id.optional(),
      rows: z
        .array(z.record(z.string(), z.union([z.number(), z.string(), z.null()])))
        .min(1)
        .max(10_000),
    }),
    output: z.object({
      modelId: Id,
      version: z.number().int(),
      threshold: z.number(),
      scores: z.array(z.number()),
    }),
  },
  trainModel: {
    title: { 'zh-CN': '训练模型', en: 'Train a model' },
    effect: 'job',
    permission: 'anomaly.write',
    http: 'POST /sets/:setId/train',
    cli: 'anomaly train',
    attempts: 1,
    input: z.strictObject({
      setId: set,
      detector: field(
        z.enum([...detectorNames, ...seriesDetectorNames]).default('fused'),
        { 'zh-CN': '检测器', en: 'Detector' },
        {
          help: {
            'zh-CN': '离散数据用 fused；按时间顺序记录的传感器数据用 vg-net',
            en: 'fused for tables; vg-net where rows are readings of sensors in order of time',
          },
        },
      ),
      seed: field(
        z.coerce
          .number()
          .int()
          .min(0)
          .max(2 ** 31)
          .default(1),
        { 'zh-CN': '随机种子', en: 'Seed' },
      ),
    }),
    output: JobReference,
  },
  listModels: {
    ...read,
    title: { 'zh-CN': '模型', en: 'Models' },
    http: 'GET /models',
    cli: 'anomaly models',
    input: ListInput,
    output: listOutput(ModelRow),
  },
  promoteModel: {
    ...write,
    title: { 'zh-CN': '设为在用模型', en: 'Make champion' },
    http: 'POST /models/:id/promote',
    cli: 'anomaly promote',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  listAnomalies: {
    ...read,
    title: { 'zh-CN': '异常', en: 'Anomalies' },
    http: 'GET /anomalies',
    cli: 'anomaly list',
    input: ListInput,
    output: listOutput(AnomalyRow),
  },
  giveFeedback: {
    ...write,
    title: { 'zh-CN': '研判异常', en: 'Judge anomalies' },
    description: {
      'zh-CN': '研判成为标签，下次训练时学习；属于正常的同时驳回对应的发现。',
      en: 'A judgement becomes a label for the next training; what is normal dismisses its finding.',
    },
    http: 'POST /anomalies/feedback',
    cli: 'anomaly judge',
    input: z.strictObject({
      ids: z.array(Id).min(1).max(500),
      verdict: field(z.enum(['anomaly', 'normal']), { 'zh-CN': '结论', en: 'Verdict' }),
    }),
    output: z.object({ labelled: z.number().int() }),
  },
  scoreNew: {
    title: { 'zh-CN': '检测新数据', en: 'Score new rows' },
    description: {
      'zh-CN': '用在用模型检测接入后尚未检测的行，异常成为发现。新数据接入时自动进行。',
      en: 'The champion judges rows that no champion has judged; starts by itself when rows come.',
    },
    effect: 'job',
    permission: 'anomaly.write',
    http: 'POST /score',
    cli: 'anomaly score',
    attempts: 2,
    schedule: '*/5 * * * *',
    input: z.strictObject({ setId: Id.optional() }),
    output: JobReference,
  },
  watchDrift: {
    title: { 'zh-CN': '漂移监视', en: 'Watch drift' },
    description: {
      'zh-CN': '每天比较接入的新行与训练时的数据：看在用模型的分数分布，也看各列；明显漂移成为发现。',
      en: "Compares new rows with those of training daily, by the champion's scores and by columns; drift becomes a finding.",
    },
    effect: 'job',
    permission: 'anomaly.write',
    http: 'POST /drift',
    cli: 'anomaly drift watch',
    attempts: 2,
    schedule: '25 4 * * *',
    input: z.strictObject({ setId: Id.optional() }),
    output: JobReference,
  },
  listDrifts: {
    ...read,
    title: { 'zh-CN': '漂移记录', en: 'Drift records' },
    http: 'GET /drift',
    cli: 'anomaly drifts',
    input: ListInput,
    output: listOutput(DriftReport),
  },
  checkDrift: {
    ...read,
    title: { 'zh-CN': '漂移检查', en: 'Drift' },
    description: {
      'zh-CN': '在用模型训练之后接入的行，与训练时相比的总体稳定性指标 (PSI)。',
      en: 'Population stability of rows that came after training.',
    },
    http: 'GET /sets/:setId/drift',
    cli: 'anomaly drift',
    input: z.strictObject({ setId: set }),
    output: z.object({ newRows: z.number().int(), scores: z.number().nullable(), columns: z.array(DriftRow) }),
    transactions: 'own',
  },
  listSources: {
    ...read,
    title: { 'zh-CN': 'MQTT 来源', en: 'MQTT sources' },
    http: 'GET /sources',
    cli: 'anomaly sources',
    input: ListInput,
    output: listOutput(SourceRow),
  },
  addSource: {
    ...write,
    title: { 'zh-CN': '接入 MQTT', en: 'Connect MQTT' },
    http: 'POST /sources',
    cli: 'anomaly sources add',
    input: z.strictObject({
      setId: set,
      url: field(
        z
          .string()
          .regex(/^mqtts?:\/\/[^\s@/]+:\d{1,5}\/?$/)
          .max(300),
        { 'zh-CN': '地址', en: 'Address' },
      ),
      topic: field(z.string().min(1).max(300), { 'zh-CN': '主题', en: 'Topic' }),
      username: field(z.string().max(200).default(''), { 'zh-CN': '用户名', en: 'User' }),
      password: field(
        z.string().max(500).default(''),
        { 'zh-CN': '口令', en: 'Password' },
        {
          widget: 'password',
          help: { 'zh-CN': '加密保存，不再显示', en: 'Kept sealed and never shown again' },
        },
      ),
    }),
    output: SourceRow,
  },
  removeSource: {
    ...write,
    title: { 'zh-CN': '断开 MQTT', en: 'Disconnect MQTT' },
    http: 'DELETE /sources/:id',
    cli: 'anomaly sources remove',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  startTunnel: {
    ...write,
    title: { 'zh-CN': '启动隧道孪生', en: 'Start the tunnel twin' },
    http: 'POST /tunnel',
    cli: 'anomaly tunnel start',
    input: z.strictObject({
      seed: field(
        z.coerce
          .number()
          .int()
          .min(0)
          .max(2 ** 31)
          .default(21),
        { 'zh-CN': '随机种子', en: 'Seed' },
      ),
    }),
    output: Done,
  },
  stopTunnel: {
    ...write,
    title: { 'zh-CN': '停止隧道孪生', en: 'Stop the tunnel twin' },
    http: 'DELETE /tunnel',
    cli: 'anomaly tunnel stop',
    input: Empty,
    output: Done,
  },
  getTunnel: {
    ...read,
    title: { 'zh-CN': '隧道状态', en: 'State of the tunnel' },
    http: 'GET /tunnel',
    cli: 'anomaly tunnel show',
    input: z.strictObject({ second: z.coerce.number().int().min(0).optional() }),
    output: TunnelState,
  },
  injectFault: {
    ...write,
    title: { 'zh-CN': '注入故障', en: 'Inject a fault' },
    http: 'POST /tunnel/faults',
    cli: 'anomaly tunnel inject',
    input: z.strictObject({
      kind: field(z.enum(faultNames), { 'zh-CN': '故障', en: 'Fault' }),
      device: field(z.string().max(40), { 'zh-CN': '设备', en: 'Device' }),
      seconds: field(z.coerce.number().int().min(1).max(3600).default(600), { 'zh-CN': '持续秒数', en: 'Seconds' }),
    }),
    output: Done,
  },
  clearFaults: {
    ...write,
    title: { 'zh-CN': '排除故障', en: 'Clear faults' },
    http: 'DELETE /tunnel/faults',
    cli: 'anomaly tunnel clear',
    input: Empty,
    output: Done,
  },
} as const;
