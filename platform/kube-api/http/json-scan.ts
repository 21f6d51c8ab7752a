/** Deepest nesting of a body. Deeper ones would overflow the stack of whatever walks them. */
export const MAX_JSON_DEPTH = 256;

/** What a JSON parser does not tell about a text. */
export interface JsonScan {
  /** Paths of members that occur twice in the same object, e.g. `spec.replicas`. */
  readonly duplicates: readonly string[];
  readonly isTooDeep: boolean;
}

/** An object or array that is being scanned. */
interface Level {
  /** Names seen so far; undefined for an array. */
  readonly names: Set<string> | undefined;
  /** Name of the member, or index of the item, that is being read. */
  at: string | number;
}

/**
 * Looks through a JSON text without building values.
 *
 * @param text - is JSON: a parser has accepted it.
 */
export function scanJson(text: string): JsonScan {
  const duplicates: string[] = [];
  const levels: Level[] = [];
  let [nameStart, nameEnd] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    const level = levels.at(-1);
    switch (text[i]) {
      case "{":
      case "[":
        levels.push(text[i] === "{" ? { names: new Set(), at: "" } : { names: undefined, at: 0 });
        if (levels.length > MAX_JSON_DEPTH) return { duplicates, isTooDeep: true };
        break;
      case "}":
      case "]":
        levels.pop();
        break;
      case ",":
        if (typeof level?.at === "number") level.at++;
        break;
      case ":":
        if (level?.names === undefined) break;
        level.at = nameOf(text.slice(nameStart, nameEnd));
        if (level.names.has(level.at)) duplicates.push(pathOf(levels));
        level.names.add(level.at);
        break;
      case '"':
        nameStart = i;
        nameEnd = endOfString(text, i);
        i = nameEnd - 1;
        break;
      default:
    }
  }
  return { duplicates, isTooDeep: false };
}

/** The place behind the closing quote of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let quote = text.indexOf('"', start + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text[quote - 1 - escapes] === "\\") escapes++;
    // An even number of backslashes are escaped backslashes.
    if (escapes % 2 === 0) return quote + 1;
  }
  return text.length;
}

function nameOf(token: string): string {
  if (!token.includes("\\")) return token.slice(1, -1);
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

function pathOf(levels: readonly Level[]): string {
  return levels
    .map(({ at }) => (typeof at === "number" ? `[${at}]` : `.${at}`))
    .join("")
    .replace(/^\./, "");
}
