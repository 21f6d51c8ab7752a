import type { ByteText } from "./path-value.ts";

/** The first component of a path, and what comes after it. */
export interface Component {
  /** The key, index or pattern, with escapes resolved. */
  readonly part: ByteText;
  /** Whether `part` has a wildcard. */
  readonly wild: boolean;
  /** The path below this component; `undefined` if it is the last. */
  readonly rest: ByteText | undefined;
  /** A path to apply to the whole result, after `|` or before a modifier or multipath. */
  readonly pipe: ByteText | undefined;
}

/** A component applied to an array. */
export interface ArrayComponent extends Component {
  /** It has a `#`: a count, a mapping or a query, and never an index. */
  readonly hash: boolean;
  /** Of `#.path`: the path to take of each element. */
  readonly mapped: ByteText | undefined;
  readonly query: Query | undefined;
}

/** `#(path op value)`, or `#(...)#` for all matches. */
export interface Query {
  readonly path: ByteText;
  readonly op: ByteText;
  readonly value: ByteText;
  readonly all: boolean;
}

/** Names of the modifiers; a dot before any other `@name` leads to a key of that name. */
export const MODIFIER_NAMES: ReadonlySet<string> = new Set([
  "pretty",
  "ugly",
  "reverse",
  "this",
  "flatten",
  "join",
  "valid",
  "keys",
  "values",
  "tostr",
  "fromstr",
  "group",
  "dig",
]);

/** Splits off the component of a path that is applied to an object. */
export function splitObjectComponent(path: ByteText): Component {
  let part = "";
  let wild = false;
  for (let i = 0; i < path.length; i++) {
    const char = path.charAt(i);
    if (char === "|") return { part, wild, rest: undefined, pipe: path.slice(i + 1) };
    if (char === ".") {
      const rest = path.slice(i + 1);
      return startsPipe(rest) ? { part, wild, rest: undefined, pipe: rest } : { part, wild, rest, pipe: undefined };
    }
    if (char === "\\") part += path.charAt(++i);
    else {
      wild ||= char === "*" || char === "?";
      part += char;
    }
  }
  return { part, wild, rest: undefined, pipe: undefined };
}

/** Splits off the component of a path that is applied to an array. */
export function splitArrayComponent(path: ByteText): ArrayComponent {
  let hash = false;
  let query: Query | undefined;
  const last: ArrayComponent = {
    part: path,
    wild: false,
    rest: undefined,
    pipe: undefined,
    hash,
    mapped: undefined,
    query,
  };
  for (let i = 0; i < path.length; i++) {
    const char = path.charAt(i);
    if (char === "|") return { ...last, part: path.slice(0, i), pipe: path.slice(i + 1), hash, query };
    if (char === ".") {
      const rest = path.slice(i + 1);
      const found = { ...last, part: path.slice(0, i), hash, query };
      if (!hash && startsPipe(rest)) return { ...found, pipe: rest };
      return { ...found, rest, mapped: hash && i === 1 ? rest : undefined };
    }
    if (char !== "#") continue;
    hash = true;
    if (i > 0 || (path[1] !== "(" && path[1] !== "[")) continue;
    const parsed = parseQuery(path);
    if (parsed === undefined) return { ...last, hash, query: { path: "", op: "", value: "", all: false } };
    i = parsed.end - 1;
    query = { ...parsed.query, all: path[i + 1] === "#" };
  }
  return { ...last, hash, query };
}

/** Whether what follows a dot is a modifier or a multipath, which are applied to the result so far as a whole. */
function startsPipe(rest: ByteText): boolean {
  if (rest === "") return false;
  if (rest[0] === "@") return MODIFIER_NAMES.has(/^@([^.|:]*)/.exec(rest)?.[1] ?? "");
  return rest[0] === "[" || rest[0] === "{";
}

const OPERATOR_START = "!=<>%";

/** Parses `#(...)` or `#[...]`. @returns `undefined` if the brackets do not balance. */
function parseQuery(path: ByteText): { query: Omit<Query, "all">; end: number } | undefined {
  let valueAt = 0;
  let escaped = false;
  let depth = 1;
  let i = 2;
  for (; i < path.length; i++) {
    const char = path.charAt(i);
    if (depth === 1 && valueAt === 0 && OPERATOR_START.includes(char)) {
      valueAt = i;
    } else if (char === "\\") {
      i++;
    } else if (char === "[" || char === "(") {
      depth++;
    } else if (char === "]" || char === ")") {
      depth--;
      if (depth === 0) break;
    } else if (char === '"') {
      for (i++; i < path.length && path[i] !== '"'; i++) {
        if (path[i] !== "\\") continue;
        escaped = true;
        i++;
      }
    }
  }
  if (depth > 0) return undefined;
  if (valueAt === 0) return { query: { path: trimSpace(path.slice(2, i)), op: "", value: "" }, end: i + 1 };
  const [op, value] = splitOperator(trimSpace(path.slice(valueAt, i)));
  return { query: { path: trimSpace(path.slice(2, valueAt)), op, value: unquote(value, escaped) }, end: i + 1 };
}

function splitOperator(text: ByteText): [op: ByteText, value: ByteText] {
  const [, op = "", value = ""] = /^(!=|!%|<=|>=|==|.)([^]*)$/.exec(text) ?? [];
  return [op === "==" ? "=" : op, trimSpace(value)];
}

function unquote(value: ByteText, escaped: boolean): ByteText {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  const content = value.slice(1, -1);
  return escaped ? content.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, escape: string) => resolveEscape(escape)) : content;
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

function resolveEscape(escape: string): ByteText {
  if (!escape.startsWith("u") || escape.length === 1) return ESCAPES[escape] ?? escape;
  return Buffer.from(String.fromCharCode(Number.parseInt(escape.slice(1), 16)), "utf8").toString("latin1");
}

/** Removes control characters and spaces from both ends. */
function trimSpace(text: ByteText): ByteText {
  let from = 0;
  let to = text.length;
  while (from < to && text.charCodeAt(from) <= 0x20) from++;
  while (to > from && text.charCodeAt(to - 1) <= 0x20) to--;
  return text.slice(from, to);
}

/** The first `|` outside of a query, where a path below an array ends and its pipe begins. */
export function splitPipe(path: ByteText): [path: ByteText, pipe: ByteText | undefined] {
  if (path.startsWith("{")) {
    const length = 1 + balancedLength(path.slice(1));
    return path[length] === "|" ? [path.slice(0, length), path.slice(length + 1)] : [path, undefined];
  }
  for (let i = 0; i < path.length; i++) {
    if (path[i] === "|") return [path.slice(0, i), path.slice(i + 1)];
    if (path[i] === "\\") i++;
    else if (path[i] === "." && path[i + 1] === "#") {
      // As in the original, what comes after a bare `#` is passed over, be it a pipe.
      i += path[i + 2] === "(" || path[i + 2] === "[" ? 1 + balancedLength(path.slice(i + 2)) : 2;
    }
  }
  return [path, undefined];
}

/** Length of the bracketed text or string that `text` begins with; all of it if it does not end. */
export function balancedLength(text: ByteText): number {
  let depth = text.startsWith('"') ? 0 : 1;
  for (let i = depth; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
      if (depth === 0) return Math.min(i + 1, text.length);
    } else if ("{[(".includes(char)) depth++;
    else if ("}])".includes(char) && --depth === 0) return i + 1;
  }
  return text.length;
}

/** One path of a multipath, with the name that its result gets in an object; empty if the path itself names it. */
export interface Selector {
  readonly name: ByteText;
  readonly path: ByteText;
}

/** Parses `[a,b]` or `{"x":a,b}`. @returns `undefined` if the brackets do not balance. */
export function parseSelectors(path: ByteText): { selectors: Selector[]; rest: ByteText } | undefined {
  const selectors: Selector[] = [];
  let depth = 1;
  let start = 1;
  let colon = 0;
  let inModifier = false;
  const push = (end: number) => {
    selectors.push(
      colon === 0
        ? { name: "", path: path.slice(start, end) }
        : { name: path.slice(start, colon), path: path.slice(colon + 1, end) },
    );
    colon = 0;
    inModifier = false;
    start = end + 1;
  };
  for (let i = 1; i < path.length; i++) {
    const char = path.charAt(i);
    if (char === "\\") i++;
    else if (char === "@") inModifier ||= path[i - 1] === "." || path[i - 1] === "|";
    else if (char === ":" && !inModifier && colon === 0 && depth === 1) colon = i;
    else if (char === "," && depth === 1) push(i);
    else if (char === '"') {
      for (i++; i < path.length && path[i] !== '"'; i++) if (path[i] === "\\") i++;
    } else if ("[({".includes(char)) depth++;
    else if ("])}".includes(char) && --depth === 0) {
      push(i);
      return { selectors, rest: path.slice(i + 1) };
    }
  }
  return undefined;
}
