import {
  compilePattern,
  normalise,
  ocsfDocument,
  PatternRefused,
  SourceParser,
  suggestPattern,
} from '@hedun/detection';
import { describe, expect, test } from 'vitest';
import { bytes, china, iso, normal, one, received, through } from './lines.ts';

describe('syslog', () => {
  test('[P1] RFC 5424: header, structured data with escapes, byte order mark', () => {
    const { header, fields, time } = one(
      String.raw`<165>1 2026-11-25T09:58:00.003+08:00 gw-01 sshd 4711 ID47 [origin@32473 ip="10.1.2.3" note="a \"b\" \] c"] ` +
        '\ufeffFailed password for invalid user admin from 203.0.113.9 port 4242 ssh2',
    );
    expect(header).toMatchObject({ facility: 20, severity: 5, host: 'gw-01', app: 'sshd', process: '4711' });
    expect(iso(time)).toBe('2026-11-25T01:58:00.003Z');
    expect(fields).toMatchObject({
      'origin@32473.ip': '10.1.2.3',
      'origin@32473.note': 'a "b" ] c',
      messageId: 'ID47',
    });
    expect(fields.message).toBe('Failed password for invalid user admin from 203.0.113.9 port 4242 ssh2');
  });
  test("[P1] RFC 3164: the year nearest to arrival, the source's zone, hosts that are missing, Cisco's numbers", () => {
    expect(iso(one('<34>Nov 25 10:00:00 web01 su: x').time)).toBe('2026-11-25T02:00:00.000Z');
    const newYear = new SourceParser(china).push(
      bytes('<34>Dec 31 23:59:59 web01 su: x'),
      Date.parse('2027-01-01T01:00:00Z'),
    );
    expect(iso(newYear.events[0]?.time)).toBe('2026-12-31T15:59:59.000Z');
    expect(iso(one('<34>Nov 25 2024 10:00:00 fw : %ASA-4-106023: Deny tcp').time)).toBe('2024-11-25T02:00:00.000Z');
    expect(one('<189>29: *Nov 25 09:00:01.123 UTC: %SYS-5-CONFIG_I: Configured').time).toBe(
      Date.parse('2026-11-25T09:00:01.123Z'),
    );
    expect(one('<13>Nov 25 10:00:00 sudo[12]: text').header).toMatchObject({
      host: undefined,
      app: 'sudo',
      process: '12',
    });
    expect(one('<13>2026-11-25T10:00:00+08:00 host1 cron[9]: text').header).toMatchObject({
      host: 'host1',
      app: 'cron',
    });
    expect(one('no header at all').fields.message).toBe('no header at all');
    expect(one('<999>not a priority').header?.severity).toBeUndefined();
  });
  test('[P1] a line that had no time is told so, and one of pairs keeps its pairs', () => {
    const event = one('<134>date=2026-11-25 srcip=10.0.0.7 dstip=10.9.9.9 dstport=443 action="deny" msg="a b"');
    expect(event.time).toBeUndefined();
    expect(normalise(event)).toMatchObject({
      srcIp: '10.0.0.7',
      dstIp: '10.9.9.9',
      dstPort: 443,
      action: 'deny',
      classUid: 4001,
    });
  });
});

describe('CEF and LEEF', () => {
  const cef = String.raw`<134>Nov 25 10:00:00 fw01 CEF:0|Yun\|Dun|NGFW|7.1|100013|SQL injection \\ attempt|8|rt=1795572000000 src=203.0.113.5 spt=51515 dst=10.2.0.8 dpt=80 act=blocked request=http://oa.example.cn/a?id=1&b=2 msg=line\nbreak and a\=b cs1=rule 9 cs1Label=ruleName`;
  test('[P2] header and extension escapes, values with equals signs and spaces, custom labels', () => {
    const { fields, time, header } = one(cef);
    expect(fields).toMatchObject({
      deviceVendor: 'Yun|Dun',
      name: String.raw`SQL injection \ attempt`,
      severity: '8',
      request: 'http://oa.example.cn/a?id=1&b=2',
      cs1: 'rule 9',
      ruleName: 'rule 9',
    });
    expect(fields.msg).toBe('line\u240abreak and a=b');
    expect(time).toBe(1795572000000);
    expect(header?.host).toBe('fw01');
    expect(normal(cef)).toMatchObject({
      srcIp: '203.0.113.5',
      srcPort: 51515,
      dstIp: '10.2.0.8',
      dstPort: 80,
      severityId: 4,
      action: 'blocked',
    });
  });
  test('[P2] a CEF header that is cut is unparsed and says why', () => {
    expect(through(['CEF:0|a|b|c'])[0]?.failure).toEqual({ reason: 'cef-header', text: 'CEF:0|a|b|c' });
    expect(one('CEF:0|a|b|c|1|n|3').fields.severity).toBe('3');
  });
  test('[P3] LEEF 1.0 by tabs, 2.0 by its own delimiter', () => {
    const first = one(
      '<13>Nov 25 10:00:00 h LEEF:1.0|Acme|IPS|2|brute|src=10.0.0.1\tdst=10.0.0.2\tsev=9\tusrName=li si',
    );
    expect(first.fields).toMatchObject({ eventId: 'brute', src: '10.0.0.1', usrName: 'li si' });
    expect(normalise(first)).toMatchObject({ classUid: 2004, signature: 'brute', severityId: 5, user: 'li si' });
    expect(one('LEEF:2.0|Acme|FW|2|e|^|src=10.0.0.1^dst=10.0.0.2').fields.dst).toBe('10.0.0.2');
    expect(one('LEEF:2.0|Acme|FW|2|e|x01|src=10.0.0.1\u0001dst=10.0.0.2').fields.dst).toBe('10.0.0.2');
    expect(through(['LEEF:2.0|Acme'])[0]?.failure?.reason).toBe('leef-header');
  });
});

describe('JSON', () => {
  test('[P4] Windows events in the shapes of their exporters', () => {
    const nested = one(
      JSON.stringify({
        Event: {
          System: {
            EventID: 4625,
            Channel: 'Security',
            Computer: 'DC1',
            TimeCreated: { '#attributes': { SystemTime: '2026-11-25T01:59:00Z' } },
          },
          EventData: { TargetUserName: 'li', IpAddress: '10.0.0.9' },
        },
      }),
    );
    expect(normalise(nested)).toMatchObject({ classUid: 3002, host: 'DC1', user: 'li', srcIp: '10.0.0.9' });
    expect(iso(nested.time)).toBe('2026-11-25T01:59:00.000Z');
    const beat = one(
      JSON.stringify({
        '@timestamp': '2026-11-25T01:59:00Z',
        winlog: {
          channel: 'Microsoft-Windows-Sysmon/Operational',
          event_id: 1,
          computer_name: 'PC',
          event_data: { Image: 'C:\\x.exe', CommandLine: 'x' },
        },
      }),
    );
    expect(beat.logsource).toBeUndefined();
    expect(normalise(beat)).toMatchObject({ classUid: 1007, activityId: 1, process: 'C:\\x.exe' });
  });
  test('[P5] Suricata EVE and Wazuh alerts become detections with what they found', () => {
    const eve = normal(
      JSON.stringify({
        timestamp: '2026-11-25T10:00:00.123456+0800',
        flow_id: 1,
        event_type: 'alert',
        src_ip: '10.0.0.1',
        src_port: 1,
        dest_ip: '10.0.0.2',
        dest_port: 443,
        alert: { signature: 'Own test signature', severity: 1, action: 'allowed' },
      }),
    );
    expect(eve).toMatchObject({
      classUid: 2004,
      signature: 'Own test signature',
      severityId: 4,
      srcIp: '10.0.0.1',
      dstIp: '10.0.0.2',
    });
    expect(iso(eve.parsed.time)).toBe('2026-11-25T02:00:00.123Z');
    const wazuh = normal(
      JSON.stringify({
        timestamp: '2026-11-25T10:00:00.000+0800',
        rule: { id: '5710', level: 12, description: 'Own test rule' },
        agent: { name: 'web01', ip: '10.0.0.3' },
        data: { srcip: '203.0.113.1' },
      }),
    );
    expect(wazuh).toMatchObject({ classUid: 2004, signature: 'Own test rule', severityId: 4, host: 'web01' });
  });
  test('[P6] Zeek as JSON and as columns, with sets, unset and empty values', () => {
    expect(
      normal(
        '{"_path":"dns","ts":1795572000.5,"uid":"C1","id.orig_h":"10.0.0.1","id.resp_h":"10.0.0.53","query":"a.example"}',
      ),
    ).toMatchObject({ classUid: 4003, domain: 'a.example', srcIp: '10.0.0.1' });
    const outcomes = through([
      '#separator \\x09',
      '#set_separator\t,',
      '#empty_field\t(empty)',
      '#unset_field\t-',
      '#path\thttp',
      '#fields\tts\tuid\tid.orig_h\tid.resp_p\ttags\treferrer',
      '#types\ttime\tstring\taddr\tport\tset[enum]\tstring',
      '1795572000.25\tC2\t10.0.0.4\t80\ta,b\t-',
      'too few',
    ]);
    expect(outcomes.slice(0, 7).every(({ events, failure }) => events.length === 0 && !failure)).toBe(true);
    const [event] = outcomes[7]?.events ?? [];
    expect(event?.fields).toEqual({
      ts: 1795572000.25,
      uid: 'C2',
      'id.orig_h': '10.0.0.4',
      'id.resp_p': 80,
      tags: ['a', 'b'],
    });
    expect(event?.logsource).toEqual({ product: 'zeek', service: 'http' });
    expect(outcomes[8]?.failure?.reason).toBe('zeek-columns');
  });
  test('[P6] columns survive a restart of the worker', () => {
    const first = new SourceParser(china);
    for (const line of ['#separator \\x09', '#path\tconn', '#fields\tts\tuid', '#types\ttime\tstring'])
      first.push(bytes(line), received);
    const second = new SourceParser(china);
    second.restore(JSON.parse(JSON.stringify(first.state)));
    expect(second.push(bytes('1795572000\tC9'), received).events[0]?.fields.uid).toBe('C9');
  });
  test('[P11] JSON that is none, no object, or nested to drown a reader is refused', () => {
    expect(through(['{"a":', '{"a":1} x'], {}).map(({ failure }) => failure?.reason)).toEqual(['json', 'json']);
    expect(through(['[1]'], { format: 'json' })[0]?.failure?.reason).toBe('json');
    expect(through([`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`])[0]?.failure?.reason).toBe('json');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    one('{"__proto__":{"polluted":true},"ts":1}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('Linux, web and DNS', () => {
  const audit = [
    'type=SYSCALL msg=audit(1795572000.123:77): arch=c000003e syscall=59 success=yes a0=55d0 a1=55d1 exe="/usr/bin/curl" auid=1000 key="exec"',
    'type=EXECVE msg=audit(1795572000.123:77): argc=3 a0="curl" a1="-s" a2=687474703A2F2F782E6578616D706C652F6120622E7368',
    'type=CWD msg=audit(1795572000.123:77): cwd="/srv"',
    'type=PATH msg=audit(1795572000.123:77): item=0 name="/usr/bin/curl" inode=1 nametype=NORMAL',
    'type=PROCTITLE msg=audit(1795572000.123:77): proctitle=6375726C002D73',
  ];
  test('[P7] audit records of one event become one, interleaved or not, hexadecimal decoded', () => {
    const other = 'type=SYSCALL msg=audit(1795572000.200:78): syscall=2 exe="/bin/cat"';
    const outcomes = through([
      ...audit.slice(0, 2),
      other,
      ...audit.slice(2),
      'type=EOE msg=audit(1795572000.123:77): ',
    ]);
    const events = outcomes.flatMap((each) => each.events);
    expect(events).toHaveLength(1);
    expect(events[0]?.fields).toMatchObject({
      exe: '/usr/bin/curl',
      cmdline: 'curl -s http://x.example/a b.sh',
      cwd: '/srv',
      name: '/usr/bin/curl',
      proctitle: 'curl -s',
    });
    expect(events[0]?.fields.type).toEqual(['SYSCALL', 'EXECVE', 'CWD', 'PATH', 'PROCTITLE']);
    expect(events[0]?.time).toBe(1795572000123);
    expect(events[0]?.raw.split('\n')).toHaveLength(5);
  });
  test('[P7] an event whose end never comes is closed by time; open ones survive a restart', () => {
    const first = new SourceParser(china);
    first.push(bytes(audit[0] as string), received);
    const second = new SourceParser(china);
    second.restore(JSON.parse(JSON.stringify(first.state)));
    const later = second.push(
      bytes(
        'type=USER_LOGIN msg=audit(1795572010.000:90): pid=1 uid=0 msg=\'op=login acct="root" addr=203.0.113.7 res=failed\'',
      ),
      received,
    );
    expect(later.events.map(({ fields }) => fields.type)).toEqual(
      ['SYSCALL', 'USER_LOGIN'].filter((each) => each !== ''),
    );
    expect(normalise(later.events[1] as never)).toMatchObject({
      classUid: 3002,
      user: 'root',
      srcIp: '203.0.113.7',
      action: 'failed',
    });
    expect(through(['type=SYSCALL msg=audit(broken'], { format: 'auditd' })[0]?.failure?.reason).toBe('audit-record');
  });
  test('[P8] access and error logs of nginx and Apache', () => {
    const access = normal(
      String.raw`203.0.113.5 - alice [25/Nov/2026:10:00:00 +0800] "GET /a/../../etc/passwd?x=%27 HTTP/1.1" 404 153 "-" "curl \"q\" 8"`,
    );
    expect(access.parsed.fields).toMatchObject({
      'c-ip': '203.0.113.5',
      'cs-method': 'GET',
      'cs-uri-stem': '/a/../../etc/passwd',
      'sc-status': 404,
      'cs-user-agent': 'curl "q" 8',
      'cs-username': 'alice',
    });
    expect(access).toMatchObject({ classUid: 4002, srcIp: '203.0.113.5', url: '/a/../../etc/passwd?x=%27' });
    expect(one(String.raw`203.0.113.5 - - [25/Nov/2026:10:00:00 +0800] "\x16\x03\x01" 400 0`).fields['cs-uri']).toBe(
      String.raw`\x16\x03\x01`,
    );
    expect(
      one(
        '2026/11/25 10:00:00 [error] 12#3: *5 open() failed, client: 203.0.113.6, server: oa, request: "GET /x HTTP/1.1"',
      ).fields,
    ).toMatchObject({ 'c-ip': '203.0.113.6', 'cs-uri': '/x', 's-computername': 'oa' });
    expect(
      one('[Wed Nov 25 10:00:00.123456 2026] [core:error] [pid 7] [client 203.0.113.8:5555] AH00124: denied').fields,
    ).toMatchObject({ 'c-ip': '203.0.113.8', module: 'core' });
    expect(through(['hello'], { format: 'web' })[0]?.failure?.reason).toBe('web-line');
  });
  test('[P9] query logs of BIND, dnsmasq and Unbound', () => {
    expect(
      normal(
        '25-Nov-2026 10:00:00.500 queries: info: client @0x7f1 10.0.0.5#53124 (x.example.com): query: x.example.com IN TXT +E(0)K (10.0.0.53)',
      ),
    ).toMatchObject({ classUid: 4003, domain: 'x.example.com', srcIp: '10.0.0.5', srcPort: 53124 });
    expect(one('<30>Nov 25 10:00:00 gw dnsmasq[9]: query[AAAA] y.example.com from 10.0.0.6').fields).toMatchObject({
      query: 'y.example.com',
      record_type: 'AAAA',
      src_ip: '10.0.0.6',
    });
    expect(one('<30>Nov 25 10:00:00 gw unbound: [1:0] info: 10.0.0.7 z.example.com. A IN').fields).toMatchObject({
      query: 'z.example.com',
      src_ip: '10.0.0.7',
    });
    expect(through(['<30>Nov 25 10:00:00 gw dnsmasq[9]: started'])[0]?.events[0]?.format).toBe('syslog');
  });
  test('[P1] log-ins of sshd, sudo and PAM are authentication with user, address and outcome', () => {
    expect(
      normal(
        '<86>Nov 25 10:00:00 web01 sshd[9]: Failed password for invalid user oracle from 203.0.113.9 port 4242 ssh2',
      ),
    ).toMatchObject({ classUid: 3002, user: 'oracle', srcIp: '203.0.113.9', srcPort: 4242, action: 'failure' });
    expect(
      normal('<86>Nov 25 10:00:00 web01 sshd[9]: Accepted publickey for root from 10.0.0.2 port 22 ssh2'),
    ).toMatchObject({ user: 'root', action: 'success' });
    expect(
      normal(
        '<86>Nov 25 10:00:00 web01 sudo:    li : TTY=pts/0 ; PWD=/home/li ; USER=root ; COMMAND=/bin/cat /etc/shadow',
      ).parsed.fields,
    ).toMatchObject({ user: 'li', command: '/bin/cat /etc/shadow' });
  });
});

describe('own patterns', () => {
  test('[P10] named places, numbers, pairs; a line of another form is unparsed', () => {
    const pattern = compilePattern(
      '%{ISOTIME:time} [%{WORD:action}] %{IP:src_ip}:%{PORT:src_port} -> %{IP:dst_ip} user=%{USER:user} %{KV:rest}',
    );
    const event = one('2026-11-25 10:00:00 [deny]  10.0.0.1:5000 -> 10.0.0.2 user=li rule="no 1" n=5', {
      format: 'pattern',
      pattern,
    });
    expect(event.fields).toMatchObject({ action: 'deny', src_port: 5000, rule: 'no 1', n: '5' });
    expect(iso(event.time)).toBe('2026-11-25T02:00:00.000Z');
    expect(normalise(event)).toMatchObject({ srcIp: '10.0.0.1', dstIp: '10.0.0.2', user: 'li', classUid: 4001 });
    expect(through(['something else'], { format: 'pattern', pattern })[0]?.failure?.reason).toBe('pattern');
    expect(
      one('<13>Nov 25 10:00:00 fw app: login li', { format: 'pattern', pattern: compilePattern('login %{USER:user}') })
        .fields.user,
    ).toBe('li');
  });
  test('[P10] a pattern that cannot be meant is refused with its place', () => {
    const fault = (source: string) => {
      try {
        compilePattern(source);
      } catch (error) {
        return error instanceof PatternRefused ? error.fault : error;
      }
      return undefined;
    };
    expect(fault('a %{IPX:src}')).toEqual({ kind: 'unknown-place', name: 'IPX', at: 2 });
    expect(fault('%{IP:a} %{IP:a}')).toEqual({ kind: 'twice', name: 'a', at: 8 });
    expect(fault('%{IP:1 x}')).toMatchObject({ kind: 'field-name' });
    expect(fault('plain')).toEqual({ kind: 'no-field' });
    expect(fault('re:(?<a>(')).toMatchObject({ kind: 'expression' });
    expect(fault(' ')).toEqual({ kind: 'empty' });
  });
  test('[P10] neither pattern nor line can make it slow: work grows with the line, not beyond', () => {
    const pattern = compilePattern('re:(?P<x>(a+)+)$');
    const [outcome] = through([`${'a'.repeat(20_000)}!`], { format: 'pattern', pattern });
    expect(outcome?.failure?.reason).toBe('pattern');
  });
  test('[P10] the suggested pattern reads the line it was suggested for', () => {
    const line = '2026-11-25T10:00:00+08:00 GW-7 deny 10.0.0.1:5000 to 10.0.0.2:443 user=li note="a b" count 5';
    const source = suggestPattern(line);
    expect(compilePattern(source).parse(line)).toMatchObject({
      time: '2026-11-25T10:00:00+08:00',
      src_ip: '10.0.0.1',
      src_port: 5000,
      dst_ip: '10.0.0.2',
      dst_port: 443,
      user: 'li',
      note: 'a b',
    });
  });
});

test('[P12] the OCSF document has class, category, type, endpoints, the raw line and what was not mapped', () => {
  const event = normal(
    '<134>Nov 25 10:00:00 fw01 CEF:0|Acme|IPS|1|7|Own signature|9|src=203.0.113.5 spt=1 dst=10.2.0.8 dpt=80 suser=li',
  );
  expect(ocsfDocument(event, 1, received)).toMatchObject({
    class_uid: 2004,
    category_uid: 2,
    type_uid: 200401,
    severity_id: 5,
    finding_info: { title: 'Own signature' },
    src_endpoint: { ip: '203.0.113.5', port: 1 },
    dst_endpoint: { ip: '10.2.0.8', port: 80 },
    actor: { user: { name: 'li' } },
    device: { hostname: 'fw01' },
    raw_data: event.parsed.raw,
    unmapped: { deviceProduct: 'IPS' },
  });
});
