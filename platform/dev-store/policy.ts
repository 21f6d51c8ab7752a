import { badRequest } from "./protocol.ts";

export type Capability = "create" | "read" | "update" | "patch" | "delete" | "list" | "sudo" | "deny";

/** One `path` block of a policy. */
export interface PathRule {
  /** May end in `*` (any rest) and have `+` segments (any one segment). */
  readonly pattern: string;
  readonly capabilities: readonly Capability[];
}

const CAPABILITIES = new Set<string>(["create", "read", "update", "patch", "delete", "list", "sudo", "deny"]);

/** What every token may do unless its role says otherwise: look after itself. */
export const DEFAULT_POLICY = `
path "auth/token/lookup-self" { capabilities = ["read"] }
path "auth/token/renew-self" { capabilities = ["update"] }
path "auth/token/revoke-self" { capabilities = ["update"] }
path "sys/capabilities-self" { capabilities = ["update"] }
path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }
path "sys/renew" { capabilities = ["update"] }
path "sys/leases/renew" { capabilities = ["update"] }
path "sys/leases/lookup" { capabilities = ["update"] }
path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }
`;

/**
 * Parses a policy: HCL `path` blocks, or the same as JSON.
 *
 * @throws ApiRefusal 400 that says what is wrong
 */
export function parsePolicy(text: string): PathRule[] {
  return text.trimStart().startsWith("{") ? parseJsonPolicy(text) : parseHclPolicy(text);
}

/**
 * What a set of rules allows on a path. Of the patterns that match, only the most specific counts; those of the same
 * text in several policies add up, and `deny` in one of them wins.
 *
 * @see Vault documentation, "Policies", "Priority matching"
 */
export function capabilitiesOn(rules: readonly PathRule[], path: string): ReadonlySet<Capability> {
  const matching = rules.filter(({ pattern }) => matchesPattern(pattern, path));
  const [best] = matching.toSorted((a, b) => comparePriority(b.pattern, a.pattern));
  const granted = new Set(
    matching.filter(({ pattern }) => pattern === best?.pattern).flatMap((rule) => rule.capabilities),
  );
  return granted.has("deny") ? new Set<Capability>(["deny"]) : granted;
}

function matchesPattern(pattern: string, path: string): boolean {
  const isPrefix = pattern.endsWith("*");
  const wanted = (isPrefix ? pattern.slice(0, -1) : pattern).split("/");
  const segments = path.split("/");
  if (isPrefix ? segments.length < wanted.length : segments.length !== wanted.length) return false;
  return wanted.every((segment, i) => {
    const actual = segments[i] ?? "";
    if (segment === "+") return true;
    return isPrefix && i === wanted.length - 1 ? actual.startsWith(segment) : actual === segment;
  });
}

/** Positive if `a` is the more specific pattern. */
function comparePriority(a: string, b: string): number {
  const firstWild = (pattern: string) => {
    const at = pattern.search(/[+*]/);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  const [wildA, wildB] = [firstWild(a), firstWild(b)];
  if (wildA !== wildB) return wildA - wildB;
  const isPrefix = (pattern: string) => Number(pattern.endsWith("*"));
  if (isPrefix(a) !== isPrefix(b)) return isPrefix(b) - isPrefix(a);
  const pluses = (pattern: string) => pattern.split("/").filter((segment) => segment === "+").length;
  if (pluses(a) !== pluses(b)) return pluses(b) - pluses(a);
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
}

function parseJsonPolicy(text: string): PathRule[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw badRequest("failed to parse policy: invalid JSON");
  }
  const paths = isRecord(parsed) ? parsed.path : undefined;
  if (!isRecord(paths)) throw badRequest('failed to parse policy: "path" must be an object');
  return Object.entries(paths).map(([pattern, rule]) => {
    const capabilities = isRecord(rule) && Array.isArray(rule.capabilities) ? rule.capabilities.map(String) : [];
    return pathRule(pattern, capabilities);
  });
}

const TOKEN = /\s+|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*|[-\d.]+|[{}[\],=]/y;

function parseHclPolicy(text: string): PathRule[] {
  const tokens = tokenizeHcl(text);
  const rules: PathRule[] = [];
  let at = 0;
  const take = (wanted?: string): string => {
    const token = tokens[at++];
    if (token === undefined || (wanted !== undefined && token !== wanted)) {
      throw badRequest(`failed to parse policy: expected ${wanted ?? "more"}, found ${token ?? "the end"}`);
    }
    return token;
  };
  while (at < tokens.length) {
    const word = take();
    if (word !== "path" && word !== '"path"') {
      // `name = "..."` and the like stand at the top level, too, and mean nothing here.
      take("=");
      skipValue(tokens, take);
      continue;
    }
    const pattern = unquote(take());
    const capabilities: string[] = [];
    take("{");
    while (tokens[at] !== "}") {
      const field = unquote(take());
      if (tokens[at] === "=") take("=");
      if (field === "capabilities" || field === "policy") capabilities.push(...readTexts(tokens, at, field));
      at = skipFrom(tokens, at);
      if (tokens[at] === ",") at++;
    }
    take("}");
    rules.push(pathRule(pattern, capabilities));
  }
  return rules;
}

function tokenizeHcl(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const token = TOKEN.exec(text)?.[0];
    if (token === undefined) {
      const line = text.slice(0, start).split("\n").length;
      throw badRequest(`failed to parse policy: line ${line}: unexpected character`);
    }
    if (!/^(\s|#|\/\/|\/\*)/.test(token)) tokens.push(token);
  }
  return tokens;
}

/** The old `policy = "write"` form stands for a set of capabilities. */
const OLD_POLICIES: Readonly<Record<string, readonly string[]>> = {
  deny: ["deny"],
  read: ["read", "list"],
  write: ["create", "read", "update", "delete", "list"],
  sudo: ["create", "read", "update", "delete", "list", "sudo"],
};

function readTexts(tokens: readonly string[], at: number, field: string): string[] {
  const texts = tokens
    .slice(at, skipFrom(tokens, at))
    .filter((token) => token.startsWith('"'))
    .map(unquote);
  return field === "policy" ? texts.flatMap((text) => OLD_POLICIES[text] ?? []) : texts;
}

function skipValue(tokens: readonly string[], take: () => string): void {
  const first = take();
  if (first !== "[" && first !== "{") return;
  for (let depth = 1; depth > 0; ) {
    const token = take();
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
  }
}

/** Index after the value that begins at `at`. */
function skipFrom(tokens: readonly string[], at: number): number {
  let end = at;
  skipValue(tokens, () => {
    const token = tokens[end++];
    if (token === undefined) throw badRequest("failed to parse policy: unexpected end");
    return token;
  });
  return end;
}

function unquote(token: string): string {
  return token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, "$1") : token;
}

function pathRule(pattern: string, capabilities: readonly string[]): PathRule {
  for (const capability of capabilities) {
    if (!CAPABILITIES.has(capability)) throw badRequest(`path "${pattern}": invalid capability "${capability}"`);
  }
  // Patterns are written with or without a slash before them.
  return { pattern: pattern.replace(/^\//, ""), capabilities: capabilities as Capability[] };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
