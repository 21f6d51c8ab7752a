import { comparePrereleases, compareVersions, parseVersion, type Version } from "./version.ts";

/** One comparison, such as `~1.2`. */
interface Constraint {
  readonly operator: string;
  readonly version: Version;
  /** Which parts were left out or given as `x`. */
  readonly anyMajor: boolean;
  readonly anyMinor: boolean;
  readonly anyPatch: boolean;
}

/** Groups of which one must hold; in a group all must. */
export type Constraints = readonly (readonly Constraint[])[];

const VERSION =
  "v?([0-9|xX*]+)(\\.[0-9|xX*]+)?(\\.[0-9|xX*]+)?(-(?:[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(\\+(?:[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?";
const OPERATOR = "=|!=|>=|=>|<=|=<|>|<|~>|~|\\^|";
// White space is one space here, so that no two parts of an expression can claim the same run of it.
const ONE = new RegExp(`(${OPERATOR}) ?${VERSION}`, "g");
const GROUP = new RegExp(`^ ?(?:${OPERATOR}) ?${VERSION} ?(?:(?: |, ?)(?:${OPERATOR}) ?${VERSION} ?)*$`);
const RANGE = new RegExp(` ?(${VERSION}) - (${VERSION}) ?`, "g");
/** Longest constraint, in bytes, so that no expression here can take long. */
const MAX_BYTES = 512;

/** Parses constraints such as `>=1.2, <2 || ~3.1`. @returns `undefined` if they are malformed. */
export function parseConstraints(text: string): Constraints | undefined {
  if (text.length > MAX_BYTES) return undefined;
  const spaced = text.replace(/[ \t\n\f\r]+/g, " ");
  const withoutRanges = spaced.replace(RANGE, (_, low: string, ...rest: string[]) => `>= ${low}, <= ${rest[5]} `);
  const groups: Constraint[][] = [];
  for (const group of withoutRanges.split("||")) {
    if (!GROUP.test(group)) return undefined;
    const constraints = [...group.matchAll(ONE)].map(parseConstraint);
    const parsed = constraints.filter((constraint) => constraint !== undefined);
    if (parsed.length !== constraints.length) return undefined;
    groups.push(parsed);
  }
  return groups;
}

function parseConstraint([, operator = "", major = "", minor = "", patch = "", prerelease = ""]: RegExpExecArray):
  | Constraint
  | undefined {
  const isAny = (part: string): boolean => /^\.?[xX*]?$/.test(part);
  const anyMajor = isAny(major);
  const anyMinor = !anyMajor && isAny(minor);
  const anyPatch = !anyMajor && !anyMinor && isAny(patch);
  let text = `${major}${minor}${patch}${prerelease}`;
  if (anyMajor) text = `0.0.0${prerelease}`;
  else if (anyMinor) text = `${major}.0.0${prerelease}`;
  else if (anyPatch) text = `${major}${minor}.0${prerelease}`;
  const version = parseVersion(text);
  return version && { operator, version, anyMajor, anyMinor, anyPatch };
}

/** Whether a version meets the constraints. A prerelease meets only groups that name one. */
export function checkConstraints(constraints: Constraints, version: Version): boolean {
  return constraints.some((group) => {
    const takesPrereleases = group.some((constraint) => constraint.version.prerelease !== "");
    if (version.prerelease !== "" && !takesPrereleases) return false;
    return group.every((constraint) => isMet(constraint, version));
  });
}

function isMet(constraint: Constraint, version: Version): boolean {
  const order = compareVersions(version, constraint.version);
  const isLoose = constraint.anyMajor || constraint.anyMinor || constraint.anyPatch;
  switch (constraint.operator) {
    case "":
    case "=":
      return isLoose ? isTilde(constraint, version) : order === 0;
    case "!=":
      return isLoose ? isUnlike(constraint, version) : order !== 0;
    case ">":
      return isLoose ? isBeyond(constraint, version) : order > 0;
    case ">=":
    case "=>":
      return order >= 0;
    case "<":
      return order < 0;
    case "<=":
    case "=<":
      return isLoose ? isWithin(constraint, version) : order <= 0;
    case "^":
      return isCaret(constraint, version);
    default:
      return isTilde(constraint, version);
  }
}

function isUnlike({ version: wanted, anyMajor, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (wanted.major !== version.major) return true;
  if (wanted.minor !== version.minor && !anyMinor) return true;
  if (anyMinor) return false;
  if (wanted.patch !== version.patch && !anyPatch) return true;
  if (anyPatch) return comparePrereleases(version.prerelease, wanted.prerelease) !== 0;
  return !anyMajor || compareVersions(version, wanted) !== 0;
}

function isBeyond({ version: wanted, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (version.major !== wanted.major) return version.major > wanted.major;
  if (anyMinor) return false;
  return anyPatch ? version.minor > wanted.minor : compareVersions(version, wanted) > 0;
}

function isWithin({ version: wanted, anyMinor }: Constraint, version: Version): boolean {
  if (version.major > wanted.major) return false;
  return !(version.major === wanted.major && version.minor > wanted.minor && !anyMinor);
}

function isTilde({ version: wanted, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (compareVersions(version, wanted) < 0) return false;
  const isZero = wanted.major === 0n && wanted.minor === 0n && wanted.patch === 0n;
  if (isZero && !anyMinor && !anyPatch) return true;
  return version.major === wanted.major && (version.minor === wanted.minor || anyMinor);
}

function isCaret({ version: wanted, anyMinor, anyPatch }: Constraint, version: Version): boolean {
  if (compareVersions(version, wanted) < 0) return false;
  if (wanted.major > 0n || anyMinor) return version.major === wanted.major;
  if (version.major > 0n) return false;
  if (wanted.minor > 0n || anyPatch) return version.minor === wanted.minor;
  return version.minor === 0n && version.patch === wanted.patch;
}
