/**
 * OpenAPI 3.1 of every declared operation; nothing in it is written by hand.
 * @module
 */
import type { Capability, Locale, Operation } from '@hedun/sdk';
import { z } from 'zod';

type Schema = Record<string, unknown>;

export function openApi(
  capabilities: readonly Capability[],
  options: { readonly version: string; readonly basePath: string; readonly locale: Locale },
): Schema {
  const { locale } = options;
  const paths: Record<string, Record<string, unknown>> = {};
  for (const capability of capabilities)
    for (const [name, operation] of Object.entries(capability.operations)) {
      const [method = 'GET', route = '/'] = operation.http.split(' ');
      const path = `/api/${capability.id}${route.replace(/:(\w+)/g, '{$1}')}`;
      paths[path] ??= {};
      paths[path][method.toLowerCase()] = describe(capability, name, operation, method, route, locale);
    }
  return {
    openapi: '3.1.0',
    info: { title: 'Hedun 鹤盾', version: options.version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: options.basePath || '/' }],
    tags: capabilities.map((capability) => ({ name: capability.id, description: capability.title[locale] })),
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'hedun_session' },
      },
      schemas: { Failure: failureSchema },
    },
  };
}

function describe(
  capability: Capability,
  name: string,
  operation: Operation,
  method: string,
  route: string,
  locale: Locale,
): Schema {
  const input = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as Schema;
  const output = z.toJSONSchema(operation.output, { io: 'output', unrepresentable: 'any' }) as Schema;
  const properties = (input.properties ?? {}) as Record<string, Schema>;
  const required = new Set((input.required as string[] | undefined) ?? []);
  const inPath = new Set([...route.matchAll(/:(\w+)/g)].map(([, field]) => field));
  const others = Object.keys(properties).filter((field) => !inPath.has(field));
  const inQuery = method === 'GET' || method === 'DELETE';
  const parameters = [
    ...[...inPath].map((field) => ({
      name: field,
      in: 'path',
      required: true,
      schema: properties[field ?? ''] ?? { type: 'string' },
    })),
    ...(inQuery
      ? others.map((field) => ({
          name: field,
          in: 'query',
          required: required.has(field),
          ...parameterSchema(properties[field] ?? {}),
        }))
      : []),
  ];
  const body = {
    ...input,
    properties: Object.fromEntries(others.map((field) => [field, properties[field]])),
    required: others.filter((field) => required.has(field)),
  };
  return {
    operationId: `${capability.id}.${name}`,
    tags: [capability.id],
    summary: operation.title[locale],
    ...(operation.description ? { description: operation.description[locale] } : {}),
    'x-hedun': {
      effect: operation.effect,
      permission: operation.permission,
      cli: operation.cli ?? null,
      ...(operation.list ? { list: Object.keys(operation.list) } : {}),
    },
    ...(operation.permission === 'public' ? { security: [] } : { security: [{ session: [] }, { token: [] }] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(inQuery
      ? {}
      : {
          requestBody: {
            required: true,
            content:
              operation.body === 'raw'
                ? { 'application/octet-stream': { schema: {} } }
                : { 'application/json': { schema: body } },
          },
        }),
    responses: {
      [operation.effect === 'job' ? '202' : '200']: {
        description: 'OK',
        content: { 'application/json': { schema: output } },
      },
      default: {
        description: 'Failure',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } },
      },
    },
  };
}

/** Lists and objects travel as JSON text in the query. */
function parameterSchema(schema: Schema): Schema {
  return schema.type === 'array' || schema.type === 'object'
    ? { content: { 'application/json': { schema } } }
    : { schema };
}

const failureSchema: Schema = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'fix'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        fix: { type: 'string' },
        where: { type: 'string' },
        expected: { type: 'string' },
        got: { type: 'string' },
        requestId: { type: 'string' },
        issues: {
          type: 'array',
          items: {
            type: 'object',
            properties: { where: { type: 'string' }, expected: { type: 'string' }, got: { type: 'string' } },
          },
        },
      },
    },
  },
};
