/**
 * Writes what is generated: `docs/errors/{zh,en}.md` from the error tables, `docs/operations.md` from the declarations.
 * `--check` compares instead and names a document that is out of date.
 * @module
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { capabilities } from '@hedun/app-server';
import type { Capability, Locale } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';

const root = path.resolve(import.meta.dirname, '..');
const declared: readonly Capability[] = [
  kernel as unknown as Capability,
  ...capabilities.map((each) => each.capability),
];

export function errorsPage(locale: Locale): string {
  const zh = locale === 'zh-CN';
  const head = zh
    ? '# 错误代码\n\n由错误表生成（`npm run documents`）。接口、命令行与控制台显示同样的代码与文字。\n'
    : '# Error codes\n\nGenerated from the error tables (`npm run documents`). API, command line and console show the same codes and sentences.\n';
  const sections = declared
    .filter((each) => Object.keys(each.errors ?? {}).length > 0)
    .map((capability) => {
      const rows = Object.entries(capability.errors ?? {})
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(
          ([code, error]) =>
            `| \`${code}\` | ${error.status} | ${cell(error.message[locale])} | ${cell(error.fix[locale])} |`,
        );
      return `\n## ${capability.title[locale]}\n\n| ${zh ? '代码 | HTTP | 含义 | 处理' : 'code | HTTP | meaning | what to do'} |\n|---|---|---|---|\n${rows.join('\n')}\n`;
    });
  return head + sections.join('');
}

export function operationsPage(): string {
  const sections = declared.map((capability) => {
    const rows = Object.entries(capability.operations).map(([name, operation]) => {
      const [method = '', route = ''] = operation.http.split(' ');
      return `| \`${name}\` | ${cell(operation.title['zh-CN'])} / ${cell(operation.title.en)} | ${operation.effect} | \`${operation.permission}\` | \`${method} /api/${capability.id}${route}\` | ${operation.cli ? `\`hedun ${operation.cli}\`` : ''} |`;
    });
    return `\n## ${capability.title['zh-CN']} / ${capability.title.en} (\`${capability.id}\`)\n\n| operation | title | effect | permission | HTTP | command |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# Operations\n\nGenerated from the declarations (\`npm run documents\`).\n${sections.join('')}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  const pages = [
    ['docs/errors/zh.md', errorsPage('zh-CN')],
    ['docs/errors/en.md', errorsPage('en')],
    ['docs/operations.md', operationsPage()],
  ] as const;
  const check = process.argv.includes('--check');
  const stale = pages.filter(
    ([file, text]) => !existsSync(path.join(root, file)) || readFileSync(path.join(root, file), 'utf8') !== text,
  );
  if (!check)
    for (const [file, text] of stale) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
  console.log(
    stale.length === 0
      ? `documents: ${pages.length}, all up to date`
      : stale.map(([file]) => `${check ? 'out of date' : 'written'}: ${file}`).join('\n'),
  );
  process.exitCode = check && stale.length > 0 ? 1 : 0;
}
