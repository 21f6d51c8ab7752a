import type { KeyUsage } from "@tegata/pki";

/** Key usages as `spec.usages` names them. */
const KEY_USAGES: Readonly<Record<string, KeyUsage>> = {
  signing: "digitalSignature",
  "digital signature": "digitalSignature",
  "content commitment": "nonRepudiation",
  "key encipherment": "keyEncipherment",
  "key agreement": "keyAgreement",
  "data encipherment": "dataEncipherment",
  "cert sign": "keyCertSign",
  "crl sign": "cRLSign",
  "encipher only": "encipherOnly",
  "decipher only": "decipherOnly",
};

/** Extended key usages as `spec.usages` names them; `@tegata/pki` takes names or object identifiers. */
const EXTENDED_KEY_USAGES: Readonly<Record<string, string>> = {
  any: "any",
  "server auth": "serverAuth",
  "client auth": "clientAuth",
  "code signing": "codeSigning",
  "email protection": "emailProtection",
  "s/mime": "emailProtection",
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: "timeStamping",
  "ocsp signing": "ocspSigning",
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};

/** Everything that `spec.usages` may hold. `certificates/v1` `KeyUsage` */
export const KEY_USAGE_NAMES: readonly string[] = [...Object.keys(KEY_USAGES), ...Object.keys(EXTENDED_KEY_USAGES)];

/** What a certificate with these usages says. */
export function usagesOf(names: readonly string[]): { keyUsage: KeyUsage[]; extendedKeyUsage: string[] } {
  const pick = <T>(table: Readonly<Record<string, T>>): T[] =>
    [...new Set(names.flatMap((name) => (Object.hasOwn(table, name) ? [table[name]] : [])))].filter(
      (value) => value !== undefined,
    );
  return { keyUsage: pick(KEY_USAGES), extendedKeyUsage: pick(EXTENDED_KEY_USAGES) };
}
