import type { JsonArray, JsonObject, JsonValue } from "../objects.ts";
import { cloneJson, equalJson, isJsonObject, memberOf, setMember } from "../schema/json-value.ts";
import { checkDepth } from "./depth.ts";
import { PatchError } from "./patch-error.ts";

/** Most operations that one JSON patch may have, as in Kubernetes' API server. */
export const MAX_JSON_PATCH_OPERATIONS = 10_000;

/** Most bytes that the `copy` operations of one patch may add up to, lest a few of them double an object to any size. */
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

/**
 * Applies a JSON patch (`application/json-patch+json`). All of it or nothing: the inputs are not changed, and the result
 * shares nothing with them. As in Kubernetes, `test` for `null` also holds where the member does not exist.
 *
 * @param operations - the patch's JSON as it came; it is checked here.
 * @throws PatchError `PATCH_MALFORMED` if it is no array of objects, `PATCH_TOO_LARGE` for more than
 *   {@link MAX_JSON_PATCH_OPERATIONS}, `PATCH_NOT_APPLICABLE` if an operation is not well formed, a path does not exist
 *   or a `test` fails.
 * @see RFC 6902 §4, RFC 6901 §4
 */
export function applyJsonPatch(document: JsonValue, operations: JsonValue): JsonValue {
  if (!Array.isArray(operations)) {
    throw new PatchError("PATCH_MALFORMED", "error decoding patch: a JSON patch must be an array of operations");
  }
  if (operations.length > MAX_JSON_PATCH_OPERATIONS) {
    throw new PatchError(
      "PATCH_TOO_LARGE",
      `The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${operations.length}`,
    );
  }
  checkDepth(operations);
  const parsed = operations.map((operation, index) => parseOperation(operation, index));
  const target = new PatchTarget(document);
  for (const operation of parsed) applyOperation(target, operation);
  checkDepth(target.document);
  return target.document;
}

type Pointer = readonly string[];

type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: Pointer; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: Pointer }
  | { readonly op: "move" | "copy"; readonly path: Pointer; readonly from: Pointer };

function parseOperation(operation: JsonValue, index: number): Operation {
  if (!isJsonObject(operation)) {
    throw new PatchError("PATCH_MALFORMED", `error decoding patch: operation ${index} is not an object`);
  }
  const op = memberOf(operation, "op");
  const path = parsePointer(operation, "path", index);
  switch (op) {
    case "add":
    case "replace":
    case "test": {
      const value = memberOf(operation, "value");
      if (value === undefined) throw badOperation(index, '"value" is missing');
      return { op, path, value };
    }
    case "remove":
      return { op, path };
    case "move":
    case "copy":
      return { op, path, from: parsePointer(operation, "from", index) };
    default:
      throw badOperation(index, '"op" must be add, remove, replace, move, copy or test');
  }
}

function parsePointer(operation: JsonObject, name: "path" | "from", index: number): Pointer {
  const text = memberOf(operation, name);
  if (text === "") return [];
  if (typeof text !== "string" || !text.startsWith("/") || /~(?![01])/.test(text)) {
    throw badOperation(index, `"${name}" must be a JSON pointer`);
  }
  const tokens = text.slice(1).split("/");
  // "~1" first: "~01" is the text "~1".
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Kubernetes reads an operation only when it comes to it, and answers as for one that fails. */
function badOperation(index: number, why: string): PatchError {
  return new PatchError("PATCH_NOT_APPLICABLE", `operation ${index} of the JSON patch: ${why}`);
}

function applyOperation(target: PatchTarget, operation: Operation): void {
  switch (operation.op) {
    case "add":
      return target.add(operation.path, cloneJson(operation.value));
    case "remove":
      target.remove(operation.path);
      return;
    case "replace":
      return target.replace(operation.path, cloneJson(operation.value));
    case "test":
      return target.test(operation.path, operation.value);
    case "copy":
      return target.copy(operation.from, operation.path);
    case "move":
      return target.move(operation.from, operation.path);
  }
}

/** The document while operations are applied to it, one after the other. */
class PatchTarget {
  document: JsonValue;
  #copiedBytes = 0;

  constructor(document: JsonValue) {
    this.document = cloneJson(document);
  }

  add(path: Pointer, value: JsonValue): void {
    const { parent, token } = this.#place(path);
    if (parent === undefined) this.document = value;
    else if (Array.isArray(parent)) parent.splice(insertionIndex(parent, token, path), 0, value);
    else setMember(parent, token, value);
  }

  remove(path: Pointer): JsonValue {
    const removed = this.#get(path);
    const { parent, token } = this.#place(path);
    if (parent === undefined) this.document = null;
    else if (Array.isArray(parent)) parent.splice(Number(token), 1);
    else delete parent[token];
    return removed;
  }

  replace(path: Pointer, value: JsonValue): void {
    this.#get(path);
    const { parent, token } = this.#place(path);
    if (parent === undefined) this.document = value;
    else if (Array.isArray(parent)) parent[Number(token)] = value;
    else setMember(parent, token, value);
  }

  test(path: Pointer, expected: JsonValue): void {
    const { parent, token } = this.#place(path);
    const actual = parent === undefined ? this.document : child(parent, token);
    if (!equalJson(actual ?? null, expected)) throw notApplicable("test", path, "the value differs");
  }

  copy(from: Pointer, path: Pointer): void {
    const value = this.#get(from);
    // Copies can double the depth as well as the size.
    checkDepth(value);
    this.#copiedBytes += JSON.stringify(value).length;
    if (this.#copiedBytes > MAX_COPIED_BYTES) {
      throw notApplicable("copy", path, `the copies add up to more than ${MAX_COPIED_BYTES} bytes`);
    }
    this.add(path, cloneJson(value));
  }

  move(from: Pointer, path: Pointer): void {
    if (from.length < path.length && from.every((token, index) => token === path[index])) {
      throw notApplicable("move", path, "a value cannot be moved into itself");
    }
    this.add(path, this.remove(from));
  }

  #get(path: Pointer): JsonValue {
    const { parent, token } = this.#place(path);
    const value = parent === undefined ? this.document : child(parent, token);
    if (value === undefined) throw notApplicable("path", path, "it does not exist");
    return value;
  }

  /** Where the path's last token is looked up: no parent for the whole document. */
  #place(path: Pointer): { parent: JsonObject | JsonArray | undefined; token: string } {
    const token = path.at(-1);
    if (token === undefined) return { parent: undefined, token: "" };
    let parent: JsonValue | undefined = this.document;
    for (const step of path.slice(0, -1)) parent = isContainer(parent) ? child(parent, step) : undefined;
    if (!isContainer(parent)) throw notApplicable("path", path, "its parent does not exist");
    return { parent, token };
  }
}

function isContainer(value: JsonValue | undefined): value is JsonObject | JsonArray {
  return typeof value === "object" && value !== null;
}

const ARRAY_INDEX = /^(0|[1-9][0-9]*)$/;

function child(parent: JsonObject | JsonArray, token: string): JsonValue | undefined {
  if (!Array.isArray(parent)) return memberOf(parent, token);
  return ARRAY_INDEX.test(token) ? parent[Number(token)] : undefined;
}

function insertionIndex(array: JsonArray, token: string, path: Pointer): number {
  if (token === "-") return array.length;
  const index = ARRAY_INDEX.test(token) ? Number(token) : Number.NaN;
  if (!(index <= array.length)) throw notApplicable("add", path, "the index is outside of the array");
  return index;
}

function notApplicable(operation: string, path: Pointer, why: string): PatchError {
  const pointer = path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return new PatchError("PATCH_NOT_APPLICABLE", `${operation} ${JSON.stringify(pointer)}: ${why}`);
}
