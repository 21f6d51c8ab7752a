/** Eight 16-bit groups of an IPv6 address, or four octets of an IPv4 address. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly bytes: Uint8Array;
}

/** How an address may be written. */
export interface IpSyntax {
  /** Accepts octets such as `010`, as decimal; Kubernetes does so for `format: ipv4` and `cidr`. @defaultValue false */
  readonly leadingZeros?: boolean;
}

/** Parses an IPv4 or IPv6 address without zone. @returns `undefined` if the text is not one. */
export function parseIp(text: string, syntax: IpSyntax = {}): IpAddress | undefined {
  if (text.length > 64) return undefined;
  const bytes = text.includes(":") ? parseIpv6(text, syntax) : parseIpv4(text, syntax);
  return bytes === undefined ? undefined : { family: bytes.length === 4 ? 4 : 6, bytes };
}

function parseIpv4(text: string, { leadingZeros = false }: IpSyntax): Uint8Array | undefined {
  const octets = text.split(".");
  const pattern = leadingZeros ? /^\d{1,10}$/ : /^(?:0|[1-9]\d{0,2})$/;
  if (octets.length !== 4 || !octets.every((octet) => pattern.test(octet) && Number(octet) <= 255)) return undefined;
  return Uint8Array.from(octets, Number);
}

function parseIpv6(text: string, syntax: IpSyntax): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => parseGroups(half, syntax));
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (halves.length === 2 ? missing < 2 : missing !== 0) return undefined;
  return Uint8Array.from([...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])]);
}

/** Parses colon-separated groups, the last of which may be an IPv4 address. */
function parseGroups(text: string, syntax: IpSyntax): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (i === groups.length - 1 && group.includes(".")) {
      const ipv4 = parseIpv4(group, syntax);
      if (ipv4 === undefined) return undefined;
      bytes.push(...ipv4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    }
  }
  return bytes;
}

/** An address range: the address as written, not masked. */
export interface Cidr {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

/** Parses `10.0.0.0/8` or `fd00::/8`. @returns `undefined` if the text is not a range. */
export function parseCidr(text: string, syntax: IpSyntax = {}): Cidr | undefined {
  const slash = text.indexOf("/");
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash), syntax);
  const length = text.slice(slash + 1);
  if (address === undefined || !/^(?:0|[1-9]\d{0,2})$/.test(length)) return undefined;
  return Number(length) > address.bytes.length * 8 ? undefined : { address, prefixLength: Number(length) };
}

/** `format: ipv4`. */
export function isIpv4(text: string): boolean {
  return parseIp(text, { leadingZeros: true }) !== undefined && text.includes(".");
}

/** `format: ipv6`. */
export function isIpv6(text: string): boolean {
  return text.includes(":") && parseIp(text) !== undefined;
}

/** `format: cidr`. */
export function isCidr(text: string): boolean {
  return parseCidr(text, { leadingZeros: true }) !== undefined;
}

/** `format: mac`: 6, 8 or 20 octets with colons or dashes, or dotted groups of four digits. */
export function isMac(text: string): boolean {
  for (const octets of [6, 8, 20]) {
    if (new RegExp(`^[0-9a-f]{2}(?:([:-])[0-9a-f]{2}(?:\\1[0-9a-f]{2}){${octets - 2}})$`, "i").test(text)) return true;
    if (new RegExp(`^[0-9a-f]{4}(?:\\.[0-9a-f]{4}){${octets / 2 - 1}}$`, "i").test(text)) return true;
  }
  return false;
}
