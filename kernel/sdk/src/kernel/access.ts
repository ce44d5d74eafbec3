/**
 * Organisations, users, roles and grants.
 * @module
 */
import { z } from 'zod';
import { Done, Empty, field, Id, ListInput, listOutput, TextSchema } from '../field.ts';
import { Organisation, OrganisationKind, Role, User } from '../nouns.ts';
import { lists } from './lists.ts';
import { localeWords, organisationKindWords, userStatusWords } from './words.ts';

const organisationFields = {
  name: field(z.string().trim().min(1).max(200), { 'zh-CN': '名称', en: 'Name' }),
  shortName: field(z.string().max(60).nullable().optional(), { 'zh-CN': '简称', en: 'Short name' }),
  kind: field(
    OrganisationKind,
    { 'zh-CN': '类型', en: 'Kind' },
    {
      options: organisationKindWords,
    },
  ),
  creditCode: field(z.string().max(18).nullable().optional(), {
    'zh-CN': '统一社会信用代码',
    en: 'Unified social credit code',
  }),
  contact: field(z.string().max(200).nullable().optional(), { 'zh-CN': '联系方式', en: 'Contact' }),
};
const userFields = {
  displayName: field(z.string().trim().min(1).max(100), { 'zh-CN': '姓名', en: 'Full name' }),
  email: field(z.email().nullable().optional(), { 'zh-CN': '电子邮箱', en: 'E-mail' }),
  phone: field(z.string().max(32).nullable().optional(), { 'zh-CN': '手机', en: 'Phone' }),
  locale: field(
    z.enum(['zh-CN', 'en']).default('zh-CN'),
    { 'zh-CN': '语言', en: 'Language' },
    { options: localeWords },
  ),
};
const GrantView = z.object({
  roleId: Id,
  roleName: z.string(),
  roleTitle: TextSchema,
  organisationId: Id,
  organisationName: z.string(),
});

export const accessOperations = {
  listOrganisations: {
    title: { 'zh-CN': '组织', en: 'Organisations' },
    effect: 'read',
    permission: 'organisation.read',
    http: 'GET /organisations',
    cli: 'organisation list',
    input: Empty,
    output: z.object({ items: z.array(Organisation) }),
  },
  getOrganisation: {
    title: { 'zh-CN': '组织详情', en: 'Organisation' },
    effect: 'read',
    permission: 'organisation.read',
    http: 'GET /organisations/:id',
    cli: 'organisation show',
    input: z.strictObject({ id: Id }),
    output: Organisation,
  },
  createOrganisation: {
    title: { 'zh-CN': '新建组织', en: 'Create organisation' },
    effect: 'write',
    permission: 'organisation.write',
    http: 'POST /organisations',
    cli: 'organisation create',
    input: z.strictObject({
      parentId: field(Id, { 'zh-CN': '上级组织', en: 'Parent' }, { widget: 'organisation' }),
      ...organisationFields,
    }),
    output: Organisation,
  },
  updateOrganisation: {
    title: { 'zh-CN': '修改组织', en: 'Change organisation' },
    effect: 'write',
    permission: 'organisation.write',
    http: 'PATCH /organisations/:id',
    cli: 'organisation update',
    on: 'organisation',
    input: z.strictObject({
      id: field(Id, { 'zh-CN': '组织', en: 'Organisation' }, { widget: 'organisation' }),
      parentId: field(Id.optional(), { 'zh-CN': '上级组织', en: 'Parent' }, { widget: 'organisation' }),
      name: organisationFields.name.optional(),
      shortName: organisationFields.shortName,
      kind: organisationFields.kind.optional(),
      creditCode: organisationFields.creditCode,
      contact: organisationFields.contact,
    }),
    output: Organisation,
  },
  deleteOrganisation: {
    title: { 'zh-CN': '删除组织', en: 'Delete organisation' },
    effect: 'write',
    permission: 'organisation.write',
    http: 'DELETE /organisations/:id',
    cli: 'organisation delete',
    description: {
      'zh-CN': '仅能删除没有下级、用户和资产的组织。',
      en: 'Only an organisation without children, users and assets can be deleted.',
    },
    input: z.strictObject({ id: Id }),
    output: Done,
  },
  listUsers: {
    title: { 'zh-CN': '用户', en: 'Users' },
    effect: 'read',
    permission: 'user.read',
    http: 'GET /users',
    cli: 'user list',
    list: lists.users,
    input: ListInput,
    output: listOutput(User),
  },
  getUser: {
    title: { 'zh-CN': '用户详情', en: 'User' },
    effect: 'read',
    permission: 'user.read',
    http: 'GET /users/:id',
    cli: 'user show',
    input: z.strictObject({ id: Id }),
    output: z.object({ user: User, grants: z.array(GrantView) }),
  },
  createUser: {
    title: { 'zh-CN': '新建用户', en: 'Create user' },
    effect: 'write',
    permission: 'user.write',
    http: 'POST /users',
    cli: 'user create',
    description: {
      'zh-CN': '返回一次性邀请链接，由本人设置密码。',
      en: 'Answers a one-time invitation link with which the person sets the password.',
    },
    input: z.strictObject({
      organisationId: field(Id, { 'zh-CN': '所属组织', en: 'Organisation' }, { widget: 'organisation' }),
      name: field(z.string().regex(/^[\p{L}\p{N}._@-]{2,64}$/u), { 'zh-CN': '用户名', en: 'User name' }),
      ...userFields,
      roleId: field(Id.optional(), { 'zh-CN': '角色', en: 'Role' }),
    }),
    output: z.object({
      user: User,
      invitation: z.object({ token: z.string(), path: z.string(), expiresAt: z.string() }),
    }),
  },
  updateUser: {
    title: { 'zh-CN': '修改用户', en: 'Change user' },
    effect: 'write',
    permission: 'user.write',
    http: 'PATCH /users/:id',
    cli: 'user update',
    on: 'user',
    input: z.strictObject({
      id: Id,
      organisationId: field(Id.optional(), { 'zh-CN': '所属组织', en: 'Organisation' }),
      displayName: userFields.displayName.optional(),
      email: userFields.email,
      phone: userFields.phone,
      locale: field(z.enum(['zh-CN', 'en']).optional(), { 'zh-CN': '语言', en: 'Language' }, { options: localeWords }),
      status: field(
        z.enum(['active', 'disabled']).optional(),
        { 'zh-CN': '状态', en: 'Status' },
        { options: userStatusWords },
      ),
    }),
    output: User,
  },
  inviteAgain: {
    title: { 'zh-CN': '重发邀请', en: 'Invite again' },
    effect: 'write',
    permission: 'user.write',
    http: 'POST /users/:id/invitation',
    cli: 'user invite',
    on: 'user',
    description: {
      'zh-CN': '旧密码、会话与访问令牌立即失效。',
      en: 'The old password, all sessions and API tokens end at once.',
    },
    input: z.strictObject({ id: Id }),
    output: z.object({ token: z.string(), path: z.string(), expiresAt: z.string() }),
  },
  setGrants: {
    title: { 'zh-CN': '授权', en: 'Set grants' },
    effect: 'write',
    permission: 'user.write',
    http: 'PUT /users/:id/grants',
    cli: 'user grant',
    input: z.strictObject({ id: Id, grants: z.array(z.strictObject({ roleId: Id, organisationId: Id })).max(100) }),
    output: z.object({ grants: z.array(GrantView) }),
  },
  listRoles: {
    title: { 'zh-CN': '角色', en: 'Roles' },
    effect: 'read',
    permission: 'user.read',
    http: 'GET /roles',
    cli: 'role list',
    input: Empty,
    output: z.object({ items: z.array(Role) }),
  },
  listPermissions: {
    title: { 'zh-CN': '权限清单', en: 'Permissions' },
    effect: 'read',
    permission: 'user.read',
    http: 'GET /permissions',
    cli: 'permission list',
    input: Empty,
    output: z.object({ items: z.array(z.object({ id: z.string(), capability: z.string(), title: TextSchema })) }),
  },
  saveRole: {
    title: { 'zh-CN': '保存角色', en: 'Save role' },
    effect: 'write',
    permission: 'role.write',
    http: 'POST /roles',
    cli: 'role save',
    input: z.strictObject({
      id: Id.optional(),
      name: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
      title: TextSchema,
      permissions: z.array(z.string()).max(1000),
    }),
    output: Role,
  },
  deleteRole: {
    title: { 'zh-CN': '删除角色', en: 'Delete role' },
    effect: 'write',
    permission: 'role.write',
    http: 'DELETE /roles/:id',
    cli: 'role delete',
    input: z.strictObject({ id: Id }),
    output: Done,
  },
} as const;
