export { findJsonPath, type FindOptions, firstMatch } from "./evaluate.ts";
export { parseFieldPath, parseJsonPath } from "./parse.ts";
export { evaluateJsonPath, printJsonValue } from "./print.ts";
export type { JsonPath } from "./types.ts";
