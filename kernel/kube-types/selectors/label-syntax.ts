const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const NAME_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character " +
  "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is " +
  "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end " +
  "with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

/**
 * Checks a qualified name: the key of a label or annotation, or a finalizer, e.g. `tegata.dev/owner`.
 *
 * @returns what is wrong, in the words of k8s.io/apimachinery `IsQualifiedName`; `undefined` if nothing is.
 */
export function checkLabelKey(key: string): string | undefined {
  const parts = key.split("/");
  if (parts.length > 2) {
    return `a qualified name ${NAME_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
  }
  const name = parts.at(-1) ?? "";
  if (parts.length === 2) {
    const prefix = parts[0] ?? "";
    if (prefix === "") return "prefix part must be non-empty";
    if (prefix.length > 253) return "prefix part must be no more than 253 bytes";
    if (!SUBDOMAIN.test(prefix)) return `prefix part ${SUBDOMAIN_TEXT}`;
  }
  if (name === "") return `name part must be non-empty; name part ${NAME_TEXT}`;
  if (name.length > 63) return "name part must be no more than 63 bytes";
  return NAME.test(name) ? undefined : `name part ${NAME_TEXT}`;
}

/** Checks the value of a label. @returns what is wrong, in the words of `IsValidLabelValue`; `undefined` if nothing is. */
export function checkLabelValue(value: string): string | undefined {
  if (value.length > 63) return "must be no more than 63 bytes";
  return value === "" || NAME.test(value) ? undefined : VALUE_TEXT;
}
