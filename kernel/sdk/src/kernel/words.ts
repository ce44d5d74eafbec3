/**
 * What the values of the kernel's fields are called: forms, lists, reports and the command line say them all in these words.
 * @module
 */

export const severityWords = {
  critical: { 'zh-CN': '严重', en: 'Critical' },
  high: { 'zh-CN': '高危', en: 'High' },
  medium: { 'zh-CN': '中危', en: 'Medium' },
  low: { 'zh-CN': '低危', en: 'Low' },
  info: { 'zh-CN': '提示', en: 'Info' },
} as const;
export const findingStatusWords = {
  open: { 'zh-CN': '待确认', en: 'Open' },
  triaged: { 'zh-CN': '已确认', en: 'Triaged' },
  in_case: { 'zh-CN': '已建工单', en: 'In case' },
  fixed: { 'zh-CN': '已整改', en: 'Fixed' },
  verified: { 'zh-CN': '已复核', en: 'Verified' },
  dismissed: { 'zh-CN': '已忽略', en: 'Dismissed' },
} as const;
export const caseStatusWords = {
  drafted: { 'zh-CN': '草拟', en: 'Drafted' },
  issued: { 'zh-CN': '已下发', en: 'Issued' },
  acknowledged: { 'zh-CN': '已签收', en: 'Acknowledged' },
  remediating: { 'zh-CN': '整改中', en: 'Remediating' },
  submitted: { 'zh-CN': '待复核', en: 'Submitted' },
  returned: { 'zh-CN': '已退回', en: 'Returned' },
  verified: { 'zh-CN': '复核通过', en: 'Verified' },
  archived: { 'zh-CN': '已归档', en: 'Archived' },
} as const;
export const assetStatusWords = {
  planned: { 'zh-CN': '在建', en: 'Planned' },
  active: { 'zh-CN': '在用', en: 'Active' },
  retired: { 'zh-CN': '停用', en: 'Retired' },
} as const;
export const jobStatusWords = {
  queued: { 'zh-CN': '排队', en: 'Queued' },
  running: { 'zh-CN': '运行中', en: 'Running' },
  succeeded: { 'zh-CN': '成功', en: 'Succeeded' },
  failed: { 'zh-CN': '失败', en: 'Failed' },
  cancelled: { 'zh-CN': '已取消', en: 'Cancelled' },
} as const;
export const userStatusWords = {
  invited: { 'zh-CN': '已邀请', en: 'Invited' },
  active: { 'zh-CN': '正常', en: 'Active' },
  locked: { 'zh-CN': '已锁定', en: 'Locked' },
  disabled: { 'zh-CN': '已停用', en: 'Disabled' },
} as const;
export const organisationKindWords = {
  city: { 'zh-CN': '市', en: 'City' },
  district: { 'zh-CN': '区县', en: 'District' },
  bureau: { 'zh-CN': '委办局', en: 'Bureau' },
  office: { 'zh-CN': '科室', en: 'Office' },
  university: { 'zh-CN': '高校', en: 'University' },
  school: { 'zh-CN': '院系', en: 'School' },
  enterprise: { 'zh-CN': '企业', en: 'Enterprise' },
  department: { 'zh-CN': '部门', en: 'Department' },
  other: { 'zh-CN': '其他', en: 'Other' },
} as const;
export const relationWords = {
  'runs-on': { 'zh-CN': '运行于', en: 'Runs on' },
  'part-of': { 'zh-CN': '隶属于', en: 'Part of' },
  'depends-on': { 'zh-CN': '依赖', en: 'Depends on' },
  'connects-to': { 'zh-CN': '连接到', en: 'Connects to' },
  'resolves-to': { 'zh-CN': '解析到', en: 'Resolves to' },
  holds: { 'zh-CN': '存有', en: 'Holds' },
  'supplied-by': { 'zh-CN': '供应方为', en: 'Supplied by' },
} as const;
export const channelWords = {
  email: { 'zh-CN': '电子邮件', en: 'E-mail' },
  webhook: { 'zh-CN': 'Webhook', en: 'Webhook' },
  wecom: { 'zh-CN': '企业微信机器人', en: 'WeCom robot' },
  dingtalk: { 'zh-CN': '钉钉机器人', en: 'DingTalk robot' },
  feishu: { 'zh-CN': '飞书机器人', en: 'Feishu robot' },
} as const;
export const caseKindWords = {
  rectification: { 'zh-CN': '限期整改', en: 'Rectification' },
  notice: { 'zh-CN': '通报预警', en: 'Notice' },
} as const;
/** What stands before the year in a case's number: the initials of 整改 and 通报. */
export const caseNumberPrefixes = { rectification: 'ZG', notice: 'TB' } as const;
export const localeWords = {
  'zh-CN': { 'zh-CN': '中文', en: '中文' },
  en: { 'zh-CN': 'English', en: 'English' },
} as const;
export const formatWords = {
  docx: { 'zh-CN': 'Word（DOCX）', en: 'Word (DOCX)' },
  pdf: { 'zh-CN': 'PDF', en: 'PDF' },
  xlsx: { 'zh-CN': 'Excel（XLSX）', en: 'Excel (XLSX)' },
  csv: { 'zh-CN': 'CSV', en: 'CSV' },
  json: { 'zh-CN': 'JSON', en: 'JSON' },
} as const;
export const findingGroupWords = {
  severity: { 'zh-CN': '严重程度', en: 'Severity' },
  status: { 'zh-CN': '状态', en: 'Status' },
  kind: { 'zh-CN': '类型', en: 'Kind' },
  organisation: { 'zh-CN': '责任单位', en: 'Organisation' },
} as const;
