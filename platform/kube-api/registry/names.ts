/** Longest name of an object. RFC 1123 §2.1 */
const MAX_SUBDOMAIN_LENGTH = 253;
/** Room that a generated suffix needs. reference: k8s.io/apiserver `storage/names` */
const MAX_GENERATED_PREFIX_LENGTH = 63 - 5;
const SUFFIX_LENGTH = 5;
/** Neither vowels nor digits that look like them, so that no words come out. */
const SUFFIX_ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Checks a name that must be a DNS subdomain. @returns what is wrong, in the words of k8s.io/apimachinery */
export function checkSubdomain(name: string): string[] {
  const problems: string[] = [];
  if (name.length > MAX_SUBDOMAIN_LENGTH) problems.push(`must be no more than ${MAX_SUBDOMAIN_LENGTH} characters`);
  if (!SUBDOMAIN.test(name)) {
    problems.push(
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and " +
        "end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    );
  }
  return problems;
}

/** Checks a name that must fit into a URL's path. @returns what is wrong, in the words of k8s.io/apimachinery */
export function checkPathSegment(name: string): string[] {
  if (name === "." || name === "..") return [`may not be '${name}'`];
  return ["/", "%"].filter((char) => name.includes(char)).map((char) => `may not contain '${char}'`);
}

/**
 * Makes a name from `metadata.generateName`.
 *
 * @param randomBytes - at least five random bytes.
 */
export function generatedName(prefix: string, randomBytes: Uint8Array): string {
  const suffix = [...randomBytes.subarray(0, SUFFIX_LENGTH)].map((byte) =>
    SUFFIX_ALPHABET.charAt(byte % SUFFIX_ALPHABET.length),
  );
  return prefix.slice(0, MAX_GENERATED_PREFIX_LENGTH) + suffix.join("");
}
