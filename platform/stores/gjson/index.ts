import { type JsonNode, parseJson } from "../json/json-node.ts";
import { type PathValue, plainBytes, toByteText, tooComplex } from "./path-value.ts";
import { search } from "./search.ts";

/** Longest path that is followed, in bytes. */
export const PATH_MAX_BYTES = 4096;

/** How many bytes of JSON are read for one path beyond the text itself, whatever the path: about half a second. */
export const PATH_WORK_BYTES = 32 * 1024 * 1024;

/** What a path led to. */
export interface PathResult {
  /** As plain text: a string's content, a number, `true`, nothing for null; the JSON text of an object or array. */
  readonly text: Uint8Array;
  /** As JSON. */
  readonly node: JsonNode | undefined;
}

/**
 * Follows a path of the gjson dialect into a JSON text: keys and indexes with dots, wildcards, `#` counts, mappings and
 * queries, `@` modifiers, multipaths, `|`, `..` for JSON Lines. Bytes in, bytes out: what is found is not reformatted.
 *
 * @param path - UTF-8.
 * @returns `undefined` if the path leads nowhere, or if the text is not JSON.
 * @throws TegataError `PROPERTY_TOO_COMPLEX`
 * @see tidwall/gjson 1.18, SYNTAX.md
 */
export function getPath(json: Uint8Array, path: Uint8Array): PathResult | undefined {
  if (path.length > PATH_MAX_BYTES) throw tooComplex(`is longer than ${PATH_MAX_BYTES} bytes`);
  const value = search(json, toByteText(path), { bytesLeft: json.length + PATH_WORK_BYTES });
  return value === undefined ? undefined : toResult(value);
}

function toResult(value: PathValue): PathResult {
  return { text: plainBytes(value), node: parseJson(value.raw) };
}
