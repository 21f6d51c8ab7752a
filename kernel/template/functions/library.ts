import type { FunctionMap } from "./define.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { LANGUAGE_FUNCTIONS } from "./language.ts";

/** Every function that a template can call: those of the language, sprig's, and External Secrets' own. */
export const FUNCTIONS: FunctionMap = new Map(
  [LANGUAGE_FUNCTIONS, ENCODING_FUNCTIONS].flatMap((group) => Object.entries(group)),
);
