import { decodeUtf8, encodeUtf8, equalBytes, tryDecodeUtf8 } from "@tegata/bytes";
import { derError } from "../der/der-error.ts";
import { type DerElement, DerReader } from "../der/reader.ts";
import { TAG } from "../der/tags.ts";
import { der, derOid, derSequence, derSetOf } from "../der/writer.ts";
import { ATTRIBUTE_OID } from "./oids.ts";

/** Name of an attribute type, e.g. `commonName`. */
export type AttributeName = keyof typeof ATTRIBUTE_OID;

/** One attribute of a distinguished name. */
export interface NameAttribute {
  readonly oid: string;
  readonly value: string;
  /** Tag of the string type that held it, e.g. UTF8String. Other types than strings have no text: `value` is empty. */
  readonly tag: number;
}

/**
 * A distinguished name. It keeps its encoding, because issuers and subjects must match octet by octet, and CAs differ in
 * the string types that they write.
 */
export interface DistinguishedName {
  /** RDNSequence, DER. */
  readonly encoded: Uint8Array;
  /** Outermost first, as encoded; most relative names hold one attribute. */
  readonly relativeNames: readonly (readonly NameAttribute[])[];
}

/** Attributes of a name to be made, in the order in which they are written. */
export type NameInput = readonly (readonly [AttributeName, string])[];

/** Most attributes that a name may have. */
const MAX_ATTRIBUTES = 256;

/** RFC 5280 appendix A demands PrintableString for these; IA5String for the last two. */
const STRING_TAGS: Partial<Record<AttributeName, number>> = {
  countryName: TAG.printableString,
  serialNumber: TAG.printableString,
  domainComponent: TAG.ia5String,
  emailAddress: TAG.ia5String,
};

// "*" and "&" are not allowed by X.680, but public CAs wrote them, and Go and OpenSSL read them.
const PRINTABLE = /^[A-Za-z0-9 '()+,\-./:=?*&]*$/;

/**
 * Makes a name of one attribute per relative name: PrintableString for country and serial number, IA5String for domain
 * component and e-mail address, UTF8String else.
 *
 * @throws TegataError `DER_INVALID` for text that the string type cannot hold.
 */
export function distinguishedName(attributes: NameInput): DistinguishedName {
  const relativeNames = attributes.map(([name, value]) => [
    { oid: ATTRIBUTE_OID[name], value, tag: STRING_TAGS[name] ?? TAG.utf8String },
  ]);
  const encoded = derSequence(...relativeNames.map((relative) => derSetOf(relative.map(encodeAttribute))));
  return { encoded, relativeNames };
}

/** The subject of a user or component of Kubernetes: its name and groups. */
export function kubernetesSubject(username: string, groups: readonly string[]): DistinguishedName {
  return distinguishedName([
    ...groups.map((group) => ["organizationName", group] as const),
    ["commonName", username] as const,
  ]);
}

/** Reads an RDNSequence. @throws TegataError `DER_INVALID` */
export function readDistinguishedName(reader: DerReader): DistinguishedName {
  const element = reader.element(TAG.sequence);
  return decodeDistinguishedName(reader, element);
}

/** Reads the relative names of an RDNSequence that was read before (and may have been tagged). */
function decodeDistinguishedName(reader: DerReader, element: DerElement): DistinguishedName {
  const names = reader.into(element);
  const relativeNames: NameAttribute[][] = [];
  let count = 0;
  while (!names.atEnd) {
    const relative = names.list(readAttribute, TAG.set);
    if (relative.length === 0) throw derError("a relative name is empty");
    count += relative.length;
    if (count > MAX_ATTRIBUTES) throw derError(`a name has more than ${MAX_ATTRIBUTES} attributes`);
    relativeNames.push(relative);
  }
  return { encoded: element.encoded, relativeNames };
}

/** Whether a name has no attributes. */
export function isEmptyName(name: DistinguishedName): boolean {
  return name.relativeNames.length === 0;
}

/** Whether two names are encoded alike, which is how paths are built here and in Go. */
export function sameName(a: DistinguishedName, b: DistinguishedName): boolean {
  return equalBytes(a.encoded, b.encoded);
}

/** All values of an attribute, in the order of the encoding. */
export function attributeValues(name: DistinguishedName, attribute: AttributeName): string[] {
  const oid = ATTRIBUTE_OID[attribute];
  return name.relativeNames.flatMap((relative) => relative.filter((one) => one.oid === oid).map((one) => one.value));
}

/** The last common name (the most specific one), as Go's `pkix.Name` takes it. */
export function commonName(name: DistinguishedName): string | undefined {
  return attributeValues(name, "commonName").at(-1);
}

const SHORT_NAMES = new Map<string, string>([
  [ATTRIBUTE_OID.commonName, "CN"],
  [ATTRIBUTE_OID.serialNumber, "SERIALNUMBER"],
  [ATTRIBUTE_OID.countryName, "C"],
  [ATTRIBUTE_OID.localityName, "L"],
  [ATTRIBUTE_OID.stateOrProvinceName, "ST"],
  [ATTRIBUTE_OID.streetAddress, "STREET"],
  [ATTRIBUTE_OID.organizationName, "O"],
  [ATTRIBUTE_OID.organizationalUnitName, "OU"],
  [ATTRIBUTE_OID.userId, "UID"],
  [ATTRIBUTE_OID.domainComponent, "DC"],
]);

/** A name for people, innermost first, e.g. `CN=kubernetes-admin,O=system:masters`. RFC 4514 §2 */
export function formatDistinguishedName(name: DistinguishedName): string {
  return name.relativeNames
    .toReversed()
    .map((relative) => relative.map(formatAttribute).join("+"))
    .join(",");
}

function formatAttribute({ oid, value }: NameAttribute): string {
  const escaped = value.replaceAll(/^[ #]|[",+;<>\\]| $/g, String.raw`\$&`).replaceAll("\0", String.raw`\00`);
  return `${SHORT_NAMES.get(oid) ?? oid}=${escaped}`;
}

function encodeAttribute({ oid, value, tag }: NameAttribute): Uint8Array {
  if (tag === TAG.printableString && !PRINTABLE.test(value))
    throw derError(`"${value}" does not fit a PrintableString`);
  if (tag === TAG.ia5String && !isAscii(value)) throw derError(`"${value}" does not fit an IA5String`);
  return derSequence(derOid(oid), der(tag, encodeUtf8(value)));
}

function readAttribute(reader: DerReader): NameAttribute {
  const fields = reader.nested();
  const oid = fields.oid();
  const { tag, content } = fields.any();
  fields.end();
  return { oid, tag, value: decodeString(tag, content) };
}

function decodeString(tag: number, content: Uint8Array): string {
  switch (tag) {
    case TAG.utf8String: {
      const text = tryDecodeUtf8(content);
      if (text === undefined) throw derError("a UTF8String is not UTF-8");
      return text;
    }
    case TAG.printableString: {
      const text = latin1(content);
      if (!PRINTABLE.test(text)) throw derError("a PrintableString holds other characters");
      return text;
    }
    case TAG.ia5String: {
      const text = latin1(content);
      if (!isAscii(text)) throw derError("an IA5String holds other characters");
      return text;
    }
    case TAG.teletexString:
      return latin1(content);
    case TAG.bmpString:
      if (content.length % 2 !== 0) throw derError("a BMPString is cut short");
      return Array.from({ length: content.length / 2 }, (_, i) =>
        String.fromCharCode((content[2 * i] ?? 0) * 256 + (content[2 * i + 1] ?? 0)),
      ).join("");
    default:
      return "";
  }
}

/** Whether every character is ASCII. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function latin1(content: Uint8Array): string {
  if (content.every((octet) => octet < 0x80)) return decodeUtf8(content);
  return Array.from(content, (octet) => String.fromCharCode(octet)).join("");
}
