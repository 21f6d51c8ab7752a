import { encodeGoJsonString } from "../json/go-json.ts";
import { type JsonNode, parseJson, rawBytes, stringBytes } from "../json/json-node.ts";
import {
  type ByteText,
  joinBytes,
  ofNode,
  ofText,
  plainBytes,
  toBytes,
  toByteText,
  type PathValue,
} from "./path-value.ts";
import { minify, prettyPrint } from "./pretty.ts";

/** Finds what a path leads to; passed in, because `@dig` takes a path. */
export type PathSearch = (json: Uint8Array, path: ByteText) => PathValue | undefined;

type Modifier = (json: Uint8Array, argument: ByteText, search: PathSearch) => Uint8Array;

const NOTHING = new Uint8Array(0);

const MODIFIERS: Readonly<Record<string, Modifier>> = {
  this: (json) => json,
  valid: (json) => (parseJson(json) === undefined ? NOTHING : json),
  ugly: minify,
  pretty: prettyPrint,
  reverse,
  keys,
  values,
  flatten: (json, argument) => flatten(json, option(argument, "deep")),
  join: (json, argument) => join(json, option(argument, "preserve")),
  tostr: (json) => joinBytes([encodeGoJsonString(json)]),
  fromstr: (json) => {
    const value = ofText(json);
    return value === undefined ? NOTHING : plainBytes(value);
  },
  group,
  dig,
};

/** Applies a modifier, e.g. `reverse`, to a JSON text. What a modifier is not meant for passes unchanged, or as nothing. */
export function applyModifier(name: string, json: Uint8Array, argument: ByteText, search: PathSearch): Uint8Array {
  return MODIFIERS[name]?.(json, argument, search) ?? json;
}

/** A truth in a modifier's argument, e.g. `{"deep":true}`. */
function option(argument: ByteText, name: string): boolean {
  const node = parseJson(toBytes(argument));
  return (
    node?.members.some(({ key, value }) => toByteText(stringBytes(key)) === name && value.kind === "true") ?? false
  );
}

function list(pieces: readonly (Uint8Array | ByteText)[], brackets: "[]" | "{}"): Uint8Array {
  const separated = pieces.flatMap((piece, i) => (i === 0 ? [piece] : [",", piece]));
  return joinBytes([brackets.charAt(0), ...separated, brackets.charAt(1)]);
}

function memberBytes(key: JsonNode, value: JsonNode): Uint8Array {
  return joinBytes([rawBytes(key), ":", rawBytes(value)]);
}

function reverse(json: Uint8Array): Uint8Array {
  const node = parseJson(json);
  if (node?.kind === "array") return list(node.items.map(rawBytes).reverse(), "[]");
  if (node?.kind !== "object") return json;
  return list(node.members.map(({ key, value }) => memberBytes(key, value)).reverse(), "{}");
}

function keys(json: Uint8Array): Uint8Array {
  const node = parseJson(json);
  if (node === undefined) return toBytes("[]");
  if (node.kind === "object")
    return list(
      node.members.map(({ key }) => rawBytes(key)),
      "[]",
    );
  return list(
    (node.kind === "array" ? node.items : [node]).map(() => "null"),
    "[]",
  );
}

function values(json: Uint8Array): Uint8Array {
  const node = parseJson(json);
  if (node === undefined) return toBytes("[]");
  if (node.kind === "array") return json;
  return list(node.kind === "object" ? node.members.map(({ value }) => rawBytes(value)) : [rawBytes(node)], "[]");
}

function flatten(json: Uint8Array, deep: boolean): Uint8Array {
  const node = parseJson(json);
  return node?.kind === "array" ? list(flatItems(node, deep).map(rawBytes), "[]") : json;
}

function flatItems(array: JsonNode, deep: boolean): JsonNode[] {
  return array.items.flatMap((item) => {
    if (item.kind !== "array") return [item];
    return deep ? flatItems(item, true) : item.items;
  });
}

function join(json: Uint8Array, preserve: boolean): Uint8Array {
  const node = parseJson(json);
  if (node?.kind !== "array") return json;
  const members = node.items.flatMap((item) => item.members);
  if (preserve)
    return list(
      members.map(({ key, value }) => memberBytes(key, value)),
      "{}",
    );
  const unique = new Map<ByteText, { key: JsonNode; value: JsonNode }>();
  for (const { key, value } of members) {
    const name = toByteText(stringBytes(key));
    unique.set(name, { key: unique.get(name)?.key ?? key, value });
  }
  return list(
    [...unique.values()].map(({ key, value }) => memberBytes(key, value)),
    "{}",
  );
}

/** Turns an object of arrays into an array of objects. */
function group(json: Uint8Array): Uint8Array {
  const node = parseJson(json);
  if (node?.kind !== "object") return NOTHING;
  const rows: Uint8Array[][] = [];
  for (const { key, value } of node.members) {
    for (const [i, item] of value.items.entries()) (rows[i] ??= []).push(memberBytes(key, item));
  }
  return list(
    rows.map((row) => list(row, "{}")),
    "[]",
  );
}

/** What the path leads to from the value itself and from everything inside it. */
function dig(json: Uint8Array, path: ByteText, search: PathSearch): Uint8Array {
  const found: Uint8Array[] = [];
  const visit = (node: JsonNode) => {
    const value = search(ofNode(node).raw, path);
    if (value !== undefined) found.push(value.raw);
    for (const item of node.items) visit(item);
    for (const member of node.members) visit(member.value);
  };
  const node = parseJson(json);
  if (node !== undefined) visit(node);
  return list(found, "[]");
}
