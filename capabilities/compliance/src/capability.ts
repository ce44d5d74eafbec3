/**
 * The declaration of compliance: law and standards as executable data, for organisations that must comply, audit or supervise.
 * @module
 */
import { defineCapability, Id } from '@hedun/sdk';
import { z } from 'zod';
import { en, zh } from './messages.ts';
import { assessmentOperations } from './operations/assessments.ts';
import { catalogueOperations } from './operations/catalogue.ts';
import { collectorOperations } from './operations/collectors.ts';
import { instrumentOperations } from './operations/instruments.ts';
import { judgementOperations } from './operations/judgements.ts';
import { matterOperations } from './operations/matters.ts';
import { requestOperations } from './operations/requests.ts';
import { AffiliationRow, AssessmentRow } from './shapes.ts';
import { CatalogueRow, ComplaintRow, DisputeRow, EntryRow, RequestRow } from './sharing-shapes.ts';

const sharing = z.object({
  requestId: Id,
  entryId: Id,
  providerOrganisationId: Id,
  requesterOrganisationId: Id,
  method: z.string(),
  purpose: z.string(),
  duration: z.string(),
});
const refused = { 'zh-CN': '按提示补齐后再试。', en: 'Supply what is named and try again.' };

export const compliance = defineCapability({
  id: 'compliance',
  title: { 'zh-CN': '合规', en: 'Compliance' },
  permissions: {
    'compliance.view': { 'zh-CN': '查看合规', en: 'View compliance' },
    'compliance.write': { 'zh-CN': '开展评估与审计', en: 'Carry out assessments' },
    'compliance.operate': { 'zh-CN': '采集自有服务的密码配置', en: 'Look at own services' },
    'compliance.unit': { 'zh-CN': '编制目录、办理共享申请', en: 'Handle catalogue and sharing requests' },
    'compliance.issue': { 'zh-CN': '审核发布目录、监督共享', en: 'Publish the catalogue, supervise sharing' },
  },
  messages: { 'zh-CN': zh, en },
  tables: {
    assessments: { row: AssessmentRow, scope: 'organisation' },
    entries: { row: EntryRow, scope: 'organisation' },
    catalogue: { row: CatalogueRow, scope: 'published' },
    requests: { row: RequestRow, scope: 'parties' },
    disputes: { row: DisputeRow, scope: 'parties' },
    complaints: { row: ComplaintRow, scope: 'organisation' },
    affiliations: { row: AffiliationRow, scope: 'organisation' },
  },
  operations: {
    ...instrumentOperations,
    ...assessmentOperations,
    ...judgementOperations,
    ...collectorOperations,
    ...catalogueOperations,
    ...requestOperations,
    ...matterOperations,
  },
  pages: {
    instruments: {
      title: { 'zh-CN': '规范库', en: 'Instruments' },
      path: '/compliance/instruments',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 40, icon: 'book' },
    },
    assessments: {
      title: { 'zh-CN': '评估与审计', en: 'Assessments' },
      path: '/compliance/assessments',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 41, icon: 'audit' },
    },
    liability: {
      title: { 'zh-CN': '法律责任', en: 'Liability' },
      path: '/compliance/liability',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 44, icon: 'bank' },
    },
    obligations: {
      title: { 'zh-CN': '义务与期限', en: 'Obligations' },
      path: '/compliance/obligations',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 42, icon: 'schedule' },
    },
    readiness: {
      title: { 'zh-CN': '迎审准备', en: 'Readiness' },
      path: '/compliance/readiness',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 43, icon: 'solution' },
    },
    catalogue: {
      title: { 'zh-CN': '政务数据目录', en: 'Data catalogue' },
      path: '/compliance/catalogue',
      permission: 'compliance.view',
      navigation: { group: 'share', order: 40, icon: 'database' },
    },
    requests: {
      title: { 'zh-CN': '共享申请', en: 'Sharing requests' },
      path: '/compliance/requests',
      permission: 'compliance.view',
      navigation: { group: 'share', order: 41, icon: 'swap' },
    },
    disputes: {
      title: { 'zh-CN': '共享争议', en: 'Disputes' },
      path: '/compliance/disputes',
      permission: 'compliance.view',
      navigation: { group: 'share', order: 43, icon: 'swap' },
    },
    complaints: {
      title: { 'zh-CN': '投诉举报', en: 'Complaints' },
      path: '/compliance/complaints',
      permission: 'compliance.view',
      navigation: { group: 'share', order: 44, icon: 'audit' },
    },
    statistics: {
      title: { 'zh-CN': '合规统计', en: 'Compliance figures' },
      path: '/compliance/statistics',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 45, icon: 'fund' },
    },
    affiliations: {
      title: { 'zh-CN': '审计机构关联', en: 'Affiliated institutions' },
      path: '/compliance/affiliations',
      permission: 'compliance.view',
      navigation: { group: 'prove', order: 46, icon: 'solution' },
    },
    supervision: {
      title: { 'zh-CN': '共享监督', en: 'Supervision' },
      path: '/compliance/supervision',
      permission: 'compliance.view',
      navigation: { group: 'share', order: 42, icon: 'fund' },
    },
  },
  errors: {
    'compliance.unknown': {
      status: 404,
      message: { 'zh-CN': '没有找到，或者不在您的数据范围内', en: 'Not found, or outside your data scope' },
      fix: { 'zh-CN': '核对编号。', en: 'Check the id.' },
    },
    'compliance.refused': {
      status: 422,
      message: { 'zh-CN': '规范不接受这一输入', en: 'The instrument does not accept this' },
      fix: refused,
    },
    'compliance.step_refused': {
      status: 409,
      message: { 'zh-CN': '现在不能走这一步', en: 'This step is not open now' },
      fix: refused,
    },
    'compliance.future': {
      status: 422,
      message: { 'zh-CN': '发生时间在将来', en: 'That time lies in the future' },
      fix: { 'zh-CN': '填写已经发生的时间。', en: 'Give a time that has passed.' },
    },
    'compliance.not_signable': {
      status: 409,
      message: { 'zh-CN': '现在不能签字', en: 'It cannot be signed now' },
      fix: {
        'zh-CN': '报告起草完成后、盖章之前签字。',
        en: 'Sign after the report is drafted and before it is sealed.',
      },
    },
    'compliance.signature_lapsed': {
      status: 409,
      message: {
        'zh-CN': '签字之后内容有改动，签字已失效',
        en: 'The contents changed after a signature; it has lapsed',
      },
      fix: { 'zh-CN': '请签字人核对后重新签字。', en: 'Let the signer look at it again and sign anew.' },
    },
    'compliance.same_signer': {
      status: 409,
      message: { 'zh-CN': '同一人不能在两处签字', en: 'One person cannot sign twice' },
      fix: { 'zh-CN': '另一处由另一位负责人签字。', en: 'Let another person sign the other field.' },
    },
    'compliance.not_own': {
      status: 422,
      message: { 'zh-CN': '目标不是该资产登记的地址', en: 'The target is no address of that asset' },
      fix: { 'zh-CN': '先在资产台账中登记该地址，再行采集。', en: 'Register the address with the asset first.' },
    },
    'compliance.not_authorised': {
      status: 403,
      message: {
        'zh-CN': '该地址不在授权采集的网络之内',
        en: 'The address is outside the networks authorised for collecting',
      },
      fix: {
        'zh-CN': '请管理员在设置中授权该网络。',
        en: 'Ask an administrator to authorise the network in the settings.',
      },
    },
    'compliance.no_tls': {
      status: 422,
      message: { 'zh-CN': '该地址没有 TLS 服务应答', en: 'Nothing there answers as a TLS service' },
      fix: { 'zh-CN': '核对地址、端口以及到该地址的网络。', en: 'Check address, port and the way there.' },
    },
    'compliance.not_independent': {
      status: 409,
      message: { 'zh-CN': '复核人不具独立性', en: 'The reviewer is not independent' },
      fix: {
        'zh-CN': '由未编制该底稿、也不执行该项控制的人员复核。',
        en: 'Let somebody review who neither prepared the paper nor runs the control.',
      },
    },
    'compliance.not_editable': {
      status: 409,
      message: { 'zh-CN': '目录条目现在不能修改', en: 'The entry cannot be changed now' },
      fix: { 'zh-CN': '已发布的目录先「启动更新」。', en: 'Start an update of a published entry first.' },
    },
    'compliance.no_evidence': {
      status: 422,
      message: { 'zh-CN': '缺少证据材料', en: 'Evidence is missing' },
      fix: {
        'zh-CN': '上传证据；未核实的结论可以改为「自述」。',
        en: 'Attach evidence; a judgement not verified can be “claimed”.',
      },
    },
  },
  findingKinds: {
    'compliance.breach': {
      title: { 'zh-CN': '合规问题', en: 'Compliance breach' },
      attributes: z.object({ instrument: z.string(), node: z.string(), assessmentId: Id }),
    },
    'compliance.weak-crypto': {
      title: { 'zh-CN': '不安全的密码配置', en: 'Weak cryptography' },
      attributes: z.object({ service: z.string(), name: z.string(), notAfter: z.string().nullable() }),
    },
  },
  settings: {
    /** Nothing is looked at unless an administrator has authorised the network. */
    collectorNetworks: {
      title: { 'zh-CN': '授权采集的网络', en: 'Networks authorised for collecting' },
      schema: z.array(z.string().trim().min(1).max(253)).max(500).default([]),
    },
    /** Art. 21(2) is silent on the clock: a reading of the authority, not of the text. */
    onIncomplete: {
      title: { 'zh-CN': '共享申请材料不全时期限的算法', en: 'What incomplete material does to the clock of a request' },
      schema: z.enum(['restart', 'pause', 'run']).default('restart'),
    },
    extendUnconditional: {
      title: { 'zh-CN': '无条件共享的答复可以延长', en: 'The answer to an unconditional request may be extended' },
      schema: z.boolean().default(true),
    },
  },
  emits: {
    /** Sharing was agreed: whoever moves data may prepare the delivery. */
    'compliance.sharing.agreed': sharing,
    /** Access was given again, or what may be done with the data changed: delivery goes on under these terms. */
    'compliance.sharing.changed': sharing.extend({ why: z.enum(['resumed', 'service-changed', 'use-widened']) }),
    /** Sharing was suspended, ended or terminated: delivery stops. */
    'compliance.sharing.stopped': sharing.extend({ why: z.enum(['suspended', 'terminated', 'ended']) }),
  },
});
export type Compliance = typeof compliance;
