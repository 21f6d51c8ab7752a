import { parseDuration } from "../schema/duration.ts";
import { compilePattern } from "../schema/pattern.ts";
import { parseTimestamp } from "./timestamp.ts";

/**
 * Checks a literal argument of a call: a duration, an instant, a pattern.
 *
 * @param name - of the function; a method's after two colons.
 * @returns what is wrong with it; undefined if nothing is, or if it is of no such kind.
 * @see cel-go, ValidateDurationLiterals, ValidateTimestampLiterals, ValidateRegexLiterals
 */
export function checkLiteral(name: string, position: number, literal: unknown): string | undefined {
  if (typeof literal !== "string") return undefined;
  if (name === "duration") return parseDuration(literal) === undefined ? "invalid duration argument" : undefined;
  if (name === "timestamp") return parseTimestamp(literal) === undefined ? "invalid timestamp argument" : undefined;
  const isPattern = (PATTERN_METHODS.has(name) && position === 0) || (name === "matches" && position === 1);
  const expression = isPattern ? compilePattern(literal) : undefined;
  return expression instanceof Error ? `invalid ${name.replace("::", "")} argument: ${expression.message}` : undefined;
}

const PATTERN_METHODS: ReadonlySet<string> = new Set(["::matches", "::find", "::findAll"]);
