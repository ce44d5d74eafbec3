/**
 * Processing pipelines: under which other names a field of a rule may stand in an event. The rule's own name always comes first. Data
 * only; they rename nothing.
 * Sources: Microsoft's documentation of events 4688, 4657 and 5156; Elastic Common Schema 8; OCSF 1.x process, network, DNS, HTTP and
 * API activity classes.
 * @module
 */
import type { Route } from './logsource.ts';
import type { LogSource } from './rule.ts';

export interface Pipeline {
  readonly name: string;
  /** Applies where every named part holds for the route; no part means always. */
  readonly when: { readonly product?: string; readonly category?: string; readonly service?: string };
  /** field of the rule → names in events, best first */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

export const windowsAudit: Pipeline = {
  name: 'windows-audit',
  when: { product: 'windows', category: 'process_creation', service: 'security' },
  fields: {
    Image: ['NewProcessName'],
    ParentImage: ['ParentProcessName'],
    User: ['SubjectUserName'],
    LogonId: ['SubjectLogonId'],
    IntegrityLevel: ['MandatoryLabel'],
    ProcessId: ['NewProcessId'],
    ParentProcessId: ['ProcessId'],
  },
};

export const windowsRegistryAudit: Pipeline = {
  name: 'windows-registry-audit',
  when: { product: 'windows', category: 'registry_event', service: 'security' },
  fields: { TargetObject: ['ObjectName'], Image: ['ProcessName'], Details: ['NewValue'], User: ['SubjectUserName'] },
};

export const windowsNames: Pipeline = {
  name: 'windows-names',
  when: { product: 'windows' },
  fields: {
    ComputerName: ['Computer', 'Hostname'],
    Computer: ['ComputerName', 'Hostname'],
    Provider_Name: ['SourceName', 'ProviderName', 'Provider'],
    Hashes: ['Hash'],
    ScriptBlockText: ['ScriptBlock'],
  },
};

/** Windows Sysmon-shaped names in events of the Elastic Common Schema and of OCSF. */
export const processSchemas: Pipeline = {
  name: 'process-schemas',
  when: { category: 'process_creation' },
  fields: {
    Image: ['process.executable', 'process.file.path'],
    OriginalFileName: ['process.pe.original_file_name', 'process.file.internal_name'],
    CommandLine: ['process.command_line', 'process.cmd_line'],
    CurrentDirectory: ['process.working_directory'],
    ParentImage: ['process.parent.executable', 'process.parent_process.file.path', 'actor.process.file.path'],
    ParentCommandLine: ['process.parent.command_line', 'process.parent_process.cmd_line', 'actor.process.cmd_line'],
    ProcessId: ['process.pid'],
    ParentProcessId: ['process.parent.pid', 'process.parent_process.pid'],
    User: ['user.name', 'actor.user.name', 'process.user.name'],
    IntegrityLevel: ['process.integrity'],
  },
};

export const networkSchemas: Pipeline = {
  name: 'network-schemas',
  when: { category: 'network_connection' },
  fields: {
    Image: ['process.executable', 'actor.process.file.path'],
    DestinationIp: ['destination.ip', 'dst_endpoint.ip'],
    DestinationPort: ['destination.port', 'dst_endpoint.port'],
    DestinationHostname: ['destination.domain', 'dst_endpoint.hostname'],
    SourceIp: ['source.ip', 'src_endpoint.ip'],
    SourcePort: ['source.port', 'src_endpoint.port'],
    Protocol: ['network.transport', 'connection_info.protocol_name'],
    Initiated: ['connection_info.initiated'],
  },
};

export const firewallSchemas: Pipeline = {
  name: 'firewall-schemas',
  when: { category: 'firewall' },
  fields: {
    src_ip: ['source.ip', 'src_endpoint.ip'],
    src_port: ['source.port', 'src_endpoint.port'],
    dst_ip: ['destination.ip', 'dst_endpoint.ip'],
    dst_port: ['destination.port', 'dst_endpoint.port'],
    action: ['event.action', 'action', 'disposition'],
  },
};

export const dnsSchemas: Pipeline = {
  name: 'dns-schemas',
  when: { category: 'dns' },
  fields: {
    query: ['dns.question.name', 'query.hostname', 'QueryName'],
    record_type: ['dns.question.type', 'query.type'],
    answer: ['answers', 'dns.answers.data', 'answers.rdata'],
    src_ip: ['source.ip', 'src_endpoint.ip', 'id.orig_h'],
  },
};

export const webSchemas: Pipeline = {
  name: 'web-schemas',
  when: { category: 'webserver' },
  fields: {
    'cs-method': ['http.request.method', 'http_request.http_method'],
    'cs-uri-query': ['url.query', 'http_request.url.query_string', 'http_request.url.url_string', 'url.original'],
    'cs-uri-stem': ['url.path', 'http_request.url.path'],
    'cs-uri': ['url.original', 'http_request.url.url_string'],
    'cs-user-agent': ['user_agent.original', 'http_request.user_agent'],
    'cs-referer': ['http.request.referrer', 'http_request.referrer'],
    'cs-username': ['user.name', 'actor.user.name'],
    'sc-status': ['http.response.status_code', 'http_response.code'],
    'c-ip': ['source.ip', 'src_endpoint.ip'],
  },
};

export const proxySchemas: Pipeline = {
  name: 'proxy-schemas',
  when: { category: 'proxy' },
  fields: {
    'c-uri': ['url.original', 'http_request.url.url_string'],
    'c-uri-query': ['url.query', 'http_request.url.query_string'],
    'c-uri-extension': ['url.extension'],
    'c-useragent': ['user_agent.original', 'http_request.user_agent'],
    'cs-host': ['url.domain', 'http_request.url.hostname'],
    'cs-method': ['http.request.method', 'http_request.http_method'],
    'cs-cookie': ['http.cookie'],
    'r-dns': ['url.domain', 'dst_endpoint.hostname'],
    dst_ip: ['destination.ip', 'dst_endpoint.ip'],
    'sc-status': ['http.response.status_code', 'http_response.code'],
  },
};

export const cloudTrail: Pipeline = {
  name: 'cloudtrail-schemas',
  when: { product: 'aws', service: 'cloudtrail' },
  fields: {
    eventName: ['event.action', 'api.operation'],
    eventSource: ['event.provider', 'api.service.name'],
    errorCode: ['aws.cloudtrail.error_code', 'api.response.error'],
    sourceIPAddress: ['source.ip', 'src_endpoint.ip'],
    'userIdentity.type': ['aws.cloudtrail.user_identity.type', 'actor.user.type'],
    'userIdentity.arn': ['aws.cloudtrail.user_identity.arn', 'actor.user.uid'],
    userAgent: ['user_agent.original', 'http_request.user_agent'],
  },
};

export const linuxProcess: Pipeline = {
  name: 'linux-process',
  when: { product: 'linux', category: 'process_creation' },
  fields: { Image: ['exe'], CommandLine: ['proctitle', 'cmdline'], CurrentDirectory: ['cwd'], User: ['auid', 'uid'] },
};

/** What SSH, sudo and sign-on lines carry, in events of the common schemas. */
export const linuxAuthentication: Pipeline = {
  name: 'linux-authentication',
  when: { product: 'linux' },
  fields: {
    src_ip: ['src_endpoint.ip', 'source.ip', 'rhost', 'addr'],
    user: ['actor.user.name', 'user.name', 'acct'],
    host: ['hostname', 'device.hostname', 'host.name'],
    message: ['msg'],
  },
};

export const authenticationSchemas: Pipeline = {
  name: 'authentication-schemas',
  when: { category: 'authentication' },
  fields: {
    src_ip: ['src_endpoint.ip', 'source.ip'],
    user: ['actor.user.name', 'user.name'],
    outcome: ['event.outcome', 'status'],
    app: ['service.name'],
  },
};

export const standardPipelines: readonly Pipeline[] = [
  windowsAudit,
  windowsRegistryAudit,
  windowsNames,
  processSchemas,
  networkSchemas,
  firewallSchemas,
  dnsSchemas,
  webSchemas,
  proxySchemas,
  cloudTrail,
  linuxProcess,
  linuxAuthentication,
  authenticationSchemas,
];

/** The names a rule's field may have in events of this route, its own first. */
export function fieldNames(field: string, route: Route, pipelines: readonly Pipeline[]): readonly string[] {
  const names = [field];
  for (const { when, fields } of pipelines) {
    if (!Object.hasOwn(fields, field) || route.unknown) continue;
    if (when.product !== undefined && !route.products.includes(when.product)) continue;
    if (when.category !== undefined && !route.categories.includes(when.category)) continue;
    if (when.service !== undefined && !route.services.includes(when.service)) continue;
    for (const name of fields[field] ?? []) if (!names.includes(name)) names.push(name);
  }
  return names;
}

/** The names a field may have in events that rules of a log source match: of every mapping the log source does not rule out. */
export function possibleNames(field: string, source: LogSource, pipelines: readonly Pipeline[]): readonly string[] {
  const names = [field];
  for (const { when, fields } of pipelines) {
    if (!Object.hasOwn(fields, field)) continue;
    const contradicted = (['product', 'category', 'service'] as const).some(
      (part) => when[part] !== undefined && source[part] !== undefined && when[part] !== source[part],
    );
    // A mapping for a product or category the rule does not name is somebody else's.
    const named = (['product', 'category', 'service'] as const).some(
      (part) => when[part] !== undefined && when[part] === source[part],
    );
    if (!contradicted && named) for (const name of fields[field] ?? []) if (!names.includes(name)) names.push(name);
  }
  return names;
}
