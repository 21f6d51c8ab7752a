import { derError } from "./der-error.ts";

/** Longest OBJECT IDENTIFIER content that is read. */
const MAX_OID_BYTES = 64;

/** @returns dotted decimal. @throws TegataError `DER_INVALID` */
export function decodeOid(content: Uint8Array): string {
  if (content.length === 0 || content.length > MAX_OID_BYTES) throw derError("an OBJECT IDENTIFIER's length is wrong");
  if ((content.at(-1) ?? 0) >= 0x80) throw derError("an OBJECT IDENTIFIER ends inside an arc");
  const arcs: number[] = [];
  let arc = 0;
  let atStart = true;
  for (const octet of content) {
    if (atStart && octet === 0x80) throw derError("an OBJECT IDENTIFIER's arc is not minimal");
    arc = arc * 128 + (octet & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER) throw derError("an OBJECT IDENTIFIER's arc is too large");
    atStart = octet < 0x80;
    if (!atStart) continue;
    arcs.push(arc);
    arc = 0;
  }
  const [first = 0, ...rest] = arcs;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join(".");
}

/** Content octets of an OBJECT IDENTIFIER. @throws TegataError `DER_INVALID` if the text is not dotted decimal. */
export function encodeOid(dotted: string): Uint8Array {
  const known = ENCODED.get(dotted);
  if (known !== undefined) return known;
  const arcs = dotted.split(".").map(Number);
  const [top = 3, second = -1, ...rest] = arcs;
  const valid =
    /^[0-2](\.(0|[1-9][0-9]{0,14}))+$/.test(dotted) && (second < 40 || top === 2) && dotted.length <= MAX_OID_BYTES;
  if (!valid) throw derError(`"${dotted}" is not an object identifier`);
  const content = Uint8Array.from([top * 40 + second, ...rest].flatMap(encodeArc));
  // Bounded, because the text may come from outside; the few dozen of X.509 stay.
  if (ENCODED.size < 256) ENCODED.set(dotted, content);
  return content;
}

const ENCODED = new Map<string, Uint8Array>();

function encodeArc(arc: number): number[] {
  const octets = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) octets.unshift((rest % 128) | 0x80);
  return octets;
}
