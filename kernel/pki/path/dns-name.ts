import { encodeIp } from "../x509/ip-address.ts";

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a text is a host name in preferred name syntax, and not an IPv4 address. RFC 1034 §3.5, RFC 1123 §2.1 */
export function isDnsName(name: string): boolean {
  return name.length <= 253 && encodeIp(name) === undefined && name.split(".").every((label) => LABEL.test(label));
}

/** Whether a text is `*.` and a host name. RFC 9525 §6.3 */
export function isWildcardName(name: string): boolean {
  return name.startsWith("*.") && isDnsName(name.slice(2));
}

/**
 * Whether a presented dNSName, which may be a wildcard, is the host's. A wildcard stands for exactly one whole label.
 * RFC 9525 §6.3
 *
 * @param host - without a trailing dot.
 */
export function matchesHost(presented: string, host: string): boolean {
  const name = presented.toLowerCase();
  const wanted = host.toLowerCase();
  if (!isDnsName(wanted)) return false;
  if (!isWildcardName(name)) return isDnsName(name) && name === wanted;
  const dot = wanted.indexOf(".");
  return dot > 0 && wanted.slice(dot) === name.slice(1);
}

/** Whether a name is the base or lies below it. Both in lower case; the empty base is above everything. */
export function isWithinDomain(name: string, base: string): boolean {
  return base === "" || name === base || name.endsWith(`.${base}`);
}
