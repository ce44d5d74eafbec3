/**
 * Shell completion: the shells ask `hedun __complete` for the next word.
 * @module
 */
import { Failure } from '@hedun/sdk';
import { commonFlags, fieldOptions } from './arguments.ts';
import { type Command, matchCommand } from './commands.ts';

/** Candidates for the last of the words typed so far. */
export function completeWords(commands: readonly Command[], words: readonly string[]): readonly string[] {
  const last = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const matched = matchCommand(commands, before);
  if (!matched) {
    const depth = before.length;
    const next = commands
      .map((command) => command.words.split(' '))
      .filter((parts) => before.every((word, index) => parts[index] === word))
      .map((parts) => parts[depth] ?? '');
    return [...new Set(next)].filter((word) => word !== '' && word.startsWith(last)).sort();
  }
  if (matched.command.kind === 'local')
    return Object.keys(matched.command.command.options)
      .map((flag) => `--${flag}`)
      .filter((flag) => flag.startsWith(last));
  const fields = fieldOptions(matched.command.operation);
  const asked = fields.find((field) => `--${field.flag}` === before.at(-1));
  if (asked) return asked.values.filter((value) => value.startsWith(last));
  return [...fields.map((field) => field.flag), ...Object.keys(commonFlags)]
    .map((flag) => `--${flag}`)
    .filter((flag) => flag.startsWith(last) && !before.includes(flag))
    .sort();
}

const scripts: Readonly<Record<string, string>> = {
  bash: `_hedun() { local IFS=$'\\n'; COMPREPLY=( $(hedun __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null) ); }\ncomplete -o default -F _hedun hedun\n`,
  zsh: `#compdef hedun\n_hedun() { local -a found; found=("\${(@f)$(hedun __complete "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}"); compadd -a found; }\ncompdef _hedun hedun\n`,
  fish: `complete -c hedun -f -a '(hedun __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)'\n`,
};

export function completionScript(shell: string | undefined): string {
  const script = scripts[shell ?? 'bash'];
  if (!script)
    throw new Failure('input.invalid', {
      where: 'hedun completion',
      expected: Object.keys(scripts).join(' | '),
      got: shell ?? '',
    });
  return script;
}
