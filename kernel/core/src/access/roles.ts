/**
 * The built-in roles, as permission patterns.
 * @module
 */
import { expandPatterns, type Text } from '@hedun/sdk';
import type { Database, Registry } from '../contract.ts';

interface BuiltInRole {
  readonly name: string;
  readonly title: Text;
  readonly permissions: readonly string[];
}
export const builtInRoles: readonly BuiltInRole[] = [
  { name: 'administrator', title: { 'zh-CN': '管理员', en: 'Administrator' }, permissions: ['*'] },
  {
    name: 'security-officer',
    title: { 'zh-CN': '安全管理员', en: 'Security officer' },
    permissions: [
      '*.read',
      '*.view',
      'asset.*',
      'finding.*',
      'case.*',
      'evidence.*',
      'report.*',
      '*.write',
      '*.issue',
      '*.operate',
      '!user.write',
      '!role.write',
      '!setting.write',
      '!organisation.write',
      '!sample.write',
    ],
  },
  {
    name: 'unit-leader',
    title: { 'zh-CN': '单位负责人', en: 'Unit leader' },
    permissions: [
      'organisation.read',
      'user.read',
      'asset.*',
      'finding.read',
      'case.read',
      'case.write',
      'evidence.*',
      'report.*',
      '*.view',
      '*.unit',
      '*.lead',
    ],
  },
  {
    name: 'unit-contact',
    title: { 'zh-CN': '单位联络员', en: 'Unit contact' },
    permissions: [
      'organisation.read',
      'asset.*',
      'finding.read',
      'case.read',
      'case.write',
      'evidence.*',
      'report.read',
      '*.view',
      '*.unit',
    ],
  },
  {
    name: 'auditor',
    title: { 'zh-CN': '审计员（只读）', en: 'Auditor (read only)' },
    permissions: ['*.read', '*.view'],
  },
  {
    name: 'external-tester',
    title: { 'zh-CN': '外部测试人员', en: 'External tester' },
    // Hands evidence in and reads none: over a whole university it would read that of every unit.
    permissions: ['evidence.write', '*.test'],
  },
  {
    name: 'platform-interface',
    title: { 'zh-CN': '平台接口账号', en: 'Platform interface' },
    permissions: ['*.push'],
  },
];

export function expand(patterns: readonly string[], registry: Registry): readonly string[] {
  return expandPatterns(
    patterns,
    registry.permissions().map(({ id }) => id),
  );
}

/** Built-in roles follow the code; roles of the users' own making are left alone. */
export async function seedRoles(db: Database, newId: () => string): Promise<void> {
  for (const role of builtInRoles)
    await db
      .insertInto('roles')
      .values({
        id: newId(),
        name: role.name,
        title: JSON.stringify(role.title),
        builtIn: true,
        permissions: [...role.permissions],
      })
      .onConflict((conflict) =>
        conflict
          .column('name')
          .doUpdateSet({ title: JSON.stringify(role.title), builtIn: true, permissions: [...role.permissions] }),
      )
      .execute();
}
