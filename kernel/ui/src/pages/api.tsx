/**
 * The API as people read it: every route of the server's own OpenAPI document, with input, output and a ready request line.
 * @module
 */
import { CopyOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useMemo, useState } from 'react';
import { baseUrl } from '../app/base-url.ts';
import { usePreferences } from '../app/preferences.ts';
import { copyText } from '../parts/clipboard.ts';
import { ErrorView } from '../parts/ErrorView.tsx';
import { useFeedback } from '../parts/feedback.tsx';
import { PageFrame } from '../parts/PageFrame.tsx';
import { EmptyView, Skeleton } from '../parts/states.tsx';
import { useText } from '../texts/index.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}
interface Route {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
  readonly responses?: Readonly<
    Record<
      string,
      { readonly description?: string; readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }
    >
  >;
}
interface Document {
  readonly info: { readonly title: string; readonly version: string };
  readonly tags: readonly { readonly name: string; readonly description?: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Omit<Route, 'method' | 'path'>>>>>;
}

export function Page() {
  const t = useText();
  const { locale } = usePreferences();
  const [typed, setTyped] = useState('');
  const query = useQuery<Document>({
    queryKey: ['console', 'openapi', locale],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => {
      const response = await fetch(`${baseUrl}/api/openapi.json`, { headers: { 'accept-language': locale } });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return (await response.json()) as Document;
    },
  });
  const routes = useMemo(() => (query.data ? routesOf(query.data) : []), [query.data]);
  const shown = routes.filter((route) =>
    `${route.path} ${route.summary} ${route.operationId}`.toLowerCase().includes(typed.trim().toLowerCase()),
  );
  return (
    <PageFrame
      title={t.apiReference}
      note={t.apiNote(routes.length)}
      actions={
        <Button href={`${baseUrl}/api/openapi.json`} target="_blank">
          openapi.json
        </Button>
      }
    >
      <Input.Search
        allowClear
        placeholder={t.searchApi}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        style={{ maxWidth: 420, marginBottom: 16 }}
      />
      {query.isPending && <Skeleton rows={12} />}
      {query.isError && <ErrorView error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && shown.length === 0 && <EmptyView kind="no-match" />}
      {query.data?.tags.map((tag) => {
        const members = shown.filter(({ tags }) => tags.includes(tag.name));
        if (members.length === 0) return null;
        return (
          <section key={tag.name} className="hd-section">
            <h3>{tag.description ?? tag.name}</h3>
            {members.map((route) => (
              <RouteView key={route.operationId} route={route} />
            ))}
          </section>
        );
      })}
    </PageFrame>
  );
}

function routesOf(document: Document): readonly Route[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => ({ ...route, method: method.toUpperCase(), path })),
  );
}

function RouteView({ route }: { readonly route: Route }) {
  const t = useText();
  const feedback = useFeedback();
  const [open, setOpen] = useState(false);
  const body = Object.values(route.requestBody?.content ?? {})[0]?.schema;
  const answer = Object.values(
    Object.entries(route.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1].content ?? {},
  )[0]?.schema;
  return (
    <details className="hd-route" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span className={`hd-method hd-method-${route.method.toLowerCase()}`}>{route.method}</span>
        <code>{route.path}</code>
        <span className="hd-faint">{route.summary}</span>
      </summary>
      {open && (
        <div className="hd-route-body">
          {route.description && <p>{route.description}</p>}
          <p className="hd-faint">
            <code>{route.operationId}</code>
            <Button
              size="small"
              type="text"
              icon={<CopyOutlined />}
              onClick={() => void copyText(curlOf(route)).then(() => feedback.success(t.copied))}
            >
              curl
            </Button>
          </p>
          {(route.parameters?.length ?? 0) > 0 && (
            <SchemaTable
              title={t.parameters}
              schema={{
                properties: Object.fromEntries(
                  (route.parameters ?? []).map(({ name, schema }) => [name, schema ?? {}]),
                ),
                required: (route.parameters ?? []).filter(({ required }) => required).map(({ name }) => name),
              }}
            />
          )}
          {body && <SchemaTable title={t.requestBody} schema={body} />}
          {answer && <SchemaTable title={t.answer} schema={answer} />}
        </div>
      )}
    </details>
  );
}

function curlOf(route: Route): string {
  const url = `${location.origin}${baseUrl}${route.path}`;
  const body = route.requestBody ? " -H 'Content-Type: application/json' -d '{}'" : '';
  return `curl -X ${route.method} -H 'Authorization: Bearer TOKEN' -H 'X-Hedun-Request: 1'${body} '${url}'`;
}

function SchemaTable({ title, schema }: { readonly title: string; readonly schema: Schema }) {
  const t = useText();
  const rows = flatten(schema, '', 0);
  return (
    <>
      <h4>{title}</h4>
      <table className="hd-issues">
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <td>
                <code>{row.name}</code>
                {row.required && (
                  <span className="hd-tone-text-bad" title={t.required}>
                    {' '}
                    *
                  </span>
                )}
              </td>
              <td>{row.type}</td>
              <td>{row.title}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const deepest = 3;
/** A schema as lines; deeper than three levels it says only `object`. */
export function flatten(
  schema: Schema,
  prefix: string,
  depth: number,
): readonly { readonly name: string; readonly type: string; readonly title: string; readonly required: boolean }[] {
  const [alternative] = schema.anyOf?.filter((each) => each.type !== 'null') ?? [];
  const object = schema.properties
    ? schema
    : alternative?.properties
      ? alternative
      : schema.items?.properties
        ? schema.items
        : null;
  if (!object) return [];
  return Object.entries(object.properties ?? {}).flatMap(([key, value]) => {
    const name = prefix ? `${prefix}.${key}` : key;
    const line = {
      name,
      type: typeOf(value),
      title: value.title ?? value.description ?? '',
      required: object.required?.includes(key) ?? false,
    };
    return depth + 1 >= deepest ? [line] : [line, ...flatten(value, value.items ? `${name}[]` : name, depth + 1)];
  });
}
function typeOf(schema: Schema): string {
  if (schema.enum) return schema.enum.map(String).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ');
  if (schema.items) return `${typeOf(schema.items)}[]`;
  const type = Array.isArray(schema.type) ? schema.type.join(' | ') : ((schema.type as string | undefined) ?? 'any');
  return schema.format ? `${type} (${schema.format})` : type;
}
