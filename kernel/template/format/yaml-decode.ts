import { isAlias, isMap, isNode, isScalar, isSeq, type Node, parseAllDocuments, type Scalar, type YAMLMap } from "yaml";
import { decodeBase64 } from "@tegata/bytes";
import type { BudgetMeter } from "../budget.ts";
import { CallError } from "../template-error.ts";
import { byteStringOfBytes, byteStringOfText, textOf } from "../values/byte-string.ts";
import { GoMap, GoSlice, type GoValue, INTERFACE } from "../values/value.ts";
import { formatFloat } from "./float.ts";
import { resolveYamlScalar } from "./yaml-resolve.ts";

const STEPS_PER_BYTE = 6;

/**
 * Decodes the first document of a YAML text as `sigs.k8s.io/yaml` does: by way of JSON, so that numbers are `float64`.
 *
 * @throws CallError if it is not YAML, or holds what JSON cannot; the message holds no values.
 */
export function decodeYaml(byteString: string, budget: BudgetMeter): GoValue {
  budget.string(byteString.length);
  // Reading is slower than most work per byte, and deep nesting would exhaust the library's stack.
  budget.spend(STEPS_PER_BYTE * byteString.length);
  checkNesting(byteString, budget);
  const text = textOf(byteString);
  const documents = parseAllDocuments(text, {
    schema: "failsafe",
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
    strict: false,
  });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (document === undefined) return null;
  if (document.errors.length > 0) throw new CallError("error converting YAML to JSON: the text is not valid YAML");
  return new YamlDecoder(text, budget).value(document.contents);
}

/** How much deeper than the budget's depth brackets and dashes may go, as plain text may hold some. */
const NESTING_SLACK = 8;

/** Refuses what would exhaust the library's stack: brackets left open, and many dashes in one line. */
function checkNesting(text: string, budget: BudgetMeter): void {
  let open = 0;
  for (const line of text.split("\n")) {
    budget.checkDepth((line.match(/[-?:] /g)?.length ?? 0) / NESTING_SLACK);
    for (const [bracket] of line.matchAll(/[[\]{}]/g)) {
      open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(open - 1, 0);
      budget.checkDepth(open / NESTING_SLACK);
    }
  }
}

class YamlDecoder {
  readonly #text: string;
  readonly #budget: BudgetMeter;
  /** The library's own search for an anchor reads the whole document each time. */
  readonly #anchors = new Map<string, Node>();

  constructor(text: string, budget: BudgetMeter) {
    this.#text = text;
    this.#budget = budget;
  }

  value(node: unknown): GoValue {
    this.#budget.spend(4);
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source);
      if (target === undefined) throw new CallError("error converting YAML to JSON: yaml: unknown anchor");
      return this.#budget.nested(() => this.value(target));
    }
    if (isNode(node) && node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return this.#scalar(node);
    if (isSeq(node)) {
      return this.#budget.nested(
        () =>
          new GoSlice(
            INTERFACE,
            node.items.map((item) => this.value(item)),
          ),
      );
    }
    return isMap(node) ? this.#budget.nested(() => new GoMap(INTERFACE, this.#entries(node))) : null;
  }

  #entries(map: YAMLMap): Map<string, GoValue> {
    const entries = new Map<string, GoValue>();
    for (const { key, value } of map.items) {
      if (isScalar(key) && key.type === "PLAIN" && key.value === "<<") this.#merge(entries, value);
      else entries.set(this.#key(key), this.value(value));
    }
    return entries;
  }

  /** Takes over what a merge key names. go-yaml overwrites what stood before it, and is overwritten by what follows. */
  #merge(entries: Map<string, GoValue>, node: unknown): void {
    const merged = this.value(node);
    const sources = merged instanceof GoSlice ? merged.items.toReversed() : [merged];
    for (const source of sources) {
      if (!(source instanceof GoMap)) throw new CallError("error converting YAML to JSON: map merge requires map");
      for (const [key, value] of source.entries) entries.set(key, value);
    }
  }

  #key(node: unknown): string {
    const key = this.value(node);
    if (typeof key === "string") return key;
    if (typeof key === "boolean") return String(key);
    if (typeof key === "number") return formatFloat(key, Number.isInteger(key) ? "f" : "g", -1);
    throw new CallError("error converting YAML to JSON: unsupported map key");
  }

  /** @returns a scalar's text; go-yaml adds no line feed to a block that ends with the document and has none. */
  #textOf({ source = "", type, range }: Scalar): string {
    const isCutOff =
      type?.startsWith("BLOCK_") === true && range?.[1] === this.#text.length && !this.#text.endsWith("\n");
    return isCutOff ? source.replace(/\n$/, "") : source;
  }

  #scalar(node: Scalar): GoValue {
    const text = byteStringOfText(this.#textOf(node));
    const tag = node.tag;
    if (tag === "tag:yaml.org,2002:binary") {
      const bytes = decodeBase64(text.replaceAll(" ", ""));
      if (bytes === undefined) throw new CallError("error converting YAML to JSON: !!binary value is not base64");
      return byteStringOfBytes(bytes);
    }
    const isResolved =
      tag === undefined ? node.type === "PLAIN" : /^tag:yaml\.org,2002:(?:int|float|bool|null)$/.test(tag);
    if (!isResolved) return text;
    const scalar = resolveYamlScalar(text);
    switch (scalar.kind) {
      case "null":
        return null;
      case "bool":
        return scalar.value;
      case "int":
        return Number(scalar.value);
      case "float":
        if (!Number.isFinite(scalar.value)) throw notJson(formatFloat(scalar.value, "g", -1));
        return scalar.value;
      default:
        return text;
    }
  }
}

function notJson(value: string): CallError {
  return new CallError(`error converting YAML to JSON: json: unsupported value: ${value}`);
}
