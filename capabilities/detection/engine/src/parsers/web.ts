/**
 * Access and error logs of nginx and Apache (combined and common log format, with a virtual host in front and times behind), under the
 * W3C extended log names that Sigma's web rules use.
 * @module
 */
import { type Fields, type LineContext, UnparsedLine } from './shape.ts';
import { logTime } from './times.ts';

const access =
  /^(?:(\S{1,255}):(\d{1,5}) )?([0-9A-Fa-f.:]{2,45}|[\w.-]{1,255}) (\S{1,64}) (\S{1,255}|"[^"]{0,255}") \[([^\]]{10,40})\] "((?:[^"\\]|\\.)*)" (\d{3}|-) (\d{1,15}|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?(?: (.*))?$/;
const nginxError = /^(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d) \[(\w{3,8})\] (\d{1,10})#(\d{1,10}): (?:\*(\d{1,15}) )?(.*)$/;
const apacheError =
  /^\[([A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})? \d{4})\] \[(?:([\w-]{0,40}):)?(\w{3,8})\](?: \[pid (\d{1,10})(?::tid \d+)?\])?(?: \[client ([0-9A-Fa-f.:]+?)(?::(\d{1,5}))?\])? (.*)$/;

export function looksLikeWeb(line: string): boolean {
  return (
    /^[\w.:-]{2,255} \S+ .{1,260}\[\d{1,2}\/[A-Z][a-z]{2}\/\d{4}:/.test(line.slice(0, 700)) ||
    nginxError.test(line) ||
    apacheError.test(line)
  );
}

export function parseWeb(
  line: string,
  context: LineContext,
): { readonly time: number | undefined; readonly fields: Fields } {
  const found = access.exec(line);
  if (found) {
    const [, virtual, port, client, , user, stamp, request = '', status, bytes, referer, agent, rest] = found;
    const fields: Fields = { 'c-ip': client };
    if (virtual) {
      fields['s-computername'] = virtual;
      fields['s-port'] = port;
    }
    if (user && user !== '-') fields['cs-username'] = user.replaceAll('"', '');
    readRequest(plain(request), fields);
    if (status !== '-') fields['sc-status'] = Number(status);
    if (bytes !== '-') fields['sc-bytes'] = Number(bytes);
    if (referer && referer !== '-') fields['cs-referer'] = plain(referer);
    if (agent && agent !== '-') fields['cs-user-agent'] = plain(agent);
    if (rest) fields.rest = rest;
    return { time: logTime(stamp, context), fields };
  }
  const nginx = nginxError.exec(line);
  if (nginx) {
    const [, stamp, level, process, , connection, message = ''] = nginx;
    const fields: Fields = { level, process, message, kind: 'error' };
    if (connection) fields.connection = connection;
    const client = /, client: ([0-9A-Fa-f.:]{2,45})/.exec(message);
    if (client) fields['c-ip'] = client[1];
    const server = /, server: ([^,]{1,255})/.exec(message);
    if (server) fields['s-computername'] = server[1];
    const request = /, request: "((?:[^"\\]|\\.)*)"/.exec(message);
    if (request) readRequest(plain(request[1] as string), fields);
    return { time: logTime(stamp, context), fields };
  }
  const apache = apacheError.exec(line);
  if (!apache) throw new UnparsedLine('web-line');
  const [, stamp, module, level, process, client, , message] = apache;
  const fields: Fields = { level, message, kind: 'error' };
  if (module) fields.module = module;
  if (process) fields.process = process;
  if (client) fields['c-ip'] = client;
  return { time: logTime(stamp, context), fields };
}

/** `\"` and `\\` of Apache, `\x22` of nginx; other `\x…` stay as they are, since rules look for them. */
function plain(text: string): string {
  return text.includes('\\') ? text.replace(/\\x22/g, '"').replace(/\\(["\\])/g, '$1') : text;
}

function readRequest(request: string, fields: Fields): void {
  const first = request.indexOf(' ');
  const last = request.lastIndexOf(' ');
  if (first <= 0) {
    // Scanners send what is no request at all.
    fields['cs-uri'] = request;
    return;
  }
  const version = last > first && /^HTTP\/\d/.test(request.slice(last + 1));
  const uri = version ? request.slice(first + 1, last) : request.slice(first + 1);
  fields['cs-method'] = request.slice(0, first);
  fields['cs-uri'] = uri;
  if (version) fields['cs-version'] = request.slice(last + 1);
  const question = uri.indexOf('?');
  fields['cs-uri-stem'] = question < 0 ? uri : uri.slice(0, question);
  // Sigma's rules look for attacks in cs-uri-query, where path and query both count.
  fields['cs-uri-query'] = uri;
}
