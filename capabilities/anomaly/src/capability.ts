/**
 * The declaration of anomaly: data sets, models, anomalies with their reasons, feedback, and the twin of a road tunnel.
 * @module
 */
import { defineCapability, Id } from '@hedun/sdk';
import { z } from 'zod';
import { operations } from './declared/operations.ts';
import { errors } from './errors.ts';
import { en, zh } from './messages.ts';
import { AnomalyRow, DriftReport, LabelRow, ModelRow, PortionRow, SetRow, StoredSource, TakenRow } from './shapes.ts';

export const anomaly = defineCapability({
  id: 'anomaly',
  title: { 'zh-CN': '异常检测', en: 'Anomaly' },
  permissions: {
    'anomaly.read': { 'zh-CN': '查看异常', en: 'View anomalies' },
    'anomaly.write': { 'zh-CN': '训练模型、研判异常', en: 'Train models, judge anomalies' },
  },
  messages: { 'zh-CN': zh, en },
  tables: {
    sets: { row: SetRow, scope: 'organisation' },
    portions: { row: PortionRow, scope: 'organisation' },
    labels: { row: LabelRow, scope: 'organisation' },
    models: { row: ModelRow, scope: 'organisation' },
    anomalies: { row: AnomalyRow, scope: 'organisation' },
    sources: { row: StoredSource, scope: 'organisation' },
    taken: { row: TakenRow, scope: 'organisation' },
    drifts: { row: DriftReport, scope: 'organisation' },
  },
  operations,
  pages: {
    data: {
      title: { 'zh-CN': '数据与模型', en: 'Data and models' },
      path: '/anomaly/data',
      permission: 'anomaly.read',
      navigation: { group: 'understand', order: 40, icon: 'database' },
    },
    anomalies: {
      title: { 'zh-CN': '异常', en: 'Anomalies' },
      path: '/anomaly/anomalies',
      permission: 'anomaly.read',
      navigation: { group: 'understand', order: 41, icon: 'fund' },
    },
    tunnel: {
      title: { 'zh-CN': '隧道孪生', en: 'Tunnel twin' },
      path: '/anomaly/tunnel',
      permission: 'anomaly.read',
      navigation: { group: 'observe', order: 45, icon: 'radar' },
    },
  },
  errors,
  settings: {
    /** The server connects to no broker that an administrator has not named. */
    mqttBrokers: {
      title: { 'zh-CN': '允许接入的 MQTT 服务（主机:端口）', en: 'MQTT brokers that may be connected (host:port)' },
      schema: z.array(z.string().trim().min(1).max(300)).max(100).default([]),
    },
    retrainOnDrift: {
      title: { 'zh-CN': '发现明显漂移时自动训练候选模型', en: 'Train a challenger when the data has drifted' },
      schema: z.boolean().default(false),
    },
  },
  findingKinds: {
    'anomaly.row': {
      title: { 'zh-CN': '异常数据', en: 'Anomalous data' },
      attributes: z.object({ setId: Id, row: z.number().int(), score: z.number(), reasons: z.array(z.string()) }),
    },
    'anomaly.drift': {
      title: { 'zh-CN': '数据漂移', en: 'Data drift' },
      attributes: z.object({ setId: Id, modelId: Id, scores: z.number(), columns: z.array(z.string()) }),
    },
    'anomaly.tunnel': {
      title: { 'zh-CN': '隧道告警', en: 'Tunnel alarm' },
      attributes: z.object({
        device: z.string(),
        form: z.string(),
        second: z.number().int(),
        others: z.number().int(),
      }),
    },
  },
  /** Findings of any room, incidents of the detection pipeline above all, can be watched as a data set. */
  listens: { 'kernel.finding.raised': z.object({ ids: z.array(Id) }) },
});
export type Anomaly = typeof anomaly;
