/**
 * Windows events as a sensor would send them, as JSON lines, made up and the same on every machine. They hold ordinary programs, some
 * administration and a few things attackers also do; nothing is copied from anywhere.
 * @module
 */

/** A small generator of random numbers (mulberry32), so that every run sees the same events. */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const programs = [
  'C:\\Windows\\System32\\svchost.exe',
  'C:\\Windows\\System32\\cmd.exe',
  'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
  'C:\\Windows\\System32\\conhost.exe',
  'C:\\Windows\\System32\\rundll32.exe',
  'C:\\Windows\\System32\\reg.exe',
  'C:\\Windows\\System32\\net.exe',
  'C:\\Windows\\System32\\schtasks.exe',
  'C:\\Windows\\System32\\wbem\\WmiPrvSE.exe',
  'C:\\Windows\\System32\\taskhostw.exe',
  'C:\\Windows\\System32\\SearchIndexer.exe',
  'C:\\Windows\\explorer.exe',
  'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files\\7-Zip\\7z.exe',
  'C:\\Program Files (x86)\\Backup\\agent.exe',
] as const;
const argumentsOf = [
  '-k netsvcs -p -s Schedule',
  '/c dir C:\\Users',
  '-NoProfile -ExecutionPolicy Bypass -File C:\\Scripts\\inventory.ps1',
  '0xffffffff -ForceV1',
  'shell32.dll,Control_RunDLL desk.cpl',
  'query HKLM\\Software\\Vendor /v Version',
  'user',
  '/query /fo csv',
  '--type=renderer --lang=zh-CN',
  'a -tzip D:\\backup\\daily.zip D:\\data',
  '-secured -Embedding',
  '',
] as const;
const people = [
  'CORP\\zhang',
  'CORP\\li',
  'CORP\\backup',
  'NT AUTHORITY\\SYSTEM',
  'NT AUTHORITY\\NETWORK SERVICE',
] as const;

/** Process starts with command lines of which hardly two are alike, and one in eight events of five other kinds. */
export function structuredEvents(count: number, seed = 1): readonly string[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) => JSON.stringify(structuredEvent(random, index)));
}

function pick<T>(random: (limit: number) => number, from: readonly T[]): T {
  return from[random(from.length)] as T;
}

function base(random: (limit: number) => number, index: number, eventId: number) {
  return {
    Channel: 'Microsoft-Windows-Sysmon/Operational',
    Provider_Name: 'Microsoft-Windows-Sysmon',
    EventID: eventId,
    Computer: `PC-${random(400)}.corp.example`,
    UtcTime: new Date(1_772_000_000_000 + index * 25).toISOString().replace('T', ' ').slice(0, 23),
    ProcessGuid: `{${(1e9 + random(1e9)).toString(16)}-${(4096 + random(60000)).toString(16)}-${index.toString(16)}}`,
    ProcessId: 100 + random(60_000),
  };
}

function structuredEvent(random: (limit: number) => number, index: number): object {
  const image = pick(random, programs);
  const kind = random(8);
  if (kind === 0)
    return random(2) === 0
      ? {
          ...base(random, index, 3),
          Image: image,
          User: pick(random, people),
          Protocol: 'tcp',
          Initiated: 'true',
          SourceIp: `10.1.${random(250)}.${random(250)}`,
          SourcePort: 49_152 + random(16_000),
          DestinationIp: `10.2.${random(250)}.${random(250)}`,
          DestinationPort: pick(random, [80, 443, 445, 53, 88, 389]),
          DestinationHostname: `srv${random(50)}.corp.example`,
        }
      : {
          ...base(random, index, 13),
          EventType: 'SetValue',
          Image: image,
          TargetObject: `HKLM\\SOFTWARE\\Vendor\\Product${random(300)}\\State`,
          Details: `DWORD (0x${random(65_536).toString(16).padStart(8, '0')})`,
          User: pick(random, people),
        };
  const parent = pick(random, programs);
  return {
    ...base(random, index, 1),
    Image: image,
    FileVersion: `10.0.${random(20_000)}.1`,
    Description: 'Program',
    Product: 'Product',
    Company: 'Company',
    OriginalFileName: image.slice(image.lastIndexOf('\\') + 1),
    CommandLine: `"${image}" ${pick(random, argumentsOf)} ${random(1e9).toString(36)}`,
    CurrentDirectory: 'C:\\Windows\\system32\\',
    User: pick(random, people),
    LogonId: `0x${random(1e6).toString(16)}`,
    TerminalSessionId: random(3),
    IntegrityLevel: pick(random, ['System', 'High', 'Medium']),
    Hashes: `SHA256=${random(2 ** 31).toString(16)}${random(2 ** 31).toString(16)},IMPHASH=${random(2 ** 31).toString(16)}`,
    ParentProcessId: 100 + random(60_000),
    ParentImage: parent,
    ParentCommandLine: `"${parent}" ${pick(random, argumentsOf)}`,
    ParentUser: pick(random, people),
  };
}

const folders = [
  'C:\\Users\\zhang\\AppData\\Local\\Temp',
  'C:\\Windows\\Prefetch',
  'C:\\ProgramData\\Vendor\\cache',
  'C:\\Users\\li\\Documents',
  'D:\\data\\2026',
] as const;
const endings = ['tmp', 'pf', 'dat', 'docx', 'log', 'json', 'dll', 'exe'] as const;

/** Sysmon event 11, file created. */
export function fileEvents(count: number, seed = 2): readonly string[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      ...base(random, index, 11),
      Image: pick(random, programs),
      TargetFilename: `${pick(random, folders)}\\${random(1e9).toString(36)}.${pick(random, endings)}`,
      CreationUtcTime: '2026-02-25 08:00:00.000',
      User: pick(random, people),
    }),
  );
}
