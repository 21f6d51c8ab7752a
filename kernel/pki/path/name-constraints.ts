import type { Certificate } from "../x509/certificate.ts";
import {
  attributeValues,
  type DistinguishedName,
  isEmptyName,
  type NameAttribute,
} from "../x509/distinguished-name.ts";
import type { NameConstraints } from "../x509/extensions.ts";
import type { GeneralName, NameConstraint } from "../x509/general-name.ts";
import { encodeIp } from "../x509/ip-address.ts";
import { isDnsName, isWildcardName, isWithinDomain } from "./dns-name.ts";
import { PathProblem, type PathProfile } from "./path-types.ts";

/** How many comparisons one path may cost, as in Go: names times constraints are under an attacker's control. */
const MAX_COMPARISONS = 250_000;

/** Counts down while a path is validated. */
export class ComparisonBudget {
  #left = MAX_COMPARISONS;

  /** @throws PathProblem when it is used up. */
  spend(): void {
    this.#left -= 1;
    if (this.#left < 0) throw new PathProblem("its name constraints take too many comparisons");
  }
}

/**
 * Checks the names of a certificate against the constraints of a CA above it. RFC 5280 §4.2.1.10
 *
 * @throws PathProblem if a name is excluded or not permitted, or if a constraint or constrained name is malformed.
 */
export function checkNameConstraints(
  certificate: Certificate,
  { permitted, excluded }: NameConstraints,
  profile: PathProfile,
  budget: ComparisonBudget,
): void {
  for (const constraint of [...permitted, ...excluded]) checkConstraint(constraint, profile);
  for (const name of constrainedNames(certificate)) {
    const relevant = (constraint: NameConstraint): boolean => sameForm(constraint, name);
    const matching = (constraint: NameConstraint, isExclusion: boolean): boolean => {
      budget.spend();
      return matches(name, constraint, isExclusion);
    };
    if (excluded.filter(relevant).some((constraint) => matching(constraint, true)))
      throw new PathProblem("one of its names is excluded by a CA above it");
    const allowed = permitted.filter(relevant);
    if (allowed.length > 0 && !allowed.some((constraint) => matching(constraint, false)))
      throw new PathProblem("one of its names is not permitted by a CA above it");
  }
}

/** Subject and subject alternative names; e-mail addresses of the subject count where there is no other. */
function constrainedNames({ subject, extensions }: Certificate): GeneralName[] {
  const names = extensions.subjectAltNames ?? [];
  const directory: GeneralName[] = isEmptyName(subject) ? [] : [{ type: "directory", value: subject }];
  const emails = names.some(({ type }) => type === "email") ? [] : attributeValues(subject, "emailAddress");
  return [...names, ...directory, ...emails.map((value) => ({ type: "email", value }) as const)];
}

function sameForm(constraint: NameConstraint, name: GeneralName): boolean {
  if (constraint.type === "other" && name.type === "other") return constraint.tag === name.tag;
  return constraint.type === name.type;
}

function checkConstraint(constraint: NameConstraint, profile: PathProfile): void {
  if (constraint.type === "dns") {
    // RFC 5280 has no leading period here, but CAs write it and verifiers read it.
    const base = profile === "compatible" ? constraint.value.replace(/^\./, "") : constraint.value;
    if (base !== "" && !isDnsName(base)) throw new PathProblem("a CA above it has a malformed dNSName constraint");
  }
  if (constraint.type === "email" && constraint.value.split("@").length > 2)
    throw new PathProblem("a CA above it has a malformed rfc822Name constraint");
}

/** @param isExclusion - then a wildcard matches if any name that it stands for would. */
function matches(name: GeneralName, constraint: NameConstraint, isExclusion: boolean): boolean {
  if (name.type === "dns" && constraint.type === "dns") return dnsMatches(name.value, constraint.value, isExclusion);
  if (name.type === "ip" && constraint.type === "ip") return ipMatches(name.value, constraint);
  if (name.type === "email" && constraint.type === "email") return emailMatches(name.value, constraint.value);
  if (name.type === "uri" && constraint.type === "uri") return uriMatches(name.value, constraint.value);
  if (name.type === "directory" && constraint.type === "directory")
    return directoryMatches(name.value, constraint.value);
  // A form that is not understood cannot be evaluated: what it excludes or permits is refused.
  return isExclusion;
}

function dnsMatches(presented: string, constraint: string, isExclusion: boolean): boolean {
  const name = presented.toLowerCase();
  const base = constraint.toLowerCase();
  if (!isDnsName(name) && !isWildcardName(name)) throw new PathProblem("one of its dNSNames is not a host name");
  const domain = isWildcardName(name) ? name.slice(2) : name;
  if (base.startsWith(".")) return domain.endsWith(base) || (isWildcardName(name) && `.${domain}` === base);
  if (isWithinDomain(domain, base)) return true;
  // "*.example.com" stands for "bar.example.com", too: CVE-2025-61727.
  return isExclusion && isWildcardName(name) && base.slice(base.indexOf(".") + 1) === domain && base.includes(".");
}

function ipMatches(
  text: string,
  { address, mask }: { readonly address: Uint8Array; readonly mask: Uint8Array },
): boolean {
  const octets = encodeIp(text);
  if (octets === undefined || octets.length !== address.length) return false;
  return octets.every((octet, i) => ((octet ^ (address[i] ?? 0)) & (mask[i] ?? 0)) === 0);
}

function emailMatches(mailbox: string, constraint: string): boolean {
  const [local = "", host = "", ...rest] = mailbox.split("@");
  if (local === "" || host === "" || rest.length > 0) throw new PathProblem("one of its rfc822Names is not a mailbox");
  const [wantedLocal = "", wantedHost] = constraint.split("@");
  // Host names know no case; the local part does.
  if (wantedHost !== undefined) return local === wantedLocal && host.toLowerCase() === wantedHost.toLowerCase();
  return hostMatches(host, constraint);
}

function uriMatches(uri: string, constraint: string): boolean {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(uri)?.[1] ?? "";
  if (host === "" || host.startsWith("[") || encodeIp(host) !== undefined)
    throw new PathProblem("one of its URIs has no host name, though a CA above it constrains host names");
  return hostMatches(host, constraint);
}

/** A leading period: hosts below; else that host itself. */
function hostMatches(host: string, constraint: string): boolean {
  const [name, base] = [host.toLowerCase(), constraint.toLowerCase()];
  return base.startsWith(".") ? name.endsWith(base) && name.length > base.length : base === "" || name === base;
}

/** The relative names of the constraint must be the first ones of the name. */
function directoryMatches(name: DistinguishedName, base: DistinguishedName): boolean {
  return base.relativeNames.every((relative, i) => {
    const own = name.relativeNames[i] ?? [];
    return (
      own.length === relative.length && relative.every((attribute) => own.some((one) => sameAttribute(one, attribute)))
    );
  });
}

/** As RFC 5280 §7.1 compares strings, for what CAs write: case and runs of spaces do not matter. */
function sameAttribute(a: NameAttribute, b: NameAttribute): boolean {
  const fold = (text: string): string => text.trim().replaceAll(/ +/g, " ").toLowerCase();
  return a.oid === b.oid && fold(a.value) === fold(b.value);
}
