/**
 * Commands of the platform itself that are no operations: serve, back up, restore, check the configuration, look at the machine.
 * @module
 */
import { Failure, type LocalCommand } from '@hedun/sdk';
import { checkConfig, loadConfig } from '../config/index.ts';
import { createLog } from '../log.ts';
import { createBackup, restoreBackup } from '../store/backup.ts';
import { examineMachine } from './doctor.ts';
import type { CliOptions } from './options.ts';
import { readLocalServer } from './transport.ts';

const data = { data: { type: 'string' } } as const;

function configWith(values: Readonly<Record<string, unknown>>) {
  return loadConfig({ ...process.env, ...(typeof values.data === 'string' ? { HEDUN_DATA: values.data } : {}) });
}

export function platformCommands(
  options: Pick<CliOptions, 'capabilities' | 'version' | 'serve'>,
): readonly LocalCommand[] {
  const { capabilities } = options;
  return [
    {
      words: 'serve',
      usage: '[--port N] [--host ADDRESS] [--data FOLDER]',
      title: { 'zh-CN': '启动服务', en: 'Start the server' },
      options: { ...data, port: { type: 'string' }, host: { type: 'string' } },
      run: ({ values }) => options.serve(values),
    },
    {
      words: 'backup',
      usage: 'FILE [--data FOLDER] [--passphrase-file FILE]',
      title: { 'zh-CN': '备份全部数据到一个文件', en: 'Back up everything into one file' },
      options: { ...data, 'passphrase-file': { type: 'string' } },
      run: async ({ values, positionals }, io) => {
        const config = configWith(values);
        if (config.databaseUrl === null && readLocalServer(config.dataFolder))
          throw new Failure('store.locked', {
            where: config.dataFolder,
            values: { pid: readLocalServer(config.dataFolder)?.pid ?? 0 },
          });
        const result = await createBackup({
          config,
          capabilities,
          log: createLog('error'),
          file: need(positionals[0], 'FILE'),
          passphraseFile: (values['passphrase-file'] as string | undefined) ?? null,
          version: options.version,
        });
        io.write(
          values.json
            ? `${JSON.stringify(result)}\n`
            : `${positionals[0]}: ${result.rows} rows, ${result.blobs} blobs, ${result.bytes} bytes, sha256 ${result.sha256}\n`,
        );
        return 0;
      },
    },
    {
      words: 'restore',
      usage: 'FILE [--data FOLDER] [--passphrase-file FILE] [--replace]',
      title: { 'zh-CN': '从备份文件恢复', en: 'Restore from a backup file' },
      options: { ...data, 'passphrase-file': { type: 'string' }, replace: { type: 'boolean' } },
      run: async ({ values, positionals }, io) => {
        const result = await restoreBackup({
          config: configWith(values),
          capabilities,
          log: createLog('error'),
          file: need(positionals[0], 'FILE'),
          passphraseFile: (values['passphrase-file'] as string | undefined) ?? null,
          replace: values.replace === true,
          version: options.version,
        });
        io.write(values.json ? `${JSON.stringify(result)}\n` : `${result.rows} rows, ${result.blobs} blobs\n`);
        return 0;
      },
    },
    {
      words: 'config check',
      usage: '[--json]',
      title: { 'zh-CN': '检查配置', en: 'Check the configuration' },
      options: {},
      run: async ({ values }, io) => {
        const { config, problems } = checkConfig(process.env);
        if (values.json) io.write(`${JSON.stringify({ valid: problems.length === 0, problems, config })}\n`);
        else if (problems.length > 0)
          for (const problem of problems)
            io.write(`✗ ${problem.where}: expected ${problem.expected}, got ${problem.got}\n`);
        else io.write(`${JSON.stringify(config, null, 2)}\n✓\n`);
        return problems.length === 0 ? 0 : 1;
      },
    },
    {
      words: 'doctor',
      usage: '[--json]',
      title: { 'zh-CN': '体检：本机缺什么，如何补齐', en: 'What this machine lacks and how to get it' },
      options: { ...data },
      run: async ({ values }, io) => {
        const lines = await examineMachine(configWith(values), io.locale);
        if (values.json) io.write(`${JSON.stringify({ checks: lines })}\n`);
        else
          for (const line of lines)
            io.write(
              `${line.state === 'ok' ? '✓' : line.state === 'missing' ? '✗' : '–'} ${line.name}: ${line.detail}${line.fix ? `\n    → ${line.fix}` : ''}\n`,
            );
        return lines.some((line) => line.state === 'missing') ? 1 : 0;
      },
    },
  ];
}

function need(value: string | undefined, what: string): string {
  if (value === undefined)
    throw new Failure('input.invalid', { where: 'command line', expected: what, got: 'nothing' });
  return value;
}
