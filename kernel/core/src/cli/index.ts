/**
 * The command line: finds the command, runs it on a server or in this process, prints the answer or the failure.
 * @module
 */
import type { Job, LocalCommand, Locale } from '@hedun/sdk';
import { parseOperationArguments } from './arguments.ts';
import { type Command, commandsOf, helpOf, matchCommand, overview } from './commands.ts';
import { completeWords, completionScript } from './completion.ts';
import type { CliOptions } from './options.ts';
import { exitCode, present, presentFailure, progressBar } from './output.ts';
import { platformCommands } from './platform.ts';
import { describeFailure, openTransport } from './transport.ts';

export async function runCli(options: CliOptions): Promise<number> {
  const locale = localeOf(options.argv);
  try {
    return await dispatch(options, locale);
  } catch (error) {
    const { status, body } = describeFailure(error, options.capabilities, locale);
    options.stderr(`${options.argv.includes('--json') ? JSON.stringify(body) : presentFailure(body)}\n`);
    return exitCode(status, body.error.code);
  }
}

async function dispatch(options: CliOptions, locale: Locale): Promise<number> {
  const { argv, stdout, stderr } = options;
  const builtIn: readonly LocalCommand[] = platformCommands(options);
  const commands = commandsOf(options.capabilities, builtIn);
  if (argv[0] === '--version') return print(stdout, `hedun ${options.version}\n`);
  if (argv[0] === '__complete') return print(stdout, `${completeWords(commands, argv.slice(1)).join('\n')}\n`);
  if (argv[0] === 'completion') return print(stdout, completionScript(argv[1]));
  const matched = matchCommand(commands, argv);
  const bare = argv.every((word, index) => word === '--locale' || argv[index - 1] === '--locale');
  if (!matched || bare) {
    const near = commands.filter((command) => argv[0] !== undefined && command.words.startsWith(argv[0]));
    const asked = bare || argv[0] === 'help' || argv[0] === '--help' || argv[0] === '-h';
    (asked ? stdout : stderr)(
      `${asked ? '' : `${locale === 'en' ? 'Unknown command' : '没有这个命令'}: ${argv.join(' ')}\n\n`}${overview(near.length > 0 ? near : commands, locale)}\n`,
    );
    return asked ? 0 : 2;
  }
  const { command, rest } = matched;
  if (rest.includes('--help') || rest.includes('-h')) return print(stdout, `${helpOf(command, locale)}\n`);
  if (command.kind === 'local') return await runLocal(command.command, rest, options, locale);
  return await runOperation(command, rest, options, locale);
}

async function runLocal(
  command: LocalCommand,
  words: readonly string[],
  options: CliOptions,
  locale: Locale,
): Promise<number> {
  const { parseArgs } = await import('node:util');
  const { Failure } = await import('@hedun/sdk');
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: [...words],
      options: { json: { type: 'boolean' }, locale: { type: 'string' }, ...command.options },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw new Failure('input.invalid', {
      where: `hedun ${command.words}`,
      expected: command.usage,
      got: (error as Error).message,
    });
  }
  return await command.run(
    { values: parsed.values, positionals: parsed.positionals },
    { write: options.stdout, warn: options.stderr, locale },
  );
}

async function runOperation(
  command: Extract<Command, { kind: 'operation' }>,
  words: readonly string[],
  options: CliOptions,
  locale: Locale,
): Promise<number> {
  const { input, files, common } = parseOperationArguments(command.operation, words);
  const transport = await openTransport(options.capabilities, { ...common, locale, version: options.version });
  try {
    for (const [field, file] of Object.entries(files))
      input[field] = await transport.upload(
        file,
        typeof input.organisationId === 'string' ? input.organisationId : undefined,
      );
    let answer = await transport.call(command.id, input);
    if (command.operation.effect === 'job' && !common['no-wait']) {
      const job = await transport.follow((answer as { jobId: string }).jobId, (each) => drawProgress(options, each));
      if (process.stderr.isTTY) options.stderr('\r\u001b[K');
      answer = job;
      if (job.status !== 'succeeded') {
        options.stderr(`${JSON.stringify(job.error ?? job.status)}\n`);
        if (common.json) options.stdout(`${JSON.stringify(job)}\n`);
        return 1;
      }
    }
    options.stdout(
      common.json ? `${JSON.stringify(answer)}\n` : `${present(answer, locale, process.stdout.columns ?? 120)}\n`,
    );
    return verdictOf(answer);
  } finally {
    await transport.close();
  }
}

/** Answers that are verdicts (`{ valid: false }`) also speak through the exit code. */
function verdictOf(answer: unknown): number {
  return (answer as { valid?: unknown } | null)?.valid === false ? 1 : 0;
}

function drawProgress(options: CliOptions, job: Job): void {
  if (process.stderr.isTTY) options.stderr(`\r\u001b[K${progressBar(job.done, job.total, job.message)}`);
}

function print(write: (text: string) => void, text: string): number {
  write(text);
  return 0;
}

function localeOf(argv: readonly string[]): Locale {
  const index = argv.indexOf('--locale');
  const wanted =
    index >= 0 ? argv[index + 1] : (process.env.HEDUN_LOCALE ?? process.env.LC_ALL ?? process.env.LANG ?? 'zh-CN');
  return wanted?.toLowerCase().startsWith('en') ? 'en' : 'zh-CN';
}
