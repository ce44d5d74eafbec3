/**
 * Sign-in, the own account, API tokens and the first-run set-up.
 * @module
 */
import { z } from 'zod';
import { Done, Empty, field, Id, TextSchema, Timestamp } from '../field.ts';
import { User } from '../nouns.ts';
import { localeWords, organisationKindWords } from './words.ts';

const Password = field(z.string().min(1).max(256), { 'zh-CN': '密码', en: 'Password' }, { widget: 'password' });
const UserName = field(z.string().min(1).max(64), { 'zh-CN': '用户名', en: 'User name' });

/** Who is signed in and what they may do; the console builds its navigation from it. */
export const SessionInfo = z.object({
  user: User,
  permissions: z.array(z.string()),
  scope: z.object({ all: z.boolean(), organisationIds: z.array(Id) }),
  mustChangePassword: z.boolean(),
  expiresAt: Timestamp,
});
/** `signedIn` carries the session cookie; `totpRequired` asks for `confirmTotp` with the challenge. */
export const SignInAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signedIn'), session: SessionInfo }),
  z.object({ kind: z.literal('totpRequired'), challenge: z.string() }),
]);
export const ApiToken = z.object({
  id: Id,
  name: z.string(),
  prefix: z.string(),
  permissions: z.array(z.string()),
  organisationId: Id,
  createdAt: Timestamp,
  expiresAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
});

export const sessionOperations = {
  getSetup: {
    title: { 'zh-CN': '初始化状态', en: 'Set-up state' },
    effect: 'read',
    permission: 'public',
    http: 'GET /setup',
    input: Empty,
    output: z.object({
      needed: z.boolean(),
      version: z.string(),
      oidc: z.array(z.object({ id: z.string(), title: TextSchema })),
    }),
  },
  completeSetup: {
    title: { 'zh-CN': '完成初始化', en: 'Complete set-up' },
    effect: 'write',
    permission: 'public',
    http: 'POST /setup',
    input: z.strictObject({
      token: field(z.string().min(20), { 'zh-CN': '一次性口令', en: 'One-time token' }),
      organisationName: field(z.string().min(1).max(200), {
        'zh-CN': '根组织名称',
        en: 'Name of the root organisation',
      }),
      organisationKind: field(
        z
          .enum(['city', 'district', 'bureau', 'office', 'university', 'school', 'enterprise', 'department', 'other'])
          .default('city'),
        { 'zh-CN': '根组织类型', en: 'Kind of the root organisation' },
        { options: organisationKindWords },
      ),
      userName: UserName,
      displayName: field(z.string().min(1).max(100), { 'zh-CN': '姓名', en: 'Full name' }),
      password: Password,
      locale: field(
        z.enum(['zh-CN', 'en']).default('zh-CN'),
        { 'zh-CN': '语言', en: 'Language' },
        { options: localeWords },
      ),
    }),
    output: SessionInfo,
  },
  signIn: {
    title: { 'zh-CN': '登录', en: 'Sign in' },
    effect: 'write',
    permission: 'public',
    http: 'POST /session',
    input: z.strictObject({ userName: UserName, password: Password }),
    output: SignInAnswer,
  },
  confirmTotp: {
    title: { 'zh-CN': '确认动态口令', en: 'Confirm one-time code' },
    effect: 'write',
    permission: 'public',
    http: 'POST /session/totp',
    input: z.strictObject({
      challenge: z.string(),
      code: field(z.string().min(6).max(24), { 'zh-CN': '动态口令或恢复码', en: 'One-time or recovery code' }),
    }),
    output: SessionInfo,
  },
  signOut: {
    title: { 'zh-CN': '退出', en: 'Sign out' },
    effect: 'write',
    permission: 'signed-in',
    http: 'DELETE /session',
    input: Empty,
    output: Done,
  },
  getSession: {
    title: { 'zh-CN': '当前会话', en: 'Current session' },
    effect: 'read',
    permission: 'signed-in',
    http: 'GET /session',
    cli: 'whoami',
    input: Empty,
    output: SessionInfo,
  },
  changePassword: {
    title: { 'zh-CN': '修改密码', en: 'Change password' },
    effect: 'write',
    permission: 'signed-in',
    http: 'PUT /account/password',
    input: z.strictObject({
      current: Password,
      next: field(z.string().min(1).max(256), { 'zh-CN': '新密码', en: 'New password' }, { widget: 'password' }),
    }),
    output: Done,
  },
  acceptInvitation: {
    title: { 'zh-CN': '接受邀请', en: 'Accept invitation' },
    effect: 'write',
    permission: 'public',
    http: 'POST /invitation',
    input: z.strictObject({ token: z.string().min(20), password: Password }),
    output: SessionInfo,
  },
  updateAccount: {
    title: { 'zh-CN': '修改个人资料', en: 'Change own account' },
    effect: 'write',
    permission: 'signed-in',
    http: 'PATCH /account',
    input: z.strictObject({
      displayName: z.string().min(1).max(100).optional(),
      email: z.email().nullable().optional(),
      phone: z.string().max(32).nullable().optional(),
      locale: field(z.enum(['zh-CN', 'en']).optional(), { 'zh-CN': '语言', en: 'Language' }, { options: localeWords }),
    }),
    output: User,
  },
  startTotp: {
    title: { 'zh-CN': '启用动态口令', en: 'Start one-time codes' },
    effect: 'write',
    permission: 'signed-in',
    http: 'POST /account/totp',
    input: Empty,
    output: z.object({ secret: z.string(), uri: z.string() }),
  },
  finishTotp: {
    title: { 'zh-CN': '确认启用动态口令', en: 'Finish one-time codes' },
    effect: 'write',
    permission: 'signed-in',
    http: 'PUT /account/totp',
    input: z.strictObject({ code: z.string().length(6) }),
    output: z.object({ recoveryCodes: z.array(z.string()) }),
  },
  removeTotp: {
    title: { 'zh-CN': '停用动态口令', en: 'Remove one-time codes' },
    effect: 'write',
    permission: 'signed-in',
    http: 'DELETE /account/totp',
    input: z.strictObject({ password: Password }),
    output: Done,
  },
  listTokens: {
    title: { 'zh-CN': '访问令牌', en: 'API tokens' },
    effect: 'read',
    permission: 'signed-in',
    http: 'GET /account/tokens',
    cli: 'token list',
    input: Empty,
    output: z.object({ items: z.array(ApiToken) }),
  },
  createToken: {
    title: { 'zh-CN': '新建访问令牌', en: 'Create API token' },
    effect: 'write',
    permission: 'signed-in',
    http: 'POST /account/tokens',
    cli: 'token create',
    input: z.strictObject({
      name: field(z.string().min(1).max(100), { 'zh-CN': '名称', en: 'Name' }),
      permissions: field(z.array(z.string()).min(1), { 'zh-CN': '权限', en: 'Permissions' }, { widget: 'tags' }),
      organisationId: field(Id.optional(), { 'zh-CN': '数据范围', en: 'Data scope' }, { widget: 'organisation' }),
      days: field(z.coerce.number().int().min(1).max(365).default(90), { 'zh-CN': '有效天数', en: 'Valid for days' }),
    }),
    output: z.object({ token: z.string(), info: ApiToken }),
  },
  revokeToken: {
    title: { 'zh-CN': '吊销访问令牌', en: 'Revoke API token' },
    effect: 'write',
    permission: 'signed-in',
    http: 'DELETE /account/tokens/:id',
    cli: 'token revoke',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  listSessions: {
    title: { 'zh-CN': '登录设备', en: 'Sessions' },
    effect: 'read',
    permission: 'signed-in',
    http: 'GET /account/sessions',
    input: Empty,
    output: z.object({
      items: z.array(
        z.object({
          id: Id,
          address: z.string().nullable(),
          agent: z.string().nullable(),
          createdAt: Timestamp,
          lastSeenAt: Timestamp,
          current: z.boolean(),
        }),
      ),
    }),
  },
  endSession: {
    title: { 'zh-CN': '结束会话', en: 'End session' },
    effect: 'write',
    permission: 'signed-in',
    http: 'DELETE /account/sessions/:id',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  getPreferences: {
    title: { 'zh-CN': '个人偏好', en: 'Preferences' },
    effect: 'read',
    permission: 'signed-in',
    http: 'GET /account/preferences',
    input: Empty,
    output: z.object({ values: z.record(z.string(), z.unknown()) }),
  },
  setPreference: {
    title: { 'zh-CN': '保存个人偏好', en: 'Save preference' },
    effect: 'write',
    permission: 'signed-in',
    http: 'PUT /account/preferences',
    input: z.strictObject({ name: z.string().max(100), value: z.unknown() }),
    output: Done,
  },
  listViews: {
    title: { 'zh-CN': '已存视图', en: 'Saved views' },
    effect: 'read',
    permission: 'signed-in',
    http: 'GET /views',
    input: z.strictObject({ list: z.string().max(64) }),
    output: z.object({
      items: z.array(
        z.object({
          id: Id,
          list: z.string(),
          name: z.string(),
          shared: z.boolean(),
          mine: z.boolean(),
          state: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  },
  saveView: {
    title: { 'zh-CN': '保存视图', en: 'Save view' },
    effect: 'write',
    permission: 'signed-in',
    http: 'POST /views',
    input: z.strictObject({
      id: Id.optional(),
      list: z.string().max(64),
      name: z.string().min(1).max(60),
      shared: z.boolean().default(false),
      state: z.record(z.string(), z.unknown()),
    }),
    output: z.object({ id: Id }),
  },
  deleteView: {
    title: { 'zh-CN': '删除视图', en: 'Delete view' },
    effect: 'write',
    permission: 'signed-in',
    http: 'DELETE /views/:id',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
} as const;
