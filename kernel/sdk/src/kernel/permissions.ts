/**
 * Permissions of the kernel's own operations. Built-in roles are made of these and of the capabilities' permissions.
 * @module
 */
export const permissions = {
  'organisation.read': { 'zh-CN': '查看组织', en: 'View organisations' },
  'organisation.write': { 'zh-CN': '维护组织', en: 'Maintain organisations' },
  'user.read': { 'zh-CN': '查看用户', en: 'View users' },
  'user.write': { 'zh-CN': '维护用户与授权', en: 'Maintain users and grants' },
  'role.write': { 'zh-CN': '维护角色', en: 'Maintain roles' },
  'asset.read': { 'zh-CN': '查看资产', en: 'View assets' },
  'asset.write': { 'zh-CN': '维护资产', en: 'Maintain assets' },
  'finding.read': { 'zh-CN': '查看发现', en: 'View findings' },
  'finding.write': { 'zh-CN': '处置发现', en: 'Triage findings' },
  'case.read': { 'zh-CN': '查看工单', en: 'View cases' },
  'case.write': { 'zh-CN': '办理工单', en: 'Work on cases' },
  'case.issue': { 'zh-CN': '下发与复核工单', en: 'Issue and verify cases' },
  'evidence.read': { 'zh-CN': '查看证据', en: 'View evidence' },
  'evidence.write': { 'zh-CN': '上传证据', en: 'Upload evidence' },
  'report.read': { 'zh-CN': '查看报告', en: 'View reports' },
  'report.write': { 'zh-CN': '生成报告', en: 'Make reports' },
  'job.read': { 'zh-CN': '查看作业', en: 'View jobs' },
  'job.write': { 'zh-CN': '管理作业', en: 'Manage jobs' },
  'audit.read': { 'zh-CN': '查看审计', en: 'View the audit log' },
  'setting.read': { 'zh-CN': '查看设置', en: 'View settings' },
  'setting.write': { 'zh-CN': '修改设置', en: 'Change settings' },
  'sample.write': { 'zh-CN': '装载示例数据', en: 'Load sample data' },
} as const;
