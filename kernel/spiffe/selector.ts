import { encodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { compareBytes } from "@tegata/pki";
import { quoted } from "./quoted.ts";

declare const selectorBrand: unique symbol;

/** A property by which a workload or node is recognised, e.g. `k8s:ns:shop`: its attestor, and what that found. */
export interface Selector {
  /** The attestor, e.g. `unix`; without a colon. */
  readonly type: string;
  /** Opaque here, e.g. `uid:1000`. May hold colons. */
  readonly value: string;
  readonly [selectorBrand]: true;
}

/** How two sets of selectors are compared in a listing. `spire.api.types.SelectorMatch.MatchBehavior` */
export type SelectorMatch = "exact" | "subset" | "superset" | "any";

/** @throws TegataError `SELECTOR_INVALID` with the reason in SPIRE's words. */
export function selector(type: string, value: string): Selector {
  if (type === "") throw invalid(`:${value}`, "missing selector type");
  if (type.includes(":")) throw invalid(`${type}:${value}`, "selector type contains ':'");
  if (value === "") throw invalid(`${type}:`, "missing selector value");
  return { type, value } as Selector;
}

/** Parses `type:value`; the first colon divides. @throws TegataError `SELECTOR_INVALID` */
export function parseSelector(text: string): Selector {
  const colon = text.indexOf(":");
  if (colon < 0) throw invalid(text, "it has no colon");
  return selector(text.slice(0, colon), text.slice(colon + 1));
}

/** The inverse of {@link parseSelector}; equal exactly for equal selectors. */
export function formatSelector({ type, value }: Selector): string {
  return `${type}:${value}`;
}

/** The order in which SPIRE sorts selectors: by type, then by value, each by its bytes in UTF-8. */
export function compareSelectors(a: Selector, b: Selector): number {
  return compareText(a.type, b.type) || compareText(a.value, b.value);
}

/** The same set: sorted, each once. */
export function selectorSet(selectors: Iterable<Selector>): readonly Selector[] {
  const unique = new Map(Array.from(selectors, (one) => [formatSelector(one), one]));
  return [...unique.values()].toSorted(compareSelectors);
}

/** Whether every selector of an entry was found: then the workload or node gets the entry's SPIFFE ID. */
export function includesSelectors(found: readonly Selector[], wanted: readonly Selector[]): boolean {
  const texts = new Set(found.map(formatSelector));
  return wanted.every((one) => texts.has(formatSelector(one)));
}

/** Whether an entry's selectors match those of a filter: they are its subset, its superset, the same, or share one. */
export function matchesSelectors(own: readonly Selector[], filter: readonly Selector[], match: SelectorMatch): boolean {
  switch (match) {
    case "exact":
      return includesSelectors(own, filter) && includesSelectors(filter, own);
    case "subset":
      return includesSelectors(filter, own);
    case "superset":
      return includesSelectors(own, filter);
    case "any":
      return filter.some((one) => includesSelectors(own, [one]));
  }
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : compareBytes(encodeUtf8(a), encodeUtf8(b));
}

function invalid(text: string, why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "SELECTOR_INVALID",
    message: `${quoted(text)} is not a selector: ${why}`,
    remedy: 'Write it as "type:value", e.g. "k8s:ns:shop" or "unix:uid:1000".',
  });
}
