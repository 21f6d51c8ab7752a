/** One step of a path: it turns the values found so far into those found next. */
export type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "wildcard" }
  | { readonly kind: "descend" }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "slice"; readonly start?: number; readonly end?: number; readonly step: number }
  | { readonly kind: "filter"; readonly left: Path; readonly comparison?: Comparison }
  | { readonly kind: "union"; readonly branches: readonly Path[] }
  | { readonly kind: "literal"; readonly value: string | number | boolean };

/** Steps that follow each other. */
export type Path = readonly Step[];

/** How a filter compares. */
export type Operator = "==" | "!=" | "<" | "<=" | ">" | ">=";

/** The right side of a filter. A filter without one asks whether the left side exists. */
export interface Comparison {
  readonly operator: Operator;
  readonly right: Path;
}

/** One piece of a template: text as it stands, a path in braces, or a `{range}` with what it repeats. */
export type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "range"; readonly path: Path; readonly body: readonly Part[] };

/** A parsed JSONPath template, as after `kubectl get -o jsonpath=`. */
export interface JsonPath {
  readonly parts: readonly Part[];
}
