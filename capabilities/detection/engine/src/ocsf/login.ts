/**
 * What the words of Linux services say about people: log-ins of sshd, sudo, su, new accounts. Nothing else is read from free text.
 * @module
 */
import type { Fields } from '../parsers/shape.ts';

const sshd =
  /^(Accepted|Failed|Invalid user|Connection closed by (?:authenticating|invalid) user)(?: (\w+(?:-\w+)*) for)? ?(?:invalid user )?(\S{1,64})? from ([0-9A-Fa-f.:]+)(?: port (\d{1,5}))?/;
const sudo =
  /^\s*(\S{1,64}) : (?:(\d+) incorrect password attempts? ; |command not allowed ; )?TTY=(\S+) ; PWD=(.*?) ; USER=(\S+) ; (?:GROUP=\S+ ; )?COMMAND=(.*)$/;
const su = /^(?:\(to (\S{1,64})\) (\S{1,64}) on \S+|(FAILED SU) \(to (\S{1,64})\) (\S{1,64}) on \S+)$/;
const pam =
  /^pam_unix\((\w+):(auth|session)\): (authentication failure|session opened|session closed)(?:.*?rhost=(\S*))?(?:.*? user[ =](\S+?)(?:\(uid=\d+\))?(?:\s|$))?/;
const account =
  /^(?:new user: name=([^,]{1,64})|delete user '([^']{1,64})'|add '([^']{1,64})' to group '([^']{1,64})')/;

/** @returns the OCSF class and activity, where the words tell; the fields gain what they say */
export function readLogin(
  app: string | undefined,
  message: string,
  fields: Fields,
): readonly [number, number] | undefined {
  const own = pam.exec(message);
  if (own) {
    const [, , , what, host, user] = own;
    if (user) fields.user = user;
    if (host) fields.src_ip = host;
    fields.outcome = what === 'authentication failure' ? 'failure' : 'success';
    return [3002, what === 'session closed' ? 2 : 1];
  }
  if (app === 'sshd' || app === 'sshd-session') {
    const found = sshd.exec(message);
    if (!found) return undefined;
    const [, verb = '', method, user, address, port] = found;
    if (user) fields.user = user;
    fields.src_ip = address;
    if (port) fields.src_port = Number(port);
    if (method) fields.auth_method = method;
    fields.outcome = verb === 'Accepted' ? 'success' : 'failure';
    return [3002, 1];
  }
  if (app === 'sudo') {
    const found = sudo.exec(message);
    if (!found) return undefined;
    const [, user, wrong, , folder, target, command] = found;
    Object.assign(fields, { user, target_user: target, cwd: folder, command, CommandLine: command });
    fields.outcome = wrong || message.includes('command not allowed') ? 'failure' : 'success';
    return [1007, 1];
  }
  if (app === 'su') {
    const found = su.exec(message);
    if (!found) return undefined;
    fields.user = found[2] ?? found[5];
    fields.target_user = found[1] ?? found[4];
    fields.outcome = found[3] ? 'failure' : 'success';
    return [3002, 1];
  }
  if (app === 'useradd' || app === 'userdel' || app === 'usermod') {
    const found = account.exec(message);
    if (!found) return undefined;
    fields.target_user = found[1] ?? found[2] ?? found[3];
    if (found[4]) fields.group = found[4];
    return found[4] ? [3006, 3] : [3001, found[1] ? 1 : 6];
  }
  return undefined;
}
