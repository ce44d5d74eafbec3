/**
 * Configuration: defaults, then the file `hedun.config.json` (or HEDUN_CONFIG), then the environment. Every problem is named.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Failure, type FailureIssue } from '@hedun/sdk';
import { z } from 'zod';
import type { Config } from '../contract.ts';
import { expected } from '../input.ts';

const bool = z.union([
  z.boolean(),
  z.enum(['true', 'false', '1', '0', 'yes', 'no', '']).transform((word) => ['true', '1', 'yes'].includes(word)),
]);
const port = z.coerce.number().int().min(0).max(65_535);
const Text = z.object({ 'zh-CN': z.string(), en: z.string() });

/** Unknown names are refused, so that a misspelt setting is not silently without effect. */
const Schema = z.strictObject({
  dataFolder: z.string().min(1).default('./data'),
  databaseUrl: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'postgresql://…')
    .nullable()
    .default(null),
  host: z.string().min(1).default('127.0.0.1'),
  port: port.default(8420),
  basePath: z
    .string()
    .regex(/^(\/[\w.-]+)*$/, '/sub/path without a slash at the end')
    .default(''),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .default(null),
  trustProxy: bool.default(false),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  key: z
    .string()
    .regex(/^[0-9a-f]{64}$/i, '64 hexadecimal digits')
    .nullable()
    .default(null),
  s3: z
    .strictObject({
      endpoint: z.url(),
      bucket: z.string().min(1),
      region: z.string().default('us-east-1'),
      accessKey: z.string().min(1),
      secretKey: z.string().min(1),
    })
    .nullable()
    .default(null),
  kafka: z
    .strictObject({
      brokers: z.array(z.string().regex(/^[^:]+:\d+$/, 'host:port')).min(1),
      prefix: z.string().default('hedun'),
    })
    .nullable()
    .default(null),
  oidc: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]+$/),
        title: Text,
        issuer: z.url(),
        clientId: z.string().min(1),
        clientSecret: z.string().min(1),
        createUsersIn: z.uuid().nullable().default(null),
      }),
    )
    .default([]),
  smtp: z
    .strictObject({
      host: z.string().min(1),
      port: port.default(465),
      secure: bool.default(true),
      user: z.string().nullable().default(null),
      password: z.string().nullable().default(null),
      from: z.string().min(3),
    })
    .nullable()
    .default(null),
  jobs: z
    .strictObject({
      workers: z.coerce.number().int().min(1).max(32).default(2),
      pollMs: z.coerce.number().int().min(50).default(1000),
      leaseMs: z.coerce.number().int().min(1000).default(30_000),
    })
    .prefault({}),
});

/** Environment variable → place in the configuration. */
const variables: Readonly<Record<string, readonly string[]>> = {
  HEDUN_DATA: ['dataFolder'],
  DATABASE_URL: ['databaseUrl'],
  HEDUN_HOST: ['host'],
  HEDUN_PORT: ['port'],
  HEDUN_BASE_PATH: ['basePath'],
  HEDUN_PUBLIC_URL: ['publicUrl'],
  HEDUN_TRUST_PROXY: ['trustProxy'],
  HEDUN_LOG_LEVEL: ['logLevel'],
  HEDUN_KEY: ['key'],
  HEDUN_S3_ENDPOINT: ['s3', 'endpoint'],
  HEDUN_S3_BUCKET: ['s3', 'bucket'],
  HEDUN_S3_REGION: ['s3', 'region'],
  HEDUN_S3_ACCESS_KEY: ['s3', 'accessKey'],
  HEDUN_S3_SECRET_KEY: ['s3', 'secretKey'],
  HEDUN_KAFKA_BROKERS: ['kafka', 'brokers'],
  HEDUN_KAFKA_PREFIX: ['kafka', 'prefix'],
  HEDUN_SMTP_HOST: ['smtp', 'host'],
  HEDUN_SMTP_PORT: ['smtp', 'port'],
  HEDUN_SMTP_SECURE: ['smtp', 'secure'],
  HEDUN_SMTP_USER: ['smtp', 'user'],
  HEDUN_SMTP_PASSWORD: ['smtp', 'password'],
  HEDUN_SMTP_FROM: ['smtp', 'from'],
  HEDUN_JOB_WORKERS: ['jobs', 'workers'],
  HEDUN_JOB_POLL_MS: ['jobs', 'pollMs'],
  HEDUN_JOB_LEASE_MS: ['jobs', 'leaseMs'],
};
/** Read elsewhere; not settings of the server. */
const otherVariables = new Set([
  'HEDUN_CONFIG',
  'HEDUN_SERVER',
  'HEDUN_TOKEN',
  'HEDUN_LOCALE',
  'HEDUN_DEBUG',
  'HEDUN_CONSOLE',
  'HEDUN_TEST_DATABASE_URL',
  // Read by the capability that has a store or a bus of its own.
  'HEDUN_CLICKHOUSE_URL',
  'HEDUN_DETECTION_KAFKA',
]);

/** Our own words where the schema has some; zod's English sentences turned into marks that both languages read. */
function expectedOf(issue: z.core.$ZodIssue): string {
  return /^(Invalid|Too|Unrecognized)/.test(issue.message) ? expected(issue) : issue.message;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export function loadConfig(environment: Environment): Config & { readonly key: string | null } {
  const { config, problems } = readConfig(environment);
  const first = problems[0];
  if (!config || first) throw new Failure('config.invalid', { ...(first ?? {}), issues: problems });
  return config;
}

/** For `hedun config check`: the effective configuration with secrets masked, and everything wrong with it. */
export function checkConfig(environment: Environment): {
  readonly config: unknown;
  readonly problems: readonly FailureIssue[];
} {
  const { config, problems } = readConfig(environment);
  return { config: config ? mask(config) : null, problems };
}

function readConfig(environment: Environment): {
  readonly config: (Config & { readonly key: string | null }) | null;
  readonly problems: readonly FailureIssue[];
} {
  const problems: FailureIssue[] = [];
  const raw = readFile(environment, problems);
  for (const [name, value] of Object.entries(environment)) {
    const place = variables[name];
    if (place && value !== undefined && value !== '')
      set(raw, place, name === 'HEDUN_KAFKA_BROKERS' ? value.split(',').map((each) => each.trim()) : value);
    else if (!place && name.startsWith('HEDUN_') && !otherVariables.has(name))
      problems.push({
        where: name,
        expected: `one of ${Object.keys(variables)
          .filter((each) => each.startsWith('HEDUN'))
          .join(', ')}`,
        got: name,
      });
  }
  const parsed = Schema.safeParse(raw);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const where = issue.path.join('.');
      const variable = Object.entries(variables).find(([, place]) => place.join('.') === where)?.[0];
      const value = issue.path.reduce<unknown>(
        (current, step) => (current as Record<PropertyKey, unknown> | undefined)?.[step],
        raw,
      );
      problems.push({
        where: variable && environment[variable] ? `${where} (${variable})` : where || '(file)',
        expected: expectedOf(issue),
        got: /key|secret|password/i.test(where) ? '••••' : (JSON.stringify(value) ?? 'nothing'),
      });
    }
    return { config: null, problems };
  }
  return { config: { ...parsed.data, dataFolder: path.resolve(parsed.data.dataFolder) }, problems };
}

function readFile(environment: Environment, problems: FailureIssue[]): Record<string, unknown> {
  const file = environment.HEDUN_CONFIG ?? 'hedun.config.json';
  if (!existsSync(file)) {
    if (environment.HEDUN_CONFIG) problems.push({ where: 'HEDUN_CONFIG', expected: 'a file', got: file });
    return {};
  }
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Record<string, unknown>;
    problems.push({ where: file, expected: 'a JSON object', got: typeof value });
  } catch (error) {
    problems.push({ where: file, expected: 'JSON', got: (error as Error).message });
  }
  return {};
}

function set(target: Record<string, unknown>, place: readonly string[], value: unknown): void {
  const [first = '', ...rest] = place;
  if (rest.length === 0) target[first] = value;
  else {
    const inner = (target[first] ?? {}) as Record<string, unknown>;
    target[first] = inner;
    set(inner, rest, value);
  }
}

function mask(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => mask(each));
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, mask(each, key)]));
  if (typeof value === 'string' && /key|secret|password/i.test(name)) return '••••';
  return name === 'databaseUrl' && typeof value === 'string' ? value.replace(/:[^:@/]+@/, ':••••@') : value;
}
