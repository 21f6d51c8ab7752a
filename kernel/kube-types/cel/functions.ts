import { type Bindings, type CelType, DYN, formatType, isAssignable, substitute } from "./types.ts";
import {
  CelDuration,
  CelError,
  CelMap,
  CelObject,
  CelOptional,
  CelTimestamp,
  CelTypeValue,
  CelUint,
  type CelValue,
  isList,
  isOpaque,
} from "./values.ts";

/** What a function does with arguments of its parameters' types. */
type Implementation = (...args: never[]) => CelValue;

/**
 * Functions by signature, e.g. `string::contains(string) bool` for a method or `sets.contains(list(A), list(A)) bool` for a
 * function. Capital single letters stand for any type, other capitalised words for Kubernetes' own types.
 */
export type Library = Readonly<Record<string, Implementation>>;

/** One signature of a function and what it does. */
export interface Overload {
  readonly name: string;
  readonly isMethod: boolean;
  /** Of a method: the receiver's first. */
  readonly parameters: readonly CelType[];
  readonly result: CelType;
  readonly run: (...args: CelValue[]) => CelValue;
}

/** All signatures by function name. */
export type FunctionTable = ReadonlyMap<string, readonly Overload[]>;

/** Puts libraries together into one table. */
export function functionTable(...libraries: readonly Library[]): FunctionTable {
  const table = new Map<string, Overload[]>();
  for (const [signature, run] of libraries.flatMap((library) => Object.entries(library))) {
    const overload = parseSignature(signature, run);
    const known = table.get(overload.name);
    if (known === undefined) table.set(overload.name, [overload]);
    else known.push(overload);
  }
  return table;
}

const SIGNATURE = /^(?:(.+?)::)?([^(]+)\((.*)\) ([^ ].*)$/;

function parseSignature(signature: string, run: Implementation): Overload {
  const [, receiver, name = "", parameters = "", result = ""] = SIGNATURE.exec(signature) ?? [];
  const types = splitTypes(receiver === undefined ? parameters : `${receiver},${parameters}`);
  return {
    name,
    isMethod: receiver !== undefined,
    parameters: types.map(parseType),
    result: parseType(result),
    run: run as Overload["run"],
  };
}

/** Splits at the commas that stand outside of parentheses. */
function splitTypes(text: string): string[] {
  return text
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function parseType(text: string): CelType {
  const [, name = text, inner = ""] = /^(\w+)\((.*)\)$/.exec(text) ?? [];
  const [first = "dyn", second = "dyn"] = splitTypes(inner);
  if (name === "list") return { kind: "list", element: parseType(first) };
  if (name === "map") return { kind: "map", key: parseType(first), value: parseType(second) };
  if (name === "optional") return { kind: "optional", value: parseType(first) };
  if (/^[A-Z]$/.test(name)) return { kind: "param", name };
  if (/^[A-Z]/.test(name)) return { kind: "opaque", name: OPAQUE_NAMES[name] ?? name };
  return { kind: name } as CelType;
}

/** Kubernetes' own types, by the short names of signatures. */
export const OPAQUE_NAMES: Readonly<Record<string, string>> = {
  Quantity: "kubernetes.Quantity",
  URL: "kubernetes.URL",
  IP: "net.IP",
  CIDR: "net.CIDR",
  Semver: "kubernetes.Semver",
  Format: "kubernetes.NamedFormat",
};

/** How a call is carried out, as far as that is known before it is made. */
export interface Resolution {
  readonly result: CelType;
  /** More than one if the types of the arguments are only known when the call is made. */
  readonly candidates: readonly Overload[];
}

/** Finds the signatures that fit a call. @returns undefined if there is none. */
export function resolveCall(
  overloads: readonly Overload[],
  isMethod: boolean,
  args: readonly CelType[],
): Resolution | undefined {
  const candidates: Overload[] = [];
  const results: CelType[] = [];
  for (const overload of overloads) {
    if (overload.isMethod !== isMethod || overload.parameters.length !== args.length) continue;
    const bindings: Bindings = new Map();
    if (!overload.parameters.every((parameter, i) => isAssignable(args[i] ?? DYN, parameter, bindings))) continue;
    candidates.push(overload);
    results.push(substitute(overload.result, bindings));
  }
  const [first] = results;
  if (first === undefined) return undefined;
  const same = results.every((result) => formatType(result) === formatType(first));
  return { result: same ? first : DYN, candidates };
}

/** Picks the signature for the values of a call. @throws CelError `no such overload` */
export function selectOverload(candidates: readonly Overload[], args: readonly CelValue[]): Overload {
  const match = candidates.find(({ parameters }) =>
    parameters.every((parameter, i) => hasType(args[i] ?? null, parameter)),
  );
  if (match === undefined) throw new CelError("no such overload");
  return match;
}

/** Whether a value has a type; what it contains is not looked at. */
function hasType(value: CelValue, type: CelType): boolean {
  switch (type.kind) {
    case "dyn":
    case "param":
      return true;
    case "null":
      return value === null;
    case "bool":
      return typeof value === "boolean";
    case "int":
      return typeof value === "bigint";
    case "uint":
      return value instanceof CelUint;
    case "double":
      return typeof value === "number";
    case "string":
      return typeof value === "string";
    case "bytes":
      return value instanceof Uint8Array;
    case "timestamp":
      return value instanceof CelTimestamp;
    case "duration":
      return value instanceof CelDuration;
    case "list":
      return isList(value);
    case "map":
      return value instanceof CelMap || value instanceof CelObject;
    case "object":
      return value instanceof CelObject;
    case "optional":
      return value instanceof CelOptional;
    case "type":
      return value instanceof CelTypeValue;
    case "opaque":
      return value !== null && isOpaque(value) && value.opaqueType === type.name;
  }
}
