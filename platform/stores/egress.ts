import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { EgressPolicy } from "./context.ts";

/**
 * Networks that no secret store lives in: link-local (which holds every cloud's instance metadata service), "this host",
 * multicast and broadcast. `fd00:ec2::254` is Amazon's metadata service over IPv6.
 */
const NEVER_A_STORE: readonly (readonly [network: string, prefix: number, family: "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["255.255.255.255", 32, "ipv4"],
  ["::", 128, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
  ["fd00:ec2::254", 128, "ipv6"],
];

const BLOCKED = new BlockList();
for (const [network, prefix, family] of NEVER_A_STORE) BLOCKED.addSubnet(network, prefix, family);

/**
 * Refuses addresses at which no store can be, above all the instance metadata services, so that a store's author cannot
 * make the operator ask them. Private and loopback addresses pass: stores do live there.
 *
 * @param address - an IP address, as it is about to be connected to. IPv4 mapped into IPv6 is judged as IPv4.
 */
export const denyLinkLocal: EgressPolicy = (address) => {
  if (isIPv4(address)) return !BLOCKED.check(address, "ipv4");
  return isIPv6(address) && !BLOCKED.check(address, "ipv6");
};
