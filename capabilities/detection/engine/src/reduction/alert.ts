/**
 * What the reduction works on: alerts of any detector, with the entities they name, and the stages of an attack they may stand for. Plain
 * data; nothing here decides.
 * @module
 */

/** The tactics of MITRE ATT&CK Enterprise, in the order an attack usually takes them. */
export const tactics = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const;
export type Tactic = (typeof tactics)[number];

export interface Alert {
  /** Milliseconds since the epoch, of the event itself. */
  readonly time: number;
  /** What the detector calls it: rule name or signature. */
  readonly rule: string;
  readonly host?: string;
  readonly address?: string;
  readonly user?: string;
  readonly process?: string;
  /** From the rule's ATT&CK tags; without it the rule's words decide. */
  readonly tactic?: Tactic;
}

/**
 * Words of rule names that point at a tactic. The first list that has a word in the name wins, so the telling ones come first.
 * Chosen from the vocabulary of ATT&CK and of common rule sets (Snort classification names, Wazuh rule groups).
 */
const vocabulary: readonly (readonly [Tactic, RegExp])[] = [
  ['exfiltration', /exfil|dns tunnel|entropy in dns|data leak|upload to/],
  [
    'impact',
    /ransom|encrypt(ed)? files|service_?stop|denial of service|\bdos\b|cpu value|mining|miner|wiper|shadow cop/,
  ],
  [
    'credential-access',
    /brute ?force|password (spray|crack)|multiple (authentication|auth|failed)|dump|mimikatz|kerberoast|credential|hash/,
  ],
  ['privilege-escalation', /sudo|setuid|\buid\b|privilege|root|cred_acq|cred_refr|cred_disp|token|escalat/],
  [
    'execution',
    /web ?shell|reverse shell|shell|entropy in apache access request|powershell|script|command|user_cmd|macro|exploit/,
  ],
  ['persistence', /service_?start|scheduled task|cron|startup|registry run|new (user|account)|autorun|authorized_keys/],
  [
    'reconnaissance',
    /scan|nmap|nikto|probe|enumerat|sweep|user-agent observed|invalid (sslv2|reply)|no server welcome/,
  ],
  [
    'initial-access',
    /web (server )?(attack|400|500)|40[0-9] error|50[0-9] error|suspicious url|forbidden|injection|xss|traversal|phish|apache|request method|status code|cms/,
  ],
  ['lateral-movement', /lateral|psexec|\brdp\b|\bsmb\b|winrm|pass the|remote (login|session)|session opened/],
  ['command-and-control', /\bc2\b|beacon|command and control|\.[a-z]+ tld|suspicious domain|dns|tunnel|\btor\b/],
  ['discovery', /discovery|whoami|net view|ldap|listing/],
  ['initial-access', /login|authentication|logon|user_(auth|acct|start|end|login)|ssh/],
];

/** Tactics of somebody who is already inside. */
const late: ReadonlySet<Tactic> = new Set([
  'execution',
  'persistence',
  'privilege-escalation',
  'defense-evasion',
  'credential-access',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
]);

export function isLate(tactic: Tactic | undefined): boolean {
  return tactic !== undefined && late.has(tactic);
}

const known = new Map<string, Tactic | undefined>();
const rememberedRules = 20_000;

/** The stage an alert may stand for; undefined where neither tags nor words say. */
export function tacticOf(alert: Pick<Alert, 'rule' | 'tactic'>): Tactic | undefined {
  if (alert.tactic) return alert.tactic;
  if (known.has(alert.rule)) return known.get(alert.rule);
  const name = alert.rule.toLowerCase();
  const tactic = vocabulary.find(([, words]) => words.test(name))?.[0];
  if (known.size >= rememberedRules) known.clear();
  known.set(alert.rule, tactic);
  return tactic;
}
