import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";
import { findMember, type JsonNode, stringBytes } from "../json/json-node.ts";
import { type Condition, parseCondition } from "./json-path-condition.ts";
import { JsonPathScanner } from "./json-path-scanner.ts";

/** One step of a path. Those that can lead to several values make the whole result a list. */
type Step =
  | { readonly kind: "key"; readonly key: string | number }
  | { readonly kind: "keys"; readonly keys: readonly (string | number)[] }
  | { readonly kind: "all" }
  | { readonly kind: "descend" }
  | { readonly kind: "range"; readonly from: number; readonly to: number; readonly step: number }
  | { readonly kind: "filter"; readonly condition: Condition };

/** What a path led to: one value, or a list from a path that can lead to several. */
export type JsonPathResult =
  | { readonly kind: "one"; readonly node: JsonNode }
  | { readonly kind: "many"; readonly nodes: readonly JsonNode[] };

/**
 * Follows a JSON path: `$`, `.key`, `['key']`, `[0]`, `[*]`, `.*`, `..key`, `[0,1]`, `[from:to:step]`, `[?(@.a == "b")]`.
 *
 * @returns `undefined` if a path to one value leads nowhere.
 * @throws TegataError `JSON_PATH_INVALID`
 * @see PaesslerAG/jsonpath 0.1.1, to which single quotes and all comparisons but `==` are added
 */
export function followJsonPath(root: JsonNode, path: string): JsonPathResult | undefined {
  const scanner = new JsonPathScanner(path);
  scanner.expect("$");
  const steps = parseSteps(scanner);
  if (!scanner.atEnd) throw scanner.invalid("something follows the path");
  const nodes = follow(root, root, steps);
  if (steps.some(({ kind }) => kind !== "key")) return { kind: "many", nodes };
  const [node] = nodes;
  return node === undefined ? undefined : { kind: "one", node };
}

function parseSteps(scanner: JsonPathScanner): Step[] {
  const steps: Step[] = [];
  for (;;) {
    if (scanner.take("..")) {
      steps.push({ kind: "descend" });
      if (scanner.take("*")) steps.push({ kind: "all" });
      else if (!scanner.next("[")) steps.push({ kind: "key", key: scanner.identifier() });
    } else if (scanner.take(".")) {
      steps.push(scanner.take("*") ? { kind: "all" } : { kind: "key", key: scanner.identifier() });
    } else if (scanner.take("[")) {
      steps.push(parseBracket(scanner));
    } else return steps;
  }
}

function parseBracket(scanner: JsonPathScanner): Step {
  if (scanner.take("*")) {
    scanner.expect("]");
    return { kind: "all" };
  }
  if (scanner.take("?")) {
    const condition = parseCondition(scanner, (inner) => {
      const steps = parseSteps(inner);
      return (start, root) => follow(start, root, steps)[0];
    });
    scanner.expect("]");
    return { kind: "filter", condition };
  }
  const first = scanner.next(":") ? undefined : scanner.key();
  if (scanner.next(":")) return parseRange(scanner, first);
  const keys = [first ?? 0];
  while (scanner.take(",")) keys.push(scanner.key());
  scanner.expect("]");
  const [only] = keys;
  return keys.length === 1 && only !== undefined ? { kind: "key", key: only } : { kind: "keys", keys };
}

function parseRange(scanner: JsonPathScanner, from: string | number | undefined): Step {
  const bounds: (number | undefined)[] = [typeof from === "number" ? from : undefined];
  while (scanner.take(":")) {
    const bound = scanner.next(":") || scanner.next("]") ? undefined : scanner.key();
    if (typeof bound === "string") throw scanner.invalid("a range has numbers");
    bounds.push(bound);
  }
  scanner.expect("]");
  if (bounds.length > 3 || typeof from === "string") throw scanner.invalid("a range is [from:to:step]");
  return { kind: "range", from: bounds[0] ?? 0, to: bounds[1] ?? Number.MAX_SAFE_INTEGER, step: bounds[2] ?? 1 };
}

function follow(start: JsonNode, root: JsonNode, steps: readonly Step[]): JsonNode[] {
  let nodes = [start];
  for (const step of steps) nodes = nodes.flatMap((node) => take(node, root, step));
  return nodes;
}

function take(node: JsonNode, root: JsonNode, step: Step): JsonNode[] {
  switch (step.kind) {
    case "key":
      return childAt(node, step.key);
    case "keys":
      return step.keys.flatMap((key) => childAt(node, key));
    case "all":
      return childrenOf(node);
    case "descend":
      return [node, ...childrenOf(node).flatMap((child) => take(child, root, step))];
    case "filter":
      return childrenOf(node).filter((child) => step.condition(child, root));
    case "range":
      return rangeOf(node.items, step);
  }
}

function childAt(node: JsonNode, key: string | number): JsonNode[] {
  const child = node.kind === "array" ? node.items[Number(key)] : findMember(node, encodeUtf8(String(key)));
  return child === undefined ? [] : [child];
}

/** Members in the order of their names, so that the first of them is always the same. */
function childrenOf(node: JsonNode): JsonNode[] {
  const named = node.members.map(({ key, value }) => [decodeUtf8(stringBytes(key)), value] as const);
  return [...node.items, ...named.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value)];
}

function rangeOf(
  items: readonly JsonNode[],
  { from, to, step }: { from: number; to: number; step: number },
): JsonNode[] {
  const clamp = (index: number) => Math.min(Math.max(index < 0 ? items.length + index : index, 0), items.length);
  const part = items.slice(clamp(from), clamp(to));
  const ordered = step < 0 ? part.toReversed() : part;
  return ordered.filter((_, i) => i % Math.abs(step || 1) === 0);
}
