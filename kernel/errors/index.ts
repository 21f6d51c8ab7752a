export { asTegataError, type ErrorKind, TegataError, type TegataErrorOptions } from "./tegata-error.ts";
export { ERROR_KINDS, type KindRules } from "./kinds.ts";
