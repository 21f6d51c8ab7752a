import { CallError } from "../template-error.ts";
import { GoMethod, GoObject, type GoValue, SizedInteger } from "../values/value.ts";
import { bytewise, define, type TemplateFunction } from "./define.ts";
import { compareVersions, formatVersion, parseVersion, type Version } from "./version.ts";
import { checkConstraints, parseConstraints } from "./version-constraint.ts";

/** Semantic versions. Masterminds/semver 3. */
export const SEMVER_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  semver: define(["string"], (text) => new GoVersion(versionOf(text), text)),
  semverCompare: define(["string", "string"], (constraint, version) => {
    const constraints = parseConstraints(constraint);
    if (constraints === undefined) throw new CallError("improper constraint", constraint);
    return checkConstraints(constraints, versionOf(version));
  }),
});

function versionOf(text: string): Version {
  const version = parseVersion(text);
  if (version === undefined) throw new CallError("invalid semantic version", text);
  return version;
}

/** What `semver` returns: a `*semver.Version` with Go's methods. */
class GoVersion extends GoObject {
  override readonly type = "*semver.Version";
  override readonly kind = "ptr";
  readonly #version: Version;
  readonly #original: string;

  constructor(version: Version, original: string) {
    super();
    this.#version = version;
    this.#original = original;
  }

  override member(name: string): GoMethod | undefined {
    const version = this.#version;
    switch (name) {
      case "Major":
      case "Minor":
      case "Patch": {
        const part = { Major: version.major, Minor: version.minor, Patch: version.patch }[name];
        return getter(() => new SizedInteger("uint64", part));
      }
      case "Prerelease":
        return getter(() => version.prerelease);
      case "Metadata":
        return getter(() => version.metadata);
      case "Original":
        return getter(() => this.#original);
      case "String":
        return getter(() => this.toGoString());
      case "IncMajor":
        return getter(() => derived(version.major + 1n, 0n, 0n));
      case "IncMinor":
        return getter(() => derived(version.major, version.minor + 1n, 0n));
      case "IncPatch":
        return getter(() =>
          derived(version.major, version.minor, version.patch + (version.prerelease === "" ? 1n : 0n)),
        );
      case "Compare":
        return compareMethod(version, (order) => BigInt(order));
      case "Equal":
        return compareMethod(version, (order) => order === 0);
      case "LessThan":
        return compareMethod(version, (order) => order < 0);
      case "GreaterThan":
        return compareMethod(version, (order) => order > 0);
      case "LessThanEqual":
        return compareMethod(version, (order) => order <= 0);
      case "GreaterThanEqual":
        return compareMethod(version, (order) => order >= 0);
      default:
        return undefined;
    }
  }

  override toGoString(): string {
    return formatVersion(this.#version);
  }

  /** @returns how this compares to another version: -1, 0 or 1. */
  static order(version: Version, other: GoValue | undefined): number {
    if (!(other instanceof GoVersion)) throw new CallError("wrong type for value; expected *semver.Version");
    return compareVersions(version, other.#version);
  }
}

function getter(read: () => GoValue): GoMethod {
  return new GoMethod([], read);
}

function derived(major: bigint, minor: bigint, patch: bigint): GoVersion {
  const version: Version = { major, minor, patch, prerelease: "", metadata: "" };
  return new GoVersion(version, formatVersion(version));
}

function compareMethod(version: Version, result: (order: number) => GoValue): GoMethod {
  return new GoMethod(["any"], ([other]) => result(GoVersion.order(version, other)));
}
