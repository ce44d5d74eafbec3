/**
 * Which of the names in alerts mean the same machine or person: names without domain and case, addresses by the host they were last seen
 * with. It keeps what it has seen of one network and asks nobody.
 * @module
 */
import { parseAddress } from '../sigma/cidr.ts';
import type { Alert } from './alert.ts';

const rememberedAddresses = 200_000;

/** `HOST01.corp.example` and `host01$` are the host `host01`; an address stays one. */
export function hostName(text: string): string {
  const name = text.trim().toLowerCase().replace(/\$$/, '');
  if (parseAddress(name)) return name;
  const dot = name.indexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** `CORP\joe`, `joe@corp.example` and `Joe` are the user `joe`. */
export function userName(text: string): string {
  const name = text.trim().toLowerCase();
  const behind = name.slice(name.lastIndexOf('\\') + 1);
  const at = behind.indexOf('@');
  return at > 0 ? behind.slice(0, at) : behind;
}

export class EntityResolver {
  readonly #hostOf = new Map<string, string>();

  /** The machine an alert is about: its host, else the host its address was last seen with, else the address itself. */
  machine(alert: Alert): string {
    const host = alert.host === undefined || alert.host === '' ? undefined : hostName(alert.host);
    const address =
      alert.address === undefined || alert.address === '' ? undefined : alert.address.trim().toLowerCase();
    if (host !== undefined) {
      if (address !== undefined && host !== address) {
        if (this.#hostOf.size >= rememberedAddresses) this.#hostOf.clear();
        this.#hostOf.set(address, host);
      }
      return host;
    }
    return address === undefined ? '' : (this.#hostOf.get(address) ?? address);
  }
}
