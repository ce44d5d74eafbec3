/**
 * Query logs of BIND 9, dnsmasq and Unbound.
 * @module
 */
import { type Fields, type LineContext, UnparsedLine } from './shape.ts';
import { logTime } from './times.ts';

const bind =
  /^(?:(\d{1,2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d{1,3})?) )?(?:queries: )?(?:info: )?client (?:@0x[0-9a-f]+ )?([0-9A-Fa-f.:]+)#(\d{1,5})(?: \(([^)]{1,255})\))?: (?:view [^:]{1,64}: )?query: (\S{1,255}) (\S{1,16}) (\S{1,16})(?: (\S{1,16}))?(?: \(([0-9A-Fa-f.:]+)\))?/;
const dnsmasqQuery =
  /^(?:\d{1,10} [0-9A-Fa-f.:]+\/\d+ )?query\[([A-Za-z0-9=-]{1,16})\] (\S{1,255}) from ([0-9A-Fa-f.:]+)/;
const dnsmasqAnswer =
  /^(?:\d{1,10} [0-9A-Fa-f.:]+\/\d+ )?(reply|cached|config|\/etc\/hosts|forwarded|gravity blocked) (\S{1,255}) (?:is|to) (.{1,255})$/;
const unbound =
  /^(?:\[\d+:\d+\] )?info: ([0-9A-Fa-f.:]+) (\S{1,255}) ([A-Z0-9]{1,16}) ([A-Z]{2,4})(?: (NOERROR|NXDOMAIN|SERVFAIL|REFUSED|FORMERR))?/;

export function looksLikeDns(message: string): boolean {
  return bind.test(message) || dnsmasqQuery.test(message) || dnsmasqAnswer.test(message) || unbound.test(message);
}

const name = (text: string) => (text.length > 1 && text.endsWith('.') ? text.slice(0, -1) : text);

export function parseDns(
  message: string,
  context: LineContext,
): { readonly time: number | undefined; readonly fields: Fields } {
  const asked = bind.exec(message);
  if (asked) {
    const [, stamp, client, port, , query = '', klass, type, flags, server] = asked;
    const fields: Fields = {
      query: name(query),
      record_type: type,
      query_class: klass,
      src_ip: client,
      src_port: Number(port),
    };
    if (flags) fields.flags = flags;
    if (server) fields.dst_ip = server;
    return { time: stamp ? logTime(stamp.replace(' ', ':'), context) : undefined, fields };
  }
  const question = dnsmasqQuery.exec(message);
  if (question)
    return {
      time: undefined,
      fields: { query: name(question[2] as string), record_type: question[1], src_ip: question[3] },
    };
  const answer = dnsmasqAnswer.exec(message);
  if (answer)
    return { time: undefined, fields: { query: name(answer[2] as string), answer: answer[3], action: answer[1] } };
  const other = unbound.exec(message);
  if (!other) throw new UnparsedLine('dns-line');
  const fields: Fields = {
    query: name(other[2] as string),
    record_type: other[3],
    query_class: other[4],
    src_ip: other[1],
  };
  if (other[5]) fields.rcode = other[5];
  return { time: undefined, fields };
}
