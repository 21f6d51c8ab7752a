import type { Library } from "../functions.ts";
import { CelError, type Opaque } from "../values.ts";

const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+[0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*)?$/;

/** A semantic version; build metadata does not count. Semantic Versioning 2.0.0 */
class Semver implements Opaque {
  readonly opaqueType = "kubernetes.Semver";
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly string[];

  constructor(numbers: readonly bigint[], prerelease: readonly string[]) {
    this.numbers = numbers;
    this.prerelease = prerelease;
  }

  equals(other: Opaque): boolean {
    return other instanceof Semver && compare(this, other) === 0;
  }
}

function parseSemver(text: string): Semver | undefined {
  const match = text.length > 256 ? null : SEMVER.exec(text);
  if (match === null) return undefined;
  return new Semver(match.slice(1, 4).map(BigInt), match[4] === undefined ? [] : match[4].split("."));
}

/** Drops a leading `v` and leading zeros, and completes a missing minor and patch version. */
function normalize(text: string): string {
  const [main = "", ...extra] = text.replace(/^v/, "").split(/(?=[-+])/);
  const parts = main.split(".").map((part) => part.replace(/^0+(?=\d)/, ""));
  if (parts.length < 3 && extra.length > 0) return text;
  while (parts.length < 3) parts.push("0");
  return parts.join(".") + extra.join("");
}

function semverOf(text: string): Semver {
  const version = parseSemver(text);
  if (version === undefined) throw new CelError(`invalid semantic version ${JSON.stringify(text)}`);
  return version;
}

/** Precedence. Semantic Versioning 2.0.0 §11 */
function compare(a: Semver, b: Semver): number {
  for (const [i, value] of a.numbers.entries()) {
    const other = b.numbers[i] ?? 0n;
    if (value !== other) return value < other ? -1 : 1;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return b.prerelease.length - a.prerelease.length > 0 ? 1 : a.prerelease.length > 0 ? -1 : 0;
  for (const [i, identifier] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return 1;
    const difference = compareIdentifiers(identifier, other);
    if (difference !== 0) return difference;
  }
  return a.prerelease.length - b.prerelease.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [x, y] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (x && y) return BigInt(a) < BigInt(b) ? -1 : Number(BigInt(a) > BigInt(b));
  if (x !== y) return x ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** Semantic versions. @see k8s.io/apiserver/pkg/cel/library semverlib.go */
export const SEMVERS: Library = {
  "semver(string) Semver": (text: string) => semverOf(text),
  "semver(string, bool) Semver": (text: string, tolerant: boolean) => semverOf(tolerant ? normalize(text) : text),
  "isSemver(string) bool": (text: string) => parseSemver(text) !== undefined,
  "isSemver(string, bool) bool": (text: string, tolerant: boolean) =>
    parseSemver(tolerant ? normalize(text) : text) !== undefined,
  "Semver::major() int": ({ numbers }: Semver) => numbers[0] ?? 0n,
  "Semver::minor() int": ({ numbers }: Semver) => numbers[1] ?? 0n,
  "Semver::patch() int": ({ numbers }: Semver) => numbers[2] ?? 0n,
  "Semver::isGreaterThan(Semver) bool": (a: Semver, b: Semver) => compare(a, b) > 0,
  "Semver::isLessThan(Semver) bool": (a: Semver, b: Semver) => compare(a, b) < 0,
  "Semver::compareTo(Semver) int": (a: Semver, b: Semver) => BigInt(Math.sign(compare(a, b))),
};
