import { stringFormat } from "../../schema/formats.ts";
import type { Library } from "../functions.ts";
import { CelOptional, type CelValue, type Opaque } from "../values.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
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

/** A pattern that a text must match, how long it may be, and how Kubernetes explains it. */
interface Rule {
  readonly pattern: string;
  readonly maxLength: number;
  readonly explanation: string;
  readonly examples: string;
}

const DNS_1123_LABEL: Rule = {
  pattern: LABEL,
  maxLength: 63,
  explanation:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  examples: "'my-name',  or '123-abc'",
};
const DNS_1123_SUBDOMAIN: Rule = {
  pattern: SUBDOMAIN,
  maxLength: 253,
  explanation:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  examples: "'example.com'",
};
const DNS_1035_LABEL: Rule = {
  pattern: "[a-z]([-a-z0-9]*[a-z0-9])?",
  maxLength: 63,
  explanation:
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  examples: "'my-name',  or 'abc-123'",
};
const QUALIFIED_NAME: Rule = {
  pattern: `(${SUBDOMAIN}/)?${QUALIFIED_PART}`,
  maxLength: 317,
  explanation:
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: "'MyName',  or 'my.name',  or '123-abc'",
};
const LABEL_VALUE: Rule = {
  pattern: `(${QUALIFIED_PART})?`,
  maxLength: 63,
  explanation:
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  examples: "'MyValue',  or 'my_value',  or '12345'",
};

function byRule(name: string, { pattern, maxLength, explanation, examples }: Rule): NamedFormat {
  const expression = new RegExp(`^${pattern}$`);
  return new NamedFormat(name, (text) => {
    if (text.length > maxLength) return `must be no more than ${maxLength} characters`;
    return expression.test(text)
      ? undefined
      : `${explanation} (e.g. ${examples}, regex used for validation is '${pattern}')`;
  });
}

/** A prefix may end in a dash, because something follows it. */
function byPrefixRule(name: string, rule: Rule): NamedFormat {
  const { problemOf } = byRule(name, rule);
  return new NamedFormat(name, (text) =>
    problemOf(text.length > 1 && text.endsWith("-") ? `${text.slice(0, -2)}a` : text),
  );
}

function bySchema(name: string, format: string, problem: string): NamedFormat {
  return new NamedFormat(name, (text) => (stringFormat(format)?.matches(text) === true ? undefined : problem));
}

const FORMATS: readonly NamedFormat[] = [
  byRule("dns1123Label", DNS_1123_LABEL),
  byRule("dns1123Subdomain", DNS_1123_SUBDOMAIN),
  byRule("dns1035Label", DNS_1035_LABEL),
  byPrefixRule("dns1123LabelPrefix", DNS_1123_LABEL),
  byPrefixRule("dns1123SubdomainPrefix", DNS_1123_SUBDOMAIN),
  byPrefixRule("dns1035LabelPrefix", DNS_1035_LABEL),
  byRule("qualifiedName", QUALIFIED_NAME),
  byRule("labelValue", LABEL_VALUE),
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
