/**
 * The built console with made-up answers behind it, for measuring the console alone: ten thousand rows, no database, no network.
 * Nothing here is a real organisation.
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';

const dist = path.resolve(import.meta.dirname, '../apps/console/dist');
const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
const severities = ['critical', 'high', 'medium', 'low', 'info'];
const start = Date.parse('2026-11-24T02:00:00Z');
const id = (kind: number, number: number) => `0199${kind}000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const at = (minutes: number) => new Date(start - minutes * 60_000).toISOString();

const names = [
  '江城市网信办',
  '市公安局',
  '市教育局',
  '市卫生健康委',
  '市交通运输局',
  '市住房保障局',
  '江城大学',
  '计算机学院',
  '江城地铁集团',
  '江城水务集团',
];
const organisations = names.map((name, number) => {
  const parent = number === 0 ? null : number === 7 ? 6 : 0;
  return {
    id: id(1, number),
    parentId: parent === null ? null : id(1, parent),
    name,
    shortName: null,
    kind:
      number === 0
        ? 'city'
        : number === 6
          ? 'university'
          : number === 7
            ? 'school'
            : number > 7
              ? 'enterprise'
              : 'bureau',
    creditCode: null,
    contact: null,
    path:
      number === 7 ? `${id(1, 0)}/${id(1, 6)}/${id(1, 7)}` : number === 0 ? id(1, 0) : `${id(1, 0)}/${id(1, number)}`,
    synthetic: true,
    createdAt: at(90_000),
    updatedAt: at(9000),
  };
});
const titles = [
  'OpenSSL 心跳越界读取',
  '管理后台弱口令',
  'Redis 未授权访问',
  'Apache Log4j2 远程代码执行',
  '目录遍历',
  '证书即将过期',
  '数据库端口暴露于互联网',
  '明文传输身份证号',
];
export const finding = (number: number) => ({
  id: id(2, number),
  organisationId: id(1, number % names.length),
  assetId: id(3, number % 500),
  kind: ['vulnerability', 'weak-password', 'exposed-service', 'misconfiguration'][number % 4],
  title: `${titles[number % titles.length]}（10.${number % 200}.${number % 17}.${number % 250}）`,
  description: '',
  remediation: null,
  severity: severities[(number * 7) % 5],
  confidence: 0.9,
  status: ['open', 'triaged', 'in_case', 'fixed'][number % 4],
  fingerprint: 'f'.repeat(64),
  sources: ['nmap'],
  references: [],
  attributes: {},
  evidenceIds: [],
  caseId: null,
  mergedInto: null,
  dismissal: null,
  occurrences: 1 + (number % 9),
  recurrences: 0,
  firstSeenAt: at(number * 3 + 4000),
  lastSeenAt: at(number * 3),
  fixedAt: null,
  verifiedAt: null,
});
const user = {
  id: id(4, 1),
  organisationId: id(1, 0),
  name: 'lin',
  displayName: '林青',
  email: null,
  phone: null,
  locale: 'zh-CN',
  status: 'active',
  totpEnabled: false,
  lastSignInAt: at(1),
  createdAt: at(9000),
};

function listOf(make: (number: number) => unknown, total: number, query: URLSearchParams) {
  const from = Number(query.get('cursor') || 0);
  const limit = Number(query.get('limit') || 50);
  const end = Math.min(total, from + limit);
  return {
    items: Array.from({ length: end - from }, (_, index) => make(from + index)),
    nextCursor: end < total ? String(end) : null,
    total,
    totalIsEstimate: false,
  };
}

function answer(
  method: string,
  route: string,
  query: URLSearchParams,
  rows: number,
  permissions: readonly string[],
): unknown {
  switch (`${method} ${route}`) {
    case 'GET /session':
      return {
        user,
        permissions,
        scope: { all: true, organisationIds: [] },
        mustChangePassword: false,
        expiresAt: '2027-01-01T00:00:00Z',
      };
    case 'GET /setup':
      return { needed: false, version: '0.0.0', oidc: [] };
    case 'GET /account/preferences':
      return { values: {} };
    case 'GET /organisations':
    case 'GET /views':
    case 'GET /asset-kinds':
    case 'GET /finding-kinds':
    case 'GET /roles':
      return { items: route === '/organisations' ? organisations : [] };
    case 'GET /findings':
      return listOf(finding, rows, query);
    case 'GET /findings/count':
      return { groups: severities.map((key) => ({ key, title: key, count: rows / 5 })) };
    case 'GET /notices/unread':
      return { unread: 2 };
    case 'GET /samples':
      return { loaded: false, organisationId: null };
    case 'GET /overview':
      return {
        assets: 12_480,
        openFindings: { critical: 14, high: 96, medium: 410, low: 730, info: 220 },
        openCases: 38,
        overdueCases: 3,
        myCases: 5,
        findingsByDay: Array.from({ length: 30 }, (_, day) => ({
          day: at((30 - day) * 1440).slice(0, 10),
          raised: 20 + ((day * 13) % 17),
          fixed: 14 + ((day * 7) % 19),
        })),
        organisations: organisations
          .slice(1, 8)
          .map((each, index) => ({ id: each.id, name: each.name, open: 320 - index * 41, overdue: index % 3 })),
      };
    default:
      return { items: [], nextCursor: null, total: 0, totalIsEstimate: false, groups: [], values: {} };
  }
}

/** Serves until closed; answers the address. */
export async function serveConsole(
  rows: number,
  permissions: readonly string[],
): Promise<{ url: string; close: () => Promise<void> }> {
  const page = readFileSync(path.join(dist, 'index.html'), 'utf8').replace('<head>', '<head><base href="/">');
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/api/kernel/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': open\n\n');
      return;
    }
    if (url.pathname.startsWith('/api/kernel')) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(
          answer(
            request.method ?? 'GET',
            url.pathname.slice('/api/kernel'.length),
            url.searchParams,
            rows,
            permissions,
          ),
        ),
      );
      return;
    }
    const file = path.join(dist, path.normalize(url.pathname));
    if (url.pathname.startsWith('/assets/') && file.startsWith(dist) && existsSync(file)) {
      response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
      response.end(readFileSync(file));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
