import { equalBytes } from "@tegata/bytes";
import { type Certificate, formatPem, type GeneralName, parseCertificate, parseJwk, parsePem } from "@tegata/pki";
import { CallError } from "../template-error.ts";
import { byteStringOfText, textOf } from "../values/byte-string.ts";
import { sliceOfStrings } from "../values/value.ts";
import { bytewise, define, defineWithContext, type TemplateFunction } from "./define.ts";

/** Certificates and keys in text form, taken apart. These are External Secrets' own. */
export const PEM_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  filterPEM: defineWithContext(["string", "string"], ({ budget }, type, text) => {
    budget.spend(text.length / 2);
    return filterPem(textOf(type), textOf(text));
  }),
  filterCertChain: defineWithContext(["string", "string"], ({ budget }, type, text) => {
    budget.spend(2 * text.length);
    return filterChain(type, orderChain(certificatesOf(textOf(text))));
  }),
  certSANs: defineWithContext(["string"], ({ budget }, text) => {
    budget.spend(2 * text.length);
    const [first] = parsePem(textOf(text));
    if (first === undefined) throw new CallError("failed to decode PEM block");
    return sliceOfStrings(namesOf(parseCertificate(first.bytes)).map(byteStringOfText));
  }),
  jwkPublicKeyPem: define(["string"], (jwk) => formatPem("PUBLIC KEY", parseJwk(parseObject(textOf(jwk))).spki)),
  jwkPrivateKeyPem: defineWithContext(["string"], ({ host }, jwk) => host.crypto.privateKeyOfJwk(textOf(jwk))),
});

function filterPem(type: string, text: string): string {
  const blocks = parsePem(text);
  const wanted = blocks.filter(({ label }) => label.toLowerCase() === type.toLowerCase());
  const rest = text.slice(endOfBlocks(text));
  if (wanted.length === 0 && rest !== "") throw new CallError("error filtering pem: found junk");
  return wanted.map(({ label, bytes }) => formatPem(label, bytes)).join("");
}

/** @returns the offset behind the last block. */
function endOfBlocks(text: string): number {
  const end = text.lastIndexOf("-----END ");
  if (end === -1) return 0;
  const lineEnd = text.indexOf("\n", end);
  return lineEnd === -1 ? text.length : lineEnd + 1;
}

/** @returns the certificates of a text; every block must be one. */
function certificatesOf(text: string): Certificate[] {
  return parsePem(text).map(({ bytes }) => parseCertificate(bytes));
}

/**
 * Puts certificates in order, the leaf first, by their key identifiers. This says nothing about trust.
 *
 * @throws CallError if they are not one chain
 */
export function orderChain(certificates: readonly Certificate[]): Certificate[] {
  const parents = new Map<Certificate, Certificate>();
  for (const certificate of certificates) {
    const parent = certificates.find((other) => other !== certificate && isIssuedBy(certificate, other));
    if (parent !== undefined) parents.set(certificate, parent);
  }
  const issuers = new Set(parents.values());
  const leaves = certificates.filter((certificate) => !issuers.has(certificate));
  if (leaves.length > 1) throw new CallError("found multiple leaf or disjunct certificates");
  if (leaves.length === 0) throw new CallError("no leaf certificate found");
  const chain: Certificate[] = [];
  for (let next = leaves[0]; next !== undefined; next = parents.get(next)) {
    if (chain.length === certificates.length) throw new CallError("constructing chain resulted in cycle");
    chain.push(next);
  }
  return chain;
}

/** Unlike External Secrets, an identifier that is missing on both sides is no match: it would make a root its leaf's child. */
function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  const [authority, subject] = [authorityKeyId(certificate), issuer.extensions.subjectKeyId];
  return authority !== undefined && subject !== undefined && equalBytes(authority, subject);
}

function authorityKeyId({ extensions }: Certificate): Uint8Array | undefined {
  return extensions.authorityKeyId?.keyId;
}

function isRoot(certificate: Certificate): boolean {
  const authority = authorityKeyId(certificate);
  return authority === undefined || equalBytes(authority, certificate.extensions.subjectKeyId ?? new Uint8Array());
}

function filterChain(type: string, chain: readonly Certificate[]): string {
  const [leaf] = chain;
  const last = chain.at(-1);
  switch (type) {
    case "leaf":
      return leaf === undefined || isRoot(leaf) ? "" : formatCertificates([leaf]);
    case "intermediate": {
      const rest = chain.slice(1);
      const root = rest.findIndex(isRoot);
      return formatCertificates(root === -1 ? rest : rest.slice(0, root));
    }
    case "root":
      return last === undefined || !isRoot(last) ? "" : formatCertificates([last]);
    default:
      return "";
  }
}

/** Formats certificates one after the other, PEM. */
export function formatCertificates(certificates: readonly Pick<Certificate, "der">[]): string {
  return certificates.map(({ der }) => formatPem("CERTIFICATE", der)).join("");
}

/** @returns the subject alternative names, by kind: DNS names, IP addresses, e-mail addresses, URIs. */
function namesOf({ extensions }: Certificate): string[] {
  const names = extensions.subjectAltNames ?? [];
  const ofType = (type: GeneralName["type"]): string[] =>
    names.flatMap((name) =>
      name.type === type && "value" in name && typeof name.value === "string" ? [name.value] : [],
    );
  return [...ofType("dns"), ...ofType("ip"), ...ofType("email"), ...ofType("uri")];
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    // V8's own message would quote the key.
    throw new CallError("the JSON Web Key is not JSON");
  }
  if (typeof parsed !== "object" || parsed === null) throw new CallError("the JSON Web Key is not an object");
  return parsed as Readonly<Record<string, unknown>>;
}
