const RESERVED: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);
const ESCAPES: Readonly<Record<string, string>> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/**
 * The name by which CEL expressions call a field, e.g. `x__dash__kubernetes` for `x-kubernetes`.
 *
 * @returns undefined if the field cannot be named in CEL.
 * @see Kubernetes, CustomResourceDefinitions, "Validation expression", escaping
 */
export function escapeFieldName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`;
  if (!/^[a-zA-Z_./-][a-zA-Z0-9_./-]*$/.test(name)) return undefined;
  return name.replace(/__|[./-]/g, (each) => ESCAPES[each] ?? each);
}
