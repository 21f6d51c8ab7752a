/** A semantic version. */
export interface Version {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly prerelease: string;
  readonly metadata: string;
}

const VERSION =
  /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;
const MAX = 2n ** 64n - 1n;

/** Parses a version; minor and patch may be left out, and a `v` may stand in front. @returns `undefined` if it is none. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const [major = 0n, minor = 0n, patch = 0n] = match.slice(1, 4).map((digits) => BigInt(digits ?? "0"));
  const [prerelease = "", metadata = ""] = [match[4], match[5]];
  if ([major, minor, patch].some((part) => part > MAX)) return undefined;
  if (prerelease.split(".").some((part) => /^0\d+$/.test(part))) return undefined;
  return { major, minor, patch, prerelease, metadata };
}

/** Formats a version in full. */
export function formatVersion({ major, minor, patch, prerelease, metadata }: Version): string {
  return `${major}.${minor}.${patch}${prerelease === "" ? "" : `-${prerelease}`}${metadata === "" ? "" : `+${metadata}`}`;
}

/** @returns -1, 0 or 1; metadata does not count. Semantic Versioning 2.0 §11. */
export function compareVersions(a: Version, b: Version): -1 | 0 | 1 {
  for (const part of ["major", "minor", "patch"] as const) {
    if (a[part] !== b[part]) return a[part] < b[part] ? -1 : 1;
  }
  if (a.prerelease === "" || b.prerelease === "") {
    if (a.prerelease === b.prerelease) return 0;
    return a.prerelease === "" ? 1 : -1;
  }
  return comparePrereleases(a.prerelease, b.prerelease);
}

/** @returns -1, 0 or 1, identifier by identifier. */
export function comparePrereleases(a: string, b: string): -1 | 0 | 1 {
  const [partsA, partsB] = [a.split("."), b.split(".")];
  for (let i = 0; i < Math.max(partsA.length, partsB.length); i++) {
    const [partA = "", partB = ""] = [partsA[i], partsB[i]];
    if (partA !== partB) return isBefore(partA, partB) ? -1 : 1;
  }
  return 0;
}

function isBefore(a: string, b: string): boolean {
  if (a === "" || b === "") return a === "";
  const [isNumberA, isNumberB] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumberA && isNumberB) return BigInt(a) < BigInt(b);
  // Numbers come before words.
  return isNumberA !== isNumberB ? isNumberA : a < b;
}
