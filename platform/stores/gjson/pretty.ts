import { type JsonNode, parseJson, rawBytes, stringBytes } from "../json/json-node.ts";
import { type ByteText, joinBytes, toBytes, toByteText } from "./path-value.ts";

interface Layout {
  readonly indent: ByteText;
  readonly prefix: ByteText;
  readonly sortKeys: boolean;
  /** Longest line that an array may make by standing on one. */
  readonly width: number;
}

const DEFAULT_LAYOUT: Layout = { indent: "  ", prefix: "", sortKeys: false, width: 80 };

/** Removes all space between the tokens of a JSON text. */
export function minify(json: Uint8Array): Uint8Array {
  const node = parseJson(json);
  return node === undefined ? json : toBytes(compact(node));
}

/**
 * Lays a JSON text out over lines, with a line break at the end. Arrays without objects stand on one line if they fit.
 *
 * @param argument - e.g. `{"indent":"\t","sortKeys":true}`; of `indent` and `prefix` only the white space is taken
 * @see tidwall/pretty
 */
export function prettyPrint(json: Uint8Array, argument: ByteText): Uint8Array {
  const node = parseJson(json);
  if (node === undefined) return json;
  const layout = parseLayout(argument);
  return joinBytes([layout.prefix, print(node, layout, 0, layout.prefix.length), "\n"]);
}

function parseLayout(argument: ByteText): Layout {
  const options = new Map(
    parseJson(toBytes(argument))?.members.map(({ key, value }) => [toByteText(stringBytes(key)), value]),
  );
  const space = (name: string) => {
    const node = options.get(name);
    return node?.kind === "string" ? toByteText(stringBytes(node)).replace(/[^ \t\r\n]/g, "") : undefined;
  };
  const width = options.get("width");
  return {
    indent: space("indent") ?? DEFAULT_LAYOUT.indent,
    prefix: space("prefix") ?? DEFAULT_LAYOUT.prefix,
    sortKeys: options.get("sortKeys")?.kind === "true",
    width: width?.kind === "number" ? Math.trunc(Number(toByteText(rawBytes(width)))) : DEFAULT_LAYOUT.width,
  };
}

function compact(node: JsonNode): ByteText {
  if (node.kind === "array") return `[${node.items.map(compact).join(",")}]`;
  if (node.kind !== "object") return toByteText(rawBytes(node));
  return `{${node.members.map(({ key, value }) => `${toByteText(rawBytes(key))}:${compact(value)}`).join(",")}}`;
}

/** @param column - how much of the line is taken already. */
function print(node: JsonNode, layout: Layout, depth: number, column: number): ByteText {
  if (node.kind === "array") return printArray(node, layout, depth, column);
  if (node.kind !== "object") return toByteText(rawBytes(node));
  if (node.members.length === 0) return "{}";
  const lineStart = layout.prefix + layout.indent.repeat(depth + 1);
  const lines = sorted(node, layout).map(({ key, value }) => {
    const head = `${lineStart}${toByteText(rawBytes(key))}: `;
    return head + print(value, layout, depth + 1, head.length);
  });
  return `{\n${lines.join(",\n")}\n${layout.prefix}${layout.indent.repeat(depth)}}`;
}

function printArray(node: JsonNode, layout: Layout, depth: number, column: number): ByteText {
  const line = layout.width > 0 ? oneLine(node) : undefined;
  const room = layout.width - column;
  if (line !== undefined && room > 3 && line.length <= room) return line;
  if (node.items.length === 0) return "[]";
  const lineStart = layout.prefix + layout.indent.repeat(depth + 1);
  const lines = node.items.map((item) => lineStart + print(item, layout, depth + 1, lineStart.length));
  return `[\n${lines.join(",\n")}\n${layout.prefix}${layout.indent.repeat(depth)}]`;
}

/** An array on one line; `undefined` if there is an object in it. */
function oneLine(node: JsonNode): ByteText | undefined {
  if (node.kind === "object") return undefined;
  if (node.kind !== "array") return toByteText(rawBytes(node));
  const items = node.items.map(oneLine);
  return items.includes(undefined) ? undefined : `[${items.join(", ")}]`;
}

function sorted(node: JsonNode, { sortKeys }: Layout): JsonNode["members"] {
  if (!sortKeys) return node.members;
  const name = (key: JsonNode) => toByteText(stringBytes(key));
  return node.members.toSorted((a, b) => (name(a.key) < name(b.key) ? -1 : name(a.key) > name(b.key) ? 1 : 0));
}
