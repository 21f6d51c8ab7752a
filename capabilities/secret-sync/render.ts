import { decodeUtf8, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { parse as parseYaml } from "yaml";
import type { DecodingStrategy, ExternalSecret, ExternalSecretTemplate, TemplateFrom } from "./api/external-secret.ts";
import { decodeValue } from "./assemble/decoding.ts";
import { templateProblems } from "./admission.ts";
import type { RenderedTarget } from "./target.ts";

/** Renders one Go template over the values read, to bytes: a value may be binary. @throws TegataError naming `name`, line and column; never a value */
export type RenderTemplate = (name: string, template: string, values: ReadonlyMap<string, SecretBytes>) => Uint8Array;

/** The texts of the templates that `templateFrom` refers to: `configmap/name/key` or `secret/name/key` → text. */
export type TemplateTexts = ReadonlyMap<string, string>;

interface Draft {
  data: Map<string, Uint8Array>;
  labels: Map<string, string>;
  annotations: Map<string, string>;
}

/** Key of {@link TemplateTexts}. */
export function templateTextKey(kind: "configmap" | "secret", name: string, key: string): string {
  return `${kind}/${name}/${key}`;
}

/**
 * Makes the target's content of the values read. In order, the later winning: the values themselves (no template bodies, or
 * `mergePolicy: Merge`), `templateFrom`, `template.data`.
 *
 * @throws TegataError of kind `invalid-input` if a template does not parse, fails, or is not allowed.
 * @see reference eso.md section 2.5 ("Value precedence") and 4
 */
export function renderTarget(
  { spec, metadata }: ExternalSecret,
  values: ReadonlyMap<string, SecretBytes>,
  texts: TemplateTexts,
  render: RenderTemplate,
): RenderedTarget {
  const { template } = spec.target ?? {};
  if (template === undefined) {
    return {
      data: reveal(values),
      labels: metadata.labels ?? {},
      annotations: metadata.annotations ?? {},
      finalizers: [],
      type: undefined,
    };
  }
  refuseForbidden(template);
  const draft: Draft = { data: new Map(), labels: new Map(), annotations: new Map() };
  const hasBodies = Object.keys(template.data ?? {}).length > 0 || (template.templateFrom ?? []).length > 0;
  if (!hasBodies || template.mergePolicy === "Merge") draft.data = reveal(values);
  for (const [index, source] of (template.templateFrom ?? []).entries()) {
    renderSource(source, `templateFrom[${index}]`, { draft, values, texts, render });
  }
  for (const [key, text] of Object.entries(template.data ?? {})) {
    draft.data.set(key, render(`template.data[${key}]`, text, values));
  }
  for (const [key, text] of Object.entries(template.metadata?.labels ?? {})) {
    draft.labels.set(key, decodeUtf8(render(`template.metadata.labels[${key}]`, text, values)));
  }
  for (const [key, text] of Object.entries(template.metadata?.annotations ?? {})) {
    draft.annotations.set(key, decodeUtf8(render(`template.metadata.annotations[${key}]`, text, values)));
  }
  return {
    data: draft.data,
    labels: Object.fromEntries(draft.labels),
    annotations: Object.fromEntries(draft.annotations),
    finalizers: template.metadata?.finalizers ?? [],
    type: template.type === "" ? undefined : template.type,
  };
}

interface RenderContext {
  readonly draft: Draft;
  readonly values: ReadonlyMap<string, SecretBytes>;
  readonly texts: TemplateTexts;
  readonly render: RenderTemplate;
}

function renderSource(source: TemplateFrom, where: string, context: RenderContext): void {
  const decoding = source.valuesDecodingStrategy ?? "None";
  const put = (key: string, value: Uint8Array): void =>
    putValue(context.draft, source.target ?? "Data", { key, value, decoding, where });
  if (source.literal !== undefined)
    putAll(context.render(`${where}.literal`, source.literal, context.values), where, put);
  for (const kind of ["configMap", "secret"] as const) {
    const reference = source[kind];
    for (const { key, templateAs = "Values" } of reference?.items ?? []) {
      const name = reference?.name ?? "";
      const text = context.texts.get(templateTextKey(kind === "secret" ? "secret" : "configmap", name, key));
      if (text === undefined) throw missingSource(kind, name, key, where);
      const rendered = context.render(`${where}.${kind} "${name}" key "${key}"`, text, context.values);
      if (templateAs === "KeysAndValues") putAll(rendered, where, put);
      else put(key, rendered);
    }
  }
}

/** The rendered text is a YAML map of keys and values. Its content is secret, so the parser's message is not passed on. */
function putAll(rendered: Uint8Array, where: string, put: (key: string, value: Uint8Array) => void): void {
  let parsed: unknown;
  try {
    parsed = parseYaml(decodeUtf8(rendered), { maxAliasCount: 0, schema: "core" });
  } catch {
    throw notAMap(where);
  }
  if (parsed === null) return;
  if (typeof parsed !== "object" || Array.isArray(parsed)) throw notAMap(where);
  for (const [key, value] of Object.entries(parsed)) {
    if (value !== null && typeof value === "object") throw notAMap(where);
    put(key, encodeUtf8(value === null ? "" : String(value)));
  }
}

function putValue(
  draft: Draft,
  target: string,
  { key, value, decoding, where }: { key: string; value: Uint8Array; decoding: DecodingStrategy; where: string },
): void {
  const bytes = decodeValue(new SecretBytes(value), decoding, `${where} key "${key}"`).reveal();
  switch (target.toLowerCase()) {
    case "annotations":
      draft.annotations.set(key, decodeUtf8(bytes));
      return;
    case "labels":
      draft.labels.set(key, decodeUtf8(bytes));
      return;
    default:
      draft.data.set(key, bytes);
  }
}

function reveal(values: ReadonlyMap<string, SecretBytes>): Map<string, Uint8Array> {
  return new Map([...values].map(([key, value]) => [key, value.reveal()]));
}

function refuseForbidden(template: ExternalSecretTemplate): void {
  const problems = templateProblems(template, true);
  if (problems.length === 0) return;
  throw new TegataError({
    kind: "denied",
    code: "TEMPLATE_FORBIDDEN",
    message: problems.join("; "),
    remedy: "Use another type, or create that Secret by hand: Tegata does not let a template mint credentials.",
  });
}

function notAMap(where: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "TEMPLATE_NOT_A_MAP",
    message: `${where}: the rendered text is not a YAML map of keys and plain values`,
    remedy:
      'Render lines such as `key: "value"` (quote values that YAML would read as something else), or use templateAs: Values.',
  });
}

function missingSource(kind: string, name: string, key: string, where: string): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "TEMPLATE_SOURCE_MISSING",
    message: `${where}: ${kind === "secret" ? "Secret" : "ConfigMap"} "${name}" has no key "${key}", or is not there`,
    remedy: "Create it in the namespace of the ExternalSecret; the sync follows at once.",
  });
}
