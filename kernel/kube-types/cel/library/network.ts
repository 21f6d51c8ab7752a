import { equalBytes } from "@tegata/bytes";
import { type Cidr, type IpAddress, parseCidr, parseIp } from "../../schema/network-formats.ts";
import type { Library } from "../functions.ts";
import { CelError, type Opaque } from "../values.ts";
import { formatIp } from "./ip-text.ts";

class Ip implements Opaque {
  readonly opaqueType = "net.IP";
  readonly address: IpAddress;
  constructor(address: IpAddress) {
    this.address = address;
  }
  equals(other: Opaque): boolean {
    return other instanceof Ip && equalBytes(other.address.bytes, this.address.bytes);
  }
}

class Network implements Opaque {
  readonly opaqueType = "net.CIDR";
  readonly cidr: Cidr;
  constructor(cidr: Cidr) {
    this.cidr = cidr;
  }
  equals(other: Opaque): boolean {
    if (!(other instanceof Network) || other.cidr.prefixLength !== this.cidr.prefixLength) return false;
    return equalBytes(other.cidr.address.bytes, this.cidr.address.bytes);
  }
}

/** IPv4 addresses in the form of IPv6 are refused: they would be a second way to write the same address. */
function isMapped({ family, bytes }: IpAddress): boolean {
  return family === 6 && bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
}

function tryIp(text: string): Ip | undefined {
  const address = parseIp(text);
  return address === undefined || isMapped(address) ? undefined : new Ip(address);
}

function ipOf(text: string): Ip {
  const ip = tryIp(text);
  if (ip === undefined)
    throw new CelError(`IP Address ${JSON.stringify(text)} parse error during conversion from string`);
  return ip;
}

function tryNetwork(text: string): Network | undefined {
  const cidr = parseCidr(text);
  return cidr === undefined || isMapped(cidr.address) ? undefined : new Network(cidr);
}

function networkOf(text: string): Network {
  const network = tryNetwork(text);
  if (network === undefined)
    throw new CelError(
      `network address parse error during conversion from string: invalid CIDR ${JSON.stringify(text)}`,
    );
  return network;
}

/** The first bits of an address; the others are zero. */
function masked(bytes: Uint8Array, length: number): Uint8Array {
  return bytes.map((byte, i) => {
    const bits = Math.min(8, Math.max(0, length - i * 8));
    return byte & (0xff << (8 - bits));
  });
}

function contains({ cidr }: Network, address: IpAddress): boolean {
  if (address.family !== cidr.address.family) return false;
  return equalBytes(masked(address.bytes, cidr.prefixLength), masked(cidr.address.bytes, cidr.prefixLength));
}

function containsNetwork(outer: Network, { cidr }: Network): boolean {
  return cidr.prefixLength >= outer.cidr.prefixLength && contains(outer, cidr.address);
}

function maskedNetwork({ cidr: { address, prefixLength } }: Network): Network {
  return new Network({ address: { family: address.family, bytes: masked(address.bytes, prefixLength) }, prefixLength });
}

function startsWith({ address }: Ip, ipv4: string, ipv6: string): boolean {
  const network = tryNetwork(address.family === 4 ? ipv4 : ipv6);
  return network !== undefined && contains(network, address);
}

const isUnspecified = (ip: Ip): boolean => startsWith(ip, "0.0.0.0/32", "::/128");
const isLoopback = (ip: Ip): boolean => startsWith(ip, "127.0.0.0/8", "::1/128");
const isLinkLocalUnicast = (ip: Ip): boolean => startsWith(ip, "169.254.0.0/16", "fe80::/10");
const isMulticast = (ip: Ip): boolean => startsWith(ip, "224.0.0.0/4", "ff00::/8");
const isBroadcast = (ip: Ip): boolean => startsWith(ip, "255.255.255.255/32", "::/128");

/** Go calls the second byte's low half of a multicast IPv6 address its scope; 2 is the link. */
function isLinkLocalMulticast(ip: Ip): boolean {
  if (ip.address.family === 4) return startsWith(ip, "224.0.0.0/24", "::/128");
  return ip.address.bytes[0] === 0xff && ((ip.address.bytes[1] ?? 0) & 0x0f) === 2;
}

function isGlobalUnicast(ip: Ip): boolean {
  return ![isUnspecified, isLoopback, isLinkLocalUnicast, isMulticast, isBroadcast].some((test) => test(ip));
}

/** IP addresses and networks. @see k8s.io/apiserver/pkg/cel/library ip.go, cidr.go */
export const NETWORK: Library = {
  "ip(string) IP": (text: string) => ipOf(text),
  "isIP(string) bool": (text: string) => tryIp(text) !== undefined,
  "ip.isCanonical(string) bool": (text: string) => formatIp(ipOf(text).address) === text,
  "string(IP) string": ({ address }: Ip) => formatIp(address),
  "IP::family() int": ({ address }: Ip) => BigInt(address.family),
  "IP::isUnspecified() bool": isUnspecified,
  "IP::isLoopback() bool": isLoopback,
  "IP::isLinkLocalMulticast() bool": isLinkLocalMulticast,
  "IP::isLinkLocalUnicast() bool": isLinkLocalUnicast,
  "IP::isGlobalUnicast() bool": isGlobalUnicast,
  "cidr(string) CIDR": (text: string) => networkOf(text),
  "isCIDR(string) bool": (text: string) => tryNetwork(text) !== undefined,
  "string(CIDR) string": ({ cidr }: Network) => `${formatIp(cidr.address)}/${cidr.prefixLength}`,
  "CIDR::containsIP(string) bool": (network: Network, text: string) => contains(network, ipOf(text).address),
  "CIDR::containsIP(IP) bool": (network: Network, { address }: Ip) => contains(network, address),
  "CIDR::containsCIDR(string) bool": (network: Network, text: string) => containsNetwork(network, networkOf(text)),
  "CIDR::containsCIDR(CIDR) bool": (network: Network, other: Network) => containsNetwork(network, other),
  "CIDR::ip() IP": ({ cidr }: Network) => new Ip(cidr.address),
  "CIDR::masked() CIDR": maskedNetwork,
  "CIDR::prefixLength() int": ({ cidr }: Network) => BigInt(cidr.prefixLength),
};
