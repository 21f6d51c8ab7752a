/**
 * Octets of an IP address.
 *
 * @param text - dotted decimal, or IPv6 as RFC 4291 §2.2 writes it; no zone, no leading zeros in dotted decimal.
 * @returns 4 or 16 octets; `undefined` if it is not an IP address.
 */
export function encodeIp(text: string): Uint8Array | undefined {
  return text.includes(":") ? encodeIpv6(text) : encodeIpv4(text);
}

/** @returns the text of 4 or 16 octets, IPv6 as RFC 5952 §4 writes it; `undefined` for another length. */
export function formatIp(octets: Uint8Array): string | undefined {
  if (octets.length === 4) return octets.join(".");
  if (octets.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => ((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0));
  const [start, length] = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

function encodeIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return undefined;
  return Uint8Array.from(parts, Number);
}

function encodeIpv6(text: string): Uint8Array | undefined {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const tail = embedded === null ? new Uint8Array() : encodeIpv4(embedded[2] ?? "");
  if (tail === undefined) return undefined;
  const groupCount = 8 - tail.length / 2;
  // "1::2:" before an embedded IPv4 address keeps its colon only where it belongs to "::".
  const body = embedded === null ? text : (embedded[1] ?? "").replace(/([^:]):$/, "$1");
  const halves = body.split("::");
  if (halves.length > 2) return undefined;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const written = left.length + right.length;
  if (halves.length === 1 ? written !== groupCount : written >= groupCount) return undefined;
  const groups = [...left, ...Array<string>(groupCount - written).fill("0"), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const octets = groups.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
  return Uint8Array.from([...octets, ...tail]);
}

/** First longest run of zero groups: where it starts and how long it is. */
function longestZeroRun(groups: readonly number[]): [number, number] {
  let best: [number, number] = [0, 0];
  let start = 0;
  groups.forEach((group, at) => {
    if (group !== 0) start = at + 1;
    else if (at + 1 - start > best[1]) best = [start, at + 1 - start];
  });
  return best;
}
