import { TegataError } from "@tegata/errors";
import { RE2JS } from "re2js";

/**
 * Compiles `dataFrom[].find.name.regexp`: RE2, as in Go, and unanchored. It runs in linear time whatever the pattern.
 *
 * @throws TegataError `FIND_PATTERN_INVALID`
 */
export function compileNamePattern(pattern: string): (name: string) => boolean {
  if (pattern === "") return () => true;
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (cause) {
    throw new TegataError({
      kind: "invalid-input",
      code: "FIND_PATTERN_INVALID",
      message: `find.name.regexp ${JSON.stringify(pattern)} is not a regular expression`,
      remedy: "Write it in the RE2 syntax",
      cause,
    });
  }
  return (name) => compiled.matcher(name).find();
}
