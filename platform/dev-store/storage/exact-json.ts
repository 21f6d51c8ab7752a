import type { JsonValue } from "@tegata/kube-types";

interface RawJson {
  readonly rawJSON: string;
}
/** What Node.js 24 has and the TypeScript library does not describe yet. */
const json = JSON as unknown as {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): boolean;
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown;
};

/** Deepest nesting that is parsed: deeper texts are an attack, and recursion over them ends the process. */
const MAX_DEPTH = 200;

/**
 * Parses JSON so that `JSON.stringify` writes every number with the digits that it came with. A number that a double
 * cannot hold is an opaque object in between.
 *
 * @returns `undefined` if the text is not JSON, or nested too deep.
 */
export function parseExactJson(text: string): JsonValue | undefined {
  if (nesting(text) > MAX_DEPTH) return undefined;
  try {
    return json.parse(text, (_, value, { source }) =>
      typeof value === "number" && source !== undefined && String(value) !== source ? json.rawJSON(source) : value,
    ) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with members, and not a number in disguise. */
export function isJsonObject(value: unknown): value is Record<string, JsonValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !json.isRawJSON(value);
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (inString) {
      if (char === "\\") i++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "[" || char === "{") deepest = Math.max(deepest, ++depth);
    else if (char === "]" || char === "}") depth--;
  }
  return deepest;
}
