import type { FunctionMap } from "./define.ts";
import { CERTIFICATE_FUNCTIONS } from "./certificates.ts";
import { DATE_FUNCTIONS } from "./dates.ts";
import { DICT_FUNCTIONS } from "./dicts.ts";
import { ENCODING_FUNCTIONS } from "./encoding.ts";
import { JSON_FUNCTIONS } from "./json.ts";
import { KEY_FUNCTIONS } from "./keys.ts";
import { LANGUAGE_FUNCTIONS } from "./language.ts";
import { LIST_FUNCTIONS } from "./lists.ts";
import { LOGIC_FUNCTIONS } from "./logic.ts";
import { NUMERIC_FUNCTIONS } from "./numeric.ts";
import { PATH_FUNCTIONS } from "./paths.ts";
import { PEM_FUNCTIONS } from "./pem.ts";
import { PKCS12_FUNCTIONS } from "./pkcs12.ts";
import { RANDOM_FUNCTIONS } from "./random.ts";
import { REFLECTION_FUNCTIONS } from "./reflection.ts";
import { REGEX_FUNCTIONS } from "./regex.ts";
import { SEMVER_FUNCTIONS } from "./semver.ts";
import { STRING_FUNCTIONS } from "./strings.ts";
import { CASE_FUNCTIONS } from "./text-case.ts";
import { URL_FUNCTIONS } from "./urls.ts";
import { YAML_FUNCTIONS } from "./yaml.ts";

/** The functions by group, in the order in which the README lists them. */
export const FUNCTION_GROUPS = {
  language: LANGUAGE_FUNCTIONS,
  strings: STRING_FUNCTIONS,
  "letter case": CASE_FUNCTIONS,
  encoding: ENCODING_FUNCTIONS,
  numbers: NUMERIC_FUNCTIONS,
  logic: LOGIC_FUNCTIONS,
  lists: LIST_FUNCTIONS,
  dictionaries: DICT_FUNCTIONS,
  JSON: JSON_FUNCTIONS,
  YAML: YAML_FUNCTIONS,
  types: REFLECTION_FUNCTIONS,
  paths: PATH_FUNCTIONS,
  dates: DATE_FUNCTIONS,
  "regular expressions": REGEX_FUNCTIONS,
  versions: SEMVER_FUNCTIONS,
  URLs: URL_FUNCTIONS,
  randomness: RANDOM_FUNCTIONS,
  keys: KEY_FUNCTIONS,
  certificates: CERTIFICATE_FUNCTIONS,
  PEM: PEM_FUNCTIONS,
  "PKCS#12": PKCS12_FUNCTIONS,
};

/** Every function that a template can call: those of the language, sprig's, and External Secrets' own. */
export const FUNCTIONS: FunctionMap = new Map(Object.values(FUNCTION_GROUPS).flatMap((group) => Object.entries(group)));
