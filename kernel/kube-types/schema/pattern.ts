import { RE2JS } from "re2js";

/** How many compiled patterns are kept. A CRD the size of SecretStore has about 30 different ones. */
const KEPT_PATTERNS = 2_000;
const compiled = new Map<string, RE2JS | Error>();

/**
 * Compiles an RE2 pattern, as Go's `regexp` does: linear time, no backreferences, `$` only at the end of the text. The
 * result is kept, so that a pattern is compiled once however many schemas and rules use it.
 *
 * @returns the error if the pattern is not valid; its message says why.
 */
export function compilePattern(pattern: string): RE2JS | Error {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (compiled.size >= KEPT_PATTERNS) compiled.clear();
  const result = tryCompile(pattern);
  compiled.set(pattern, result);
  return result;
}

/** Whether the pattern is found anywhere in the text. An invalid pattern matches nothing. */
export function matchesPattern(pattern: string, text: string): boolean {
  const expression = compilePattern(pattern);
  return expression instanceof Error ? false : expression.test(text);
}

function tryCompile(pattern: string): RE2JS | Error {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    return error instanceof Error ? error : new Error("invalid pattern");
  }
}
