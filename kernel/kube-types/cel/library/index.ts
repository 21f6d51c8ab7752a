import { type FunctionTable, functionTable } from "../functions.ts";
import { NAMED_FORMATS } from "./formats.ts";
import { LISTS, SETS } from "./lists.ts";
import { NETWORK } from "./network.ts";
import { ARITHMETIC, COMPARISON, CONTAINERS, CONVERSIONS } from "./operators.ts";
import { OPTIONALS } from "./optionals.ts";
import { QUANTITIES } from "./quantity.ts";
import { SEMVERS } from "./semver.ts";
import { REGEX, STRINGS } from "./strings.ts";
import { TIME } from "./time.ts";
import { URLS } from "./urls.ts";

let table: FunctionTable | undefined;

/** Every function that an expression in Kubernetes can call. @see k8s.io/apiserver/pkg/cel/environment base.go */
export function kubernetesFunctions(): FunctionTable {
  table ??= functionTable(
    ARITHMETIC,
    COMPARISON,
    CONTAINERS,
    CONVERSIONS,
    STRINGS,
    REGEX,
    LISTS,
    SETS,
    TIME,
    OPTIONALS,
    QUANTITIES,
    NETWORK,
    URLS,
    SEMVERS,
    NAMED_FORMATS,
  );
  return table;
}
