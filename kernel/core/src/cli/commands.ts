/**
 * The command tree: every declared operation with `cli` words, the capabilities' local commands, and the few the platform itself needs.
 * @module
 */
import type { Capability, CapabilityServer, LocalCommand, Locale, Operation, Text } from '@hedun/sdk';
import { kernel } from '@hedun/sdk/kernel';
import { fieldOptions } from './arguments.ts';

export const kernelDeclaration: Capability = kernel as unknown as Capability;

export type Command =
  | {
      readonly kind: 'operation';
      readonly words: string;
      readonly title: Text;
      readonly id: string;
      readonly operation: Operation;
    }
  | { readonly kind: 'local'; readonly words: string; readonly title: Text; readonly command: LocalCommand };

export function commandsOf(
  capabilities: readonly CapabilityServer[],
  builtIn: readonly LocalCommand[],
): readonly Command[] {
  const declared = [kernelDeclaration, ...capabilities.map((each) => each.capability)];
  const operations = declared.flatMap((capability) =>
    Object.entries(capability.operations).flatMap(([name, operation]): Command[] =>
      operation.cli
        ? [
            {
              kind: 'operation',
              words: operation.cli,
              title: operation.title,
              id: `${capability.id}.${name}`,
              operation,
            },
          ]
        : [],
    ),
  );
  const locals = [...builtIn, ...capabilities.flatMap((each) => each.commands ?? [])].map(
    (command): Command => ({ kind: 'local', words: command.words, title: command.title, command }),
  );
  return [...locals, ...operations].sort((a, b) => (a.words < b.words ? -1 : 1));
}

/** The command whose words begin the line, longest first, and what is left of the line. */
export function matchCommand(
  commands: readonly Command[],
  line: readonly string[],
): { readonly command: Command; readonly rest: readonly string[] } | null {
  const found = [...commands]
    .sort((a, b) => b.words.split(' ').length - a.words.split(' ').length)
    .find((command) => command.words.split(' ').every((word, index) => line[index] === word));
  return found ? { command: found, rest: line.slice(found.words.split(' ').length) } : null;
}

export function helpOf(command: Command, locale: Locale): string {
  if (command.kind === 'local') return `hedun ${command.words} ${command.command.usage}\n\n${command.title[locale]}`;
  const fields = fieldOptions(command.operation);
  const required = fields.filter((field) => field.required).map((field) => `<${field.flag}>`);
  const width = Math.max(...fields.map((field) => field.flag.length), 8);
  const lines = fields.map(
    (field) =>
      `  --${field.flag.padEnd(width)}  ${field.required ? '*' : ' '} ${field.label[locale]}${field.values.length > 0 ? ` (${field.values.join(' | ')})` : ''}${field.kind === 'file' ? (locale === 'en' ? ' (path of a file)' : '（文件路径）') : ''}`,
  );
  return [
    `hedun ${command.words} ${required.join(' ')}`,
    '',
    `${command.title[locale]}${command.operation.description ? `。${command.operation.description[locale]}` : ''}`,
    '',
    ...lines,
    `  --${'json'.padEnd(width)}    JSON`,
  ].join('\n');
}

export function overview(commands: readonly Command[], locale: Locale): string {
  const width = Math.max(...commands.map((command) => command.words.length));
  const head =
    locale === 'en'
      ? 'hedun COMMAND [--json] [--help] [--server URL --token TOKEN | --data FOLDER]'
      : 'hedun 命令 [--json] [--help] [--server 地址 --token 令牌 | --data 数据目录]';
  return [head, '', ...commands.map((command) => `  ${command.words.padEnd(width)}  ${command.title[locale]}`)].join(
    '\n',
  );
}
