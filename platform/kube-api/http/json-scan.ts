/** Deepest nesting of a body. Deeper ones would overflow the stack of whatever walks them. */
const MAX_JSON_DEPTH = 256;

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

// A string, or one of the characters that give a text its structure. Everything between them does not matter here.
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/gs;

/**
 * Looks through a JSON text without building values. A text that is not JSON gives some result; the parser refuses it.
 */
export function scanJson(text: string): JsonScan {
  const duplicates: string[] = [];
  const levels: Level[] = [];
  let lastString = "";
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    switch (token) {
      case "{":
      case "[":
        levels.push({ names: token === "{" ? new Set() : undefined, at: token === "{" ? "" : 0 });
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
        level.at = nameOf(lastString);
        if (level.names.has(level.at)) duplicates.push(pathOf(levels));
        level.names.add(level.at);
        break;
      default:
        lastString = token;
    }
  }
  return { duplicates, isTooDeep: false };
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
