import { parseJson } from "../json/json-node.ts";
import type { JsonNode } from "../json/json-node.ts";
import { TegataError } from "@tegata/errors";
import { type PathValue, plainBytes, toByteText } from "./path-value.ts";
import { search } from "./search.ts";

/** Longest path that is followed, in bytes. */
export const PATH_MAX_BYTES = 4096;

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
  if (path.length > PATH_MAX_BYTES) {
    throw new TegataError({
      kind: "invalid-input",
      code: "PROPERTY_TOO_COMPLEX",
      message: `the property's path is longer than ${PATH_MAX_BYTES} bytes`,
      remedy: "Shorten remoteRef.property",
    });
  }
  const value = search(json, toByteText(path));
  return value === undefined ? undefined : toResult(value);
}

function toResult(value: PathValue): PathResult {
  return { text: plainBytes(value), node: parseJson(value.raw) };
}
