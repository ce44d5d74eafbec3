/**
 * Declared: alerts, incidents with their chains, judgement, hand-over.
 * @module
 */
import { Case, field, Id, ListInput, listOutput } from '@hedun/sdk';
import { z } from 'zod';
import {
  AlertRow,
  ChainShape,
  IncidentRow,
  incidentKindWords,
  incidentStatusWords,
  modeWords,
} from './incident-shapes.ts';

const severities = {
  critical: { 'zh-CN': '严重', en: 'Critical' },
  high: { 'zh-CN': '高', en: 'High' },
  medium: { 'zh-CN': '中', en: 'Medium' },
  low: { 'zh-CN': '低', en: 'Low' },
  info: { 'zh-CN': '提示', en: 'Info' },
} as const;

export const incidentOperations = {
  listIncidents: {
    title: { 'zh-CN': '安全事件', en: 'Incidents' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /incidents',
    cli: 'detection incident list',
    list: {
      title: { label: { 'zh-CN': '安全事件', en: 'Incident' }, type: 'text' },
      severity: { label: { 'zh-CN': '级别', en: 'Severity' }, type: 'enum', values: severities, sortable: true },
      status: { label: { 'zh-CN': '状态', en: 'Status' }, type: 'enum', values: incidentStatusWords, sortable: true },
      kind: { label: { 'zh-CN': '成因', en: 'Kind' }, type: 'enum', values: incidentKindWords },
      machines: { label: { 'zh-CN': '主机', en: 'Machine' }, type: 'tags' },
      users: { label: { 'zh-CN': '用户', en: 'User' }, type: 'tags' },
      tactics: { label: { 'zh-CN': '攻击阶段', en: 'Tactic' }, type: 'tags' },
      alerts: { label: { 'zh-CN': '告警数', en: 'Alerts' }, type: 'number', sortable: true },
      openedAt: { label: { 'zh-CN': '形成时间', en: 'Opened' }, type: 'time', sortable: true },
      endAt: { label: { 'zh-CN': '最近告警', en: 'Last alert' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(IncidentRow),
  },
  getIncident: {
    title: { 'zh-CN': '安全事件', en: 'Incident' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /incidents/:id',
    cli: 'detection incident show',
    input: z.strictObject({ id: Id }),
    output: z.object({ incident: IncidentRow, chain: ChainShape, alerts: z.array(AlertRow) }),
  },
  chainOfAlert: {
    title: { 'zh-CN': '告警的攻击链', en: 'Chain around an alert' },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /alerts/:id/chain',
    cli: 'detection alert chain',
    input: z.strictObject({ id: Id }),
    output: z.object({ alert: AlertRow, chain: ChainShape }),
  },
  listAlerts: {
    title: { 'zh-CN': '告警', en: 'Alerts' },
    description: {
      'zh-CN': '包含未形成安全事件的告警及其原因。',
      en: 'Also those that became no incident, with the reason.',
    },
    effect: 'read',
    permission: 'detection.read',
    http: 'GET /alerts',
    cli: 'detection alert list',
    list: {
      title: { label: { 'zh-CN': '规则', en: 'Rule' }, type: 'text' },
      severity: { label: { 'zh-CN': '级别', en: 'Severity' }, type: 'enum', values: severities },
      mode: { label: { 'zh-CN': '出处', en: 'From' }, type: 'enum', values: modeWords },
      host: { label: { 'zh-CN': '主机', en: 'Host' }, type: 'text' },
      userName: { label: { 'zh-CN': '用户', en: 'User' }, type: 'text' },
      address: { label: { 'zh-CN': '地址', en: 'Address' }, type: 'text' },
      ruleKey: { label: { 'zh-CN': '规则编号', en: 'Rule key' }, type: 'text' },
      incidentId: { label: { 'zh-CN': '安全事件', en: 'Incident' }, type: 'id' },
      time: { label: { 'zh-CN': '时间', en: 'Time' }, type: 'time', sortable: true },
    },
    input: ListInput,
    output: listOutput(AlertRow),
  },
  judgeIncident: {
    title: { 'zh-CN': '研判', en: 'Judge' },
    description: {
      'zh-CN': '判为无害时，同样的规则与主机组合在期限内不再形成安全事件，但告警仍可查到。',
      en: 'Harmless: the same rules on the same machines raise no incident until then; their alerts stay findable.',
    },
    effect: 'write',
    permission: 'detection.respond',
    http: 'POST /incidents/:id/judge',
    cli: 'detection incident judge',
    input: z.strictObject({
      id: Id,
      verdict: field(
        z.enum(['attack', 'harmless']),
        { 'zh-CN': '结论', en: 'Verdict' },
        { options: { attack: { 'zh-CN': '确认攻击', en: 'Attack' }, harmless: { 'zh-CN': '无害', en: 'Harmless' } } },
      ),
      note: field(z.string().trim().min(1).max(1000), { 'zh-CN': '理由', en: 'Reason' }, { widget: 'textarea' }),
      days: field(z.coerce.number().int().min(1).max(365).default(30), { 'zh-CN': '期限（天）', en: 'For days' }),
    }),
    output: IncidentRow,
  },
  handOverIncident: {
    title: { 'zh-CN': '移交处置', en: 'Hand over' },
    description: {
      'zh-CN': '形成一条发现和一份工单，附攻击链与原始告警作为证据。',
      en: 'Makes a finding and a case, with the chain and the alerts as evidence.',
    },
    effect: 'write',
    permission: 'detection.respond',
    http: 'POST /incidents/:id/hand-over',
    cli: 'detection incident hand-over',
    input: z.strictObject({
      id: Id,
      organisationId: field(Id.optional(), { 'zh-CN': '处置单位', en: 'Organisation' }, { widget: 'organisation' }),
      note: field(
        z.string().trim().max(2000).default(''),
        { 'zh-CN': '处置要求', en: 'What to do' },
        { widget: 'textarea' },
      ),
    }),
    output: z.object({ incident: IncidentRow, case: Case }),
  },
  closeIncident: {
    title: { 'zh-CN': '关闭安全事件', en: 'Close' },
    effect: 'write',
    permission: 'detection.respond',
    http: 'POST /incidents/:id/close',
    cli: 'detection incident close',
    input: z.strictObject({
      id: Id,
      note: field(z.string().trim().min(1).max(1000), { 'zh-CN': '说明', en: 'Note' }, { widget: 'textarea' }),
    }),
    output: IncidentRow,
  },
} as const;
