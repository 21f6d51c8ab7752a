import { stringFormat } from "../../schema/formats.ts";
import type { Library } from "../functions.ts";
import { CelOptional, type CelValue, type Opaque } from "../values.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED_PART = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

/** A named format: a pattern and a length, or a format of the schemas. */
class NamedFormat implements Opaque {
  readonly opaqueType = "kubernetes.NamedFormat";
  readonly name: string;
  readonly problemOf: (text: string) => string | undefined;

  constructor(name: string, problemOf: (text: string) => string | undefined) {
    this.name = name;
    this.problemOf = problemOf;
  }

  equals(other: Opaque): boolean {
    return other instanceof NamedFormat && other.name === this.name;
  }
}

function byPattern(name: string, pattern: string, maxLength: number, description: string): NamedFormat {
  const expression = new RegExp(`^${pattern}$`);
  return new NamedFormat(name, (text) => {
    if (text.length > maxLength) return `must be no more than ${maxLength} characters`;
    return expression.test(text) ? undefined : `${description} (regex used for validation is '${pattern}')`;
  });
}

function bySchema(name: string, format: string, problem: string): NamedFormat {
  return new NamedFormat(name, (text) => (stringFormat(format)?.matches(text) === true ? undefined : problem));
}

const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const FORMATS: readonly NamedFormat[] = [
  byPattern(
    "dns1123Label",
    LABEL,
    63,
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  ),
  byPattern(
    "dns1123Subdomain",
    SUBDOMAIN,
    253,
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  ),
  byPattern(
    "dns1035Label",
    LABEL_1035,
    63,
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  ),
  byPattern(
    "dns1123LabelPrefix",
    "[a-z0-9][-a-z0-9]*",
    63,
    "a lowercase RFC 1123 label prefix must consist of lower case alphanumeric characters or '-', and must start with an alphanumeric character",
  ),
  byPattern(
    "dns1123SubdomainPrefix",
    "[a-z0-9][-a-z0-9.]*",
    253,
    "a lowercase RFC 1123 subdomain prefix must consist of lower case alphanumeric characters, '-' or '.', and must start with an alphanumeric character",
  ),
  byPattern(
    "dns1035LabelPrefix",
    "[a-z][-a-z0-9]*",
    63,
    "a DNS-1035 label prefix must consist of lower case alphanumeric characters or '-', and must start with an alphabetic character",
  ),
  byPattern(
    "qualifiedName",
    `(${SUBDOMAIN}/)?${QUALIFIED_PART}`,
    317,
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ),
  byPattern(
    "labelValue",
    `(${QUALIFIED_PART})?`,
    63,
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  ),
  bySchema("uri", "uri", "must be a valid URI"),
  bySchema("uuid", "uuid", "does not match the UUID format"),
  bySchema("byte", "byte", "invalid base64"),
  bySchema("date", "date", "invalid date"),
  bySchema("datetime", "datetime", "invalid datetime"),
];

/** Named formats. @see k8s.io/apiserver/pkg/cel/library format.go */
export const NAMED_FORMATS: Library = {
  ...Object.fromEntries(FORMATS.map((format) => [`format.${format.name}() Format`, () => format])),
  "format.named(string) optional(Format)": (name: string) => {
    const format = FORMATS.find((each) => each.name === name);
    return format === undefined ? CelOptional.none : new CelOptional(format);
  },
  "Format::validate(string) optional(list(string))": (format: NamedFormat, text: string) => {
    const problem = format.problemOf(text);
    const problems: CelValue = [problem ?? ""];
    return problem === undefined ? CelOptional.none : new CelOptional(problems);
  },
};
