import { TegataError } from "@tegata/errors";
import { quoted } from "./quoted.ts";

declare const trustDomainBrand: unique symbol;

/** The name of a trust domain, e.g. `example.org`. Compare with `===`; usable as a Map key. */
export type TrustDomain = string & { readonly [trustDomainBrand]: true };

/** What the name of a trust domain may be. SPIFFE-ID §2.1, §2.3 */
const TRUST_DOMAIN = /^[a-z0-9._-]{1,255}$/;

/**
 * Parses the name of a trust domain. As in go-spiffe and SPIRE, upper case is refused rather than folded, so that one trust
 * domain has one spelling.
 *
 * @throws TegataError `TRUST_DOMAIN_INVALID`
 * @see SPIFFE-ID §2.1
 */
export function parseTrustDomain(name: string): TrustDomain {
  if (isTrustDomain(name)) return name;
  throw new TegataError({
    kind: "invalid-input",
    code: "TRUST_DOMAIN_INVALID",
    message: `${quoted(name)} is not the name of a trust domain: ${whyNot(name)}`,
    remedy: 'Write the bare name in lower case, e.g. "example.org": no scheme, port or path.',
  });
}

/** Whether a text is the name of a trust domain. */
export function isTrustDomain(name: string): name is TrustDomain {
  return TRUST_DOMAIN.test(name);
}

function whyNot(name: string): string {
  if (name === "") return "it is empty";
  if (name.length > 255) return "it is longer than 255 characters";
  return "it may hold only a-z, 0-9, dot, dash and underscore";
}
