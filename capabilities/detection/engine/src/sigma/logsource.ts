/**
 * Which rules concern an event at all. Windows events say it by channel and event id; other events by the log source their collector
 * declares. Field mappings bridge taxonomies: a rule's field, where the event lacks it, is looked for under other names.
 * Sources: Sigma taxonomy appendix 2.1.0; Microsoft's channel names; Sysmon 15 event ids.
 * @module
 */
import type { LogSource } from './rule.ts';

/** What may be said of one event's origin. Several categories are possible: Security 4688 is a process creation and a security event. */
export interface Route {
  /** Equal keys have equal routes. */
  readonly key: string;
  readonly products: readonly string[];
  readonly categories: readonly string[];
  readonly services: readonly string[];
  /** Nothing is known: every rule is tried. */
  readonly unknown: boolean;
}

const sysmonCategories: Readonly<Record<string, readonly string[]>> = {
  1: ['process_creation'],
  2: ['file_change'],
  3: ['network_connection'],
  4: ['sysmon_status'],
  5: ['process_termination'],
  6: ['driver_load'],
  7: ['image_load'],
  8: ['create_remote_thread'],
  9: ['raw_access_thread'],
  10: ['process_access'],
  11: ['file_event'],
  12: ['registry_event', 'registry_add', 'registry_delete'],
  13: ['registry_event', 'registry_set'],
  14: ['registry_event', 'registry_rename'],
  15: ['create_stream_hash'],
  16: ['sysmon_status'],
  17: ['pipe_created'],
  18: ['pipe_created', 'pipe_connected'],
  19: ['wmi_event'],
  20: ['wmi_event'],
  21: ['wmi_event'],
  22: ['dns_query'],
  23: ['file_delete'],
  24: ['clipboard_change'],
  25: ['process_tampering'],
  26: ['file_delete'],
  27: ['file_block_executable', 'file_block'],
  28: ['file_block_shredding', 'file_block'],
  29: ['file_executable_detected'],
  255: ['sysmon_error'],
};

const channelCategories: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'microsoft-windows-sysmon/operational': sysmonCategories,
  security: { 4688: ['process_creation'], 4689: ['process_termination'], 4657: ['registry_event', 'registry_set'] },
  'microsoft-windows-powershell/operational': { 4103: ['ps_module'], 4104: ['ps_script'] },
  'powershellcore/operational': { 4103: ['ps_module'], 4104: ['ps_script'] },
  'windows powershell': { 400: ['ps_classic_start'], 600: ['ps_classic_provider_start'], 800: ['ps_module'] },
  'microsoft-windows-kernel-file/analytic': {
    10: ['file_rename'],
    11: ['file_rename'],
    12: ['file_access'],
    14: ['file_access'],
    19: ['file_rename'],
    26: ['file_delete'],
    27: ['file_rename'],
    30: ['file_event'],
  },
};

/** service → channels, lower case. */
const serviceChannels: Readonly<Record<string, readonly string[]>> = {
  application: ['application'],
  security: ['security'],
  system: ['system'],
  sysmon: ['microsoft-windows-sysmon/operational'],
  powershell: ['microsoft-windows-powershell/operational', 'powershellcore/operational'],
  'powershell-classic': ['windows powershell'],
  'dns-server': ['dns server'],
  'dns-server-analytic': ['microsoft-windows-dns-server/analytical'],
  'dns-server-audit': ['microsoft-windows-dns-server/audit'],
  'dns-client': ['microsoft-windows-dns client events/operational', 'microsoft-windows-dns-client/operational'],
  'driver-framework': ['microsoft-windows-driverframeworks-usermode/operational'],
  ntlm: ['microsoft-windows-ntlm/operational'],
  dhcp: ['microsoft-windows-dhcp-server/operational'],
  'msexchange-management': ['msexchange management'],
  printservice: ['microsoft-windows-printservice/admin', 'microsoft-windows-printservice/operational'],
  'printservice-admin': ['microsoft-windows-printservice/admin'],
  'printservice-operational': ['microsoft-windows-printservice/operational'],
  'smbclient-security': ['microsoft-windows-smbclient/security'],
  'smbclient-connectivity': ['microsoft-windows-smbclient/connectivity'],
  'smbserver-connectivity': ['microsoft-windows-smbserver/connectivity'],
  'terminalservices-localsessionmanager': ['microsoft-windows-terminalservices-localsessionmanager/operational'],
  taskscheduler: ['microsoft-windows-taskscheduler/operational'],
  wmi: ['microsoft-windows-wmi-activity/operational'],
  windefend: ['microsoft-windows-windows defender/operational'],
  'firewall-as': ['microsoft-windows-windows firewall with advanced security/firewall'],
  'codeintegrity-operational': ['microsoft-windows-codeintegrity/operational'],
  'bits-client': ['microsoft-windows-bits-client/operational'],
  'security-mitigations': [
    'microsoft-windows-security-mitigations/kernel mode',
    'microsoft-windows-security-mitigations/user mode',
    'microsoft-windows-security-mitigations/kernelmode',
    'microsoft-windows-security-mitigations/usermode',
  ],
  diagnosis: ['microsoft-windows-diagnosis-scripted/operational'],
  'diagnosis-scripted': ['microsoft-windows-diagnosis-scripted/operational'],
  'shell-core': ['microsoft-windows-shell-core/operational'],
  openssh: ['openssh/operational'],
  ldap: ['microsoft-windows-ldap-client/debug'],
  ldap_debug: ['microsoft-windows-ldap-client/debug'],
  bitlocker: ['microsoft-windows-bitlocker/bitlocker management'],
  vhdmp: ['microsoft-windows-vhdmp-operational', 'microsoft-windows-vhdmp/operational'],
  'appxdeployment-server': ['microsoft-windows-appxdeploymentserver/operational'],
  'appxpackaging-om': ['microsoft-windows-appxpackaging/operational'],
  'lsa-server': ['microsoft-windows-lsa/operational'],
  capi2: ['microsoft-windows-capi2/operational'],
  'certificateservicesclient-lifecycle-system': [
    'microsoft-windows-certificateservicesclient-lifecycle-system/operational',
  ],
  applocker: [
    'microsoft-windows-applocker/msi and script',
    'microsoft-windows-applocker/exe and dll',
    'microsoft-windows-applocker/packaged app-deployment',
    'microsoft-windows-applocker/packaged app-execution',
  ],
  'microsoft-servicebus-client': ['microsoft-servicebus-client'],
  'servicebus-client': ['microsoft-servicebus-client'],
  'iis-configuration': ['microsoft-iis-configuration/operational'],
  'kernel-shimengine': [
    'microsoft-windows-kernel-shimengine/operational',
    'microsoft-windows-kernel-shimengine/diagnostic',
  ],
  'kernel-event-tracing': ['microsoft-windows-kernel-eventtracing'],
  hyper: ['microsoft-windows-hyper-v-worker-admin'],
  sense: ['microsoft-windows-sense/operational'],
  winrm: ['microsoft-windows-winrm/operational'],
  'user-profile-service': ['microsoft-windows-user profile service/operational'],
  'group-policy': ['microsoft-windows-grouppolicy/operational'],
};

const channelServices = new Map<string, string[]>();
for (const [service, channels] of Object.entries(serviceChannels))
  for (const channel of channels) channelServices.set(channel, [...(channelServices.get(channel) ?? []), service]);

/** What a Windows event's channel and id say. */
export function windowsRoute(channel: string, eventId: string): Route {
  const name = channel.toLowerCase();
  const categories = channelCategories[name]?.[eventId] ?? [];
  const services = channelServices.get(name) ?? [];
  return {
    key: `windows|${[...categories, ...services].join('|')}`,
    products: ['windows'],
    categories,
    services,
    unknown: false,
  };
}

export function declaredRoute(source: LogSource): Route {
  const product = source.product?.toLowerCase();
  const category = source.category?.toLowerCase();
  const service = source.service?.toLowerCase();
  return {
    key: `${product ?? ''}|${category ?? ''}|${service ?? ''}`,
    products: product ? [product] : [],
    categories: category ? [category] : [],
    services: service ? [service] : [],
    unknown: !product && !category && !service,
  };
}

/** Whether a rule of this log source may look at events of this route: whatever the rule names must hold. */
export function concerns(rule: LogSource, route: Route): boolean {
  if (route.unknown) return true;
  if (rule.product !== undefined && !route.products.includes(rule.product)) return false;
  if (rule.category !== undefined && !route.categories.includes(rule.category)) return false;
  return rule.service === undefined || route.services.includes(rule.service);
}

/** Where a rule of the filter's log source is meant: whatever the filter names, the rule must name alike. */
export function covers(filter: LogSource, rule: LogSource): boolean {
  return (
    (filter.product === undefined || filter.product === rule.product) &&
    (filter.category === undefined || filter.category === rule.category) &&
    (filter.service === undefined || filter.service === rule.service)
  );
}
