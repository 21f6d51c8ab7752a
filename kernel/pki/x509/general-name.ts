import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";
import { derError } from "../der/der-error.ts";
import { DerReader } from "../der/reader.ts";
import { contextConstructed, contextPrimitive } from "../der/tags.ts";
import { der } from "../der/writer.ts";
import { type DistinguishedName, isAscii, readDistinguishedName } from "./distinguished-name.ts";
import { encodeIp, formatIp } from "./ip-address.ts";

/** A GeneralName. RFC 5280 §4.2.1.6 */
export type GeneralName =
  | { readonly type: "dns" | "uri" | "email"; readonly value: string }
  /** Textual form, e.g. `10.0.0.1` or `::1`, as RFC 5952 writes it. */
  | { readonly type: "ip"; readonly value: string }
  | { readonly type: "directory"; readonly value: DistinguishedName }
  /** otherName, x400Address, ediPartyName, registeredID: kept, not understood. */
  | { readonly type: "other"; readonly tag: number; readonly encoded: Uint8Array };

/** As a GeneralName, but an `ip` is a range: address and mask, 8 or 32 octets. RFC 5280 §4.2.1.10 */
export type NameConstraint =
  | Exclude<GeneralName, { type: "ip" }>
  | { readonly type: "ip"; readonly address: Uint8Array; readonly mask: Uint8Array };

const TEXT_TAGS = { email: contextPrimitive(1), dns: contextPrimitive(2), uri: contextPrimitive(6) } as const;
const IP_TAG = contextPrimitive(7);
const DIRECTORY_TAG = contextConstructed(4);

/** Encodes a GeneralName. @throws TegataError `DER_INVALID` for text that is not ASCII or an IP address that is none. */
export function encodeGeneralName(name: GeneralName): Uint8Array {
  switch (name.type) {
    case "ip":
      return der(IP_TAG, ipBytes(name.value));
    case "directory":
      return der(DIRECTORY_TAG, name.value.encoded);
    case "other":
      return name.encoded;
    default:
      if (!isAscii(name.value))
        throw derError(`"${name.value}" is not ASCII; internationalised names are written in Punycode`);
      return der(TEXT_TAGS[name.type], encodeUtf8(name.value));
  }
}

/** Encodes the base of a name constraint. */
export function encodeNameConstraint(name: NameConstraint): Uint8Array {
  return name.type === "ip" ? der(IP_TAG, name.address, name.mask) : encodeGeneralName(name);
}

/** Reads a GeneralName. @throws TegataError `DER_INVALID` */
export function readGeneralName(reader: DerReader): GeneralName {
  if (!reader.nextIs(IP_TAG)) return readOtherThanIp(reader);
  const value = formatIp(reader.octetString(IP_TAG));
  if (value === undefined) throw derError("an iPAddress is 4 or 16 octets");
  return { type: "ip", value };
}

/** Reads the base of a name constraint. @throws TegataError `DER_INVALID` */
export function readNameConstraint(reader: DerReader): NameConstraint {
  if (!reader.nextIs(IP_TAG)) return readOtherThanIp(reader);
  const range = reader.octetString(IP_TAG);
  if (range.length !== 8 && range.length !== 32) throw derError("an iPAddress constraint is 8 or 32 octets");
  const mask = range.subarray(range.length / 2);
  if (!isContiguous(mask)) throw derError("an iPAddress constraint's mask has holes");
  return { type: "ip", address: range.subarray(0, range.length / 2), mask };
}

function readOtherThanIp(reader: DerReader): Exclude<GeneralName, { type: "ip" }> {
  const { tag, content, encoded } = reader.any();
  if ((tag & 0xc0) !== 0x80 || (tag & 0x1f) > 8) throw derError("a GeneralName has an unknown tag");
  if (tag === DIRECTORY_TAG) {
    const inner = reader.into({ tag, content, encoded });
    const value = readDistinguishedName(inner);
    inner.end();
    return { type: "directory", value };
  }
  const type = (Object.keys(TEXT_TAGS) as (keyof typeof TEXT_TAGS)[]).find((key) => TEXT_TAGS[key] === tag);
  if (type === undefined) return { type: "other", tag, encoded };
  const value = decodeUtf8(content);
  if (!content.every((octet) => octet < 0x80)) throw derError("an IA5String holds other characters");
  return { type, value };
}

function ipBytes(text: string): Uint8Array {
  const bytes = encodeIp(text);
  if (bytes === undefined) throw derError(`"${text}" is not an IP address`);
  return bytes;
}

function isContiguous(mask: Uint8Array): boolean {
  const bits = Array.from(mask, (octet) => octet.toString(2).padStart(8, "0")).join("");
  return !bits.includes("01");
}
