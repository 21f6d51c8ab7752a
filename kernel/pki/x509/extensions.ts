import { derError } from "../der/der-error.ts";
import { type DerReader, decodeDer } from "../der/reader.ts";
import { contextConstructed, contextPrimitive, TAG } from "../der/tags.ts";
import { der, derBoolean, derInteger, derNamedBits, derOctetString, derOid, derSequence } from "../der/writer.ts";
import {
  encodeGeneralName,
  encodeNameConstraint,
  type GeneralName,
  type NameConstraint,
  readGeneralName,
  readNameConstraint,
} from "./general-name.ts";
import { EXTENSION_OID } from "./oids.ts";

/** Bits of keyUsage, in the order of their numbers. RFC 5280 §4.2.1.3 */
export const KEY_USAGES = [
  "digitalSignature",
  "nonRepudiation",
  "keyEncipherment",
  "dataEncipherment",
  "keyAgreement",
  "keyCertSign",
  "cRLSign",
  "encipherOnly",
  "decipherOnly",
] as const;
export type KeyUsage = (typeof KEY_USAGES)[number];

/** Extended key usages by name; any other is written as its dotted object identifier. RFC 5280 §4.2.1.12 */
export const EXTENDED_KEY_USAGES = {
  any: "2.5.29.37.0",
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  ocspSigning: "1.3.6.1.5.5.7.3.9",
} as const;

export interface BasicConstraints {
  readonly ca: boolean;
  /** How many CAs may follow below, at most. */
  readonly pathLength?: number;
}

export interface NameConstraints {
  readonly permitted: readonly NameConstraint[];
  readonly excluded: readonly NameConstraint[];
}

export interface AuthorityKeyId {
  readonly keyId?: Uint8Array;
  /** The issuer's issuer and serial number: read, not used. */
  readonly hasIssuerAndSerial: boolean;
}

/** One extension as it is encoded. */
export interface Extension {
  readonly oid: string;
  readonly critical: boolean;
  /** What the OCTET STRING holds, DER. */
  readonly value: Uint8Array;
}

/** What the extensions of a certificate or CSR say. An absent field, like an empty list, is an absent extension. */
export interface Extensions {
  readonly basicConstraints?: BasicConstraints;
  /** In any order. Written critical. */
  readonly keyUsage?: readonly KeyUsage[];
  /** Names of {@link EXTENDED_KEY_USAGES} or dotted object identifiers. */
  readonly extendedKeyUsage?: readonly string[];
  /** Written critical exactly if the subject is empty. */
  readonly subjectAltNames?: readonly GeneralName[];
  readonly subjectKeyId?: Uint8Array;
  readonly authorityKeyId?: AuthorityKeyId;
  readonly nameConstraints?: NameConstraints;
}

/** Most extensions that a certificate may have. */
const MAX_EXTENSIONS = 64;

/**
 * Encodes the extensions of a template, each at most once, in one fixed order.
 *
 * @param subjectIsEmpty - then the subject alternative names are critical. RFC 5280 §4.2.1.6
 */
export function encodeExtensions(extensions: Extensions, subjectIsEmpty: boolean): Uint8Array[] {
  const encoded: Uint8Array[] = [];
  const add = (oid: string, critical: boolean, value: Uint8Array | undefined) => {
    if (value !== undefined) encoded.push(encodeExtension({ oid, critical, value }));
  };
  const { keyUsage = [], extendedKeyUsage = [], basicConstraints, subjectKeyId, authorityKeyId } = extensions;
  // RFC 5280 §4.2.1.3 and §4.2.1.12: an extension that is there names one usage at least.
  if (keyUsage.length > 0) add(EXTENSION_OID.keyUsage, true, encodeKeyUsage(keyUsage));
  if (extendedKeyUsage.length > 0) add(EXTENSION_OID.extendedKeyUsage, false, encodeExtendedKeyUsage(extendedKeyUsage));
  add(EXTENSION_OID.basicConstraints, true, basicConstraints && encodeBasicConstraints(basicConstraints));
  add(EXTENSION_OID.subjectKeyId, false, subjectKeyId && derOctetString(subjectKeyId));
  add(EXTENSION_OID.authorityKeyId, false, authorityKeyId && encodeAuthorityKeyId(authorityKeyId));
  const names = extensions.subjectAltNames;
  if (names !== undefined && names.length > 0)
    add(EXTENSION_OID.subjectAltName, subjectIsEmpty, derSequence(...names.map(encodeGeneralName)));
  const constraints = extensions.nameConstraints;
  add(EXTENSION_OID.nameConstraints, true, constraints && encodeNameConstraints(constraints));
  return encoded;
}

/** Encodes one extension. */
export function encodeExtension({ oid, critical, value }: Extension): Uint8Array {
  return critical
    ? derSequence(derOid(oid), derBoolean(true), derOctetString(value))
    : derSequence(derOid(oid), derOctetString(value));
}

/** Reads a SEQUENCE OF Extension. @throws TegataError `DER_INVALID`, also if one occurs twice. */
export function readExtensionList(reader: DerReader): Extension[] {
  const extensions = reader.list(readExtension);
  if (extensions.length === 0) throw derError("a list of extensions is empty");
  if (extensions.length > MAX_EXTENSIONS) throw derError(`more than ${MAX_EXTENSIONS} extensions`);
  const oids = new Set(extensions.map(({ oid }) => oid));
  if (oids.size !== extensions.length) throw derError("an extension occurs twice");
  return extensions;
}

/** Reads the extensions that Tegata knows. @throws TegataError `DER_INVALID` if one of them is malformed. */
export function decodeExtensions(list: readonly Extension[]): Extensions {
  const extensions: { -readonly [K in keyof Extensions]: Extensions[K] } = {};
  for (const { oid, value } of list) {
    switch (oid) {
      case EXTENSION_OID.basicConstraints:
        extensions.basicConstraints = decodeDer(value, readBasicConstraints);
        break;
      case EXTENSION_OID.keyUsage:
        extensions.keyUsage = decodeDer(value, readKeyUsage);
        break;
      case EXTENSION_OID.extendedKeyUsage:
        extensions.extendedKeyUsage = decodeDer(value, readExtendedKeyUsage);
        break;
      case EXTENSION_OID.subjectAltName:
        extensions.subjectAltNames = nonEmpty(decodeDer(value, (reader) => reader.list(readGeneralName)));
        break;
      case EXTENSION_OID.subjectKeyId:
        extensions.subjectKeyId = decodeDer(value, (reader) => reader.octetString());
        break;
      case EXTENSION_OID.authorityKeyId:
        extensions.authorityKeyId = decodeDer(value, readAuthorityKeyId);
        break;
      case EXTENSION_OID.nameConstraints:
        extensions.nameConstraints = decodeDer(value, readNameConstraints);
        break;
      default:
    }
  }
  return extensions;
}

/** Dotted object identifier of an extended key usage. */
function extendedKeyUsageOid(usage: string): string {
  return Object.hasOwn(EXTENDED_KEY_USAGES, usage)
    ? EXTENDED_KEY_USAGES[usage as keyof typeof EXTENDED_KEY_USAGES]
    : usage;
}

function readExtension(reader: DerReader): Extension {
  const fields = reader.nested();
  const oid = fields.oid();
  const critical = fields.nextIs(TAG.boolean) && fields.boolean();
  const value = fields.octetString();
  fields.end();
  return { oid, critical, value };
}

function encodeKeyUsage(usages: readonly KeyUsage[]): Uint8Array {
  return derNamedBits(usages.map((usage) => KEY_USAGES.indexOf(usage)));
}

function readKeyUsage(reader: DerReader): KeyUsage[] {
  const { bytes } = reader.bitString();
  const usages = KEY_USAGES.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  if (usages.length === 0) throw derError("a key usage names no usage");
  return usages;
}

function encodeExtendedKeyUsage(usages: readonly string[]): Uint8Array {
  return derSequence(...usages.map((usage) => derOid(extendedKeyUsageOid(usage))));
}

const USAGE_NAMES = new Map<string, string>(Object.entries(EXTENDED_KEY_USAGES).map(([name, oid]) => [oid, name]));

function readExtendedKeyUsage(reader: DerReader): string[] {
  return nonEmpty(
    reader.list((item) => {
      const oid = item.oid();
      return USAGE_NAMES.get(oid) ?? oid;
    }),
  );
}

function encodeBasicConstraints({ ca, pathLength }: BasicConstraints): Uint8Array {
  return derSequence(
    ...(ca ? [derBoolean(true)] : []),
    ...(ca && pathLength !== undefined ? [derInteger(pathLength)] : []),
  );
}

function readBasicConstraints(reader: DerReader): BasicConstraints {
  const fields = reader.nested();
  // X.690 §11.5 forbids an encoded default, but old CAs wrote FALSE here and every verifier reads it.
  const ca = fields.nextIs(TAG.boolean) && fields.boolean();
  const pathLength = fields.nextIs(TAG.integer) ? fields.smallInteger() : undefined;
  fields.end();
  return pathLength === undefined ? { ca } : { ca, pathLength };
}

function encodeAuthorityKeyId({ keyId }: AuthorityKeyId): Uint8Array {
  return derSequence(...(keyId === undefined ? [] : [der(contextPrimitive(0), keyId)]));
}

function readAuthorityKeyId(reader: DerReader): AuthorityKeyId {
  const fields = reader.nested();
  const keyId = fields.optional(contextPrimitive(0))?.content;
  const issuer = fields.optional(contextConstructed(1));
  const serial = fields.optional(contextPrimitive(2));
  fields.end();
  const hasIssuerAndSerial = issuer !== undefined || serial !== undefined;
  return keyId === undefined ? { hasIssuerAndSerial } : { keyId, hasIssuerAndSerial };
}

function encodeNameConstraints({ permitted, excluded }: NameConstraints): Uint8Array {
  const subtrees = (names: readonly NameConstraint[]) => names.map((name) => derSequence(encodeNameConstraint(name)));
  return derSequence(
    ...(permitted.length === 0 ? [] : [der(contextConstructed(0), ...subtrees(permitted))]),
    ...(excluded.length === 0 ? [] : [der(contextConstructed(1), ...subtrees(excluded))]),
  );
}

function readNameConstraints(reader: DerReader): NameConstraints {
  const fields = reader.nested();
  const subtrees = (number: number) => {
    const tag = contextConstructed(number);
    return fields.nextIs(tag) ? nonEmpty(fields.list(readSubtree, tag)) : [];
  };
  const permitted = subtrees(0);
  const excluded = subtrees(1);
  fields.end();
  if (permitted.length + excluded.length === 0) throw derError("name constraints constrain nothing");
  return { permitted, excluded };
}

/** RFC 5280 §4.2.1.10: minimum must be 0 (so it is not encoded) and maximum absent. */
function readSubtree(reader: DerReader): NameConstraint {
  const fields = reader.nested();
  const name = readNameConstraint(fields);
  fields.end();
  return name;
}

function nonEmpty<T>(items: T[]): T[] {
  if (items.length === 0) throw derError("a list is empty");
  return items;
}
