import { formatElement, type PathElement, sortElements } from "./path-element.ts";

/** One place in an object: whether it is itself in the set, and what below it is. Never neither. */
export interface FieldNode {
  readonly owned: boolean;
  /** Undefined rather than empty. */
  readonly below: FieldSet | undefined;
}

/** A set of paths into an object, as a tree. Immutable: the operations share what does not change. */
export type FieldSet = ReadonlyMap<PathElement, FieldNode>;

/** A place that is in the set, with nothing below it. */
export const LEAF: FieldNode = { owned: true, below: undefined };

/** The set without paths. */
export const NO_FIELDS: FieldSet = new Map();

/** Paths that are in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a.size === 0) return b;
  if (b.size === 0 || a === b) return a;
  const result = new Map(a);
  for (const [element, node] of b) {
    const other = a.get(element);
    result.set(element, other === undefined ? node : uniteNodes(other, node));
  }
  return result;
}

/** A place that is in either set. */
export function uniteNodes(a: FieldNode, b: FieldNode): FieldNode {
  return nodeFrom(a, a.owned || b.owned, union(a.below ?? NO_FIELDS, b.below ?? NO_FIELDS)) ?? a;
}

/** Paths that are in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (b.size === 0) return NO_FIELDS;
  return derive(a, (node, element) => {
    const other = b.get(element);
    if (other === undefined) return undefined;
    return nodeFrom(node, node.owned && other.owned, intersection(node.below ?? NO_FIELDS, other.below ?? NO_FIELDS));
  });
}

/** Paths of `a` that are not in `b`; what lies below a path of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (b.size === 0) return a;
  return derive(a, (node, element) => {
    const other = b.get(element);
    if (other === undefined) return node;
    return nodeFrom(node, node.owned && !other.owned, difference(node.below ?? NO_FIELDS, other.below ?? NO_FIELDS));
  });
}

/** Paths of `a` that are neither in `b` nor below a path of `b`. */
export function exclude(a: FieldSet, b: FieldSet): FieldSet {
  if (b.size === 0) return a;
  return derive(a, (node, element) => {
    const other = b.get(element);
    if (other === undefined) return node;
    return other.owned
      ? undefined
      : nodeFrom(node, node.owned, exclude(node.below ?? NO_FIELDS, other.below ?? NO_FIELDS));
  });
}

/** Whether two sets have the same paths. */
export function equalSets(a: FieldSet, b: FieldSet): boolean {
  return difference(a, b).size === 0 && difference(b, a).size === 0;
}

/** Maps each node, drops those of which nothing is left, and returns the same set if nothing changes. */
export function derive(
  set: FieldSet,
  change: (node: FieldNode, element: PathElement) => FieldNode | undefined,
): FieldSet {
  const result = new Map<PathElement, FieldNode>();
  let isSame = true;
  for (const [element, node] of set) {
    const changed = change(node, element);
    if (changed !== undefined) result.set(element, changed);
    isSame &&= changed === node;
  }
  return isSame ? set : result;
}

/** A node in place of another: the same if nothing changes, undefined if nothing is left. */
export function nodeFrom(node: FieldNode, owned: boolean, below: FieldSet): FieldNode | undefined {
  if (owned === node.owned && below === (node.below ?? NO_FIELDS)) return node;
  if (below.size > 0) return { owned, below };
  return owned ? LEAF : undefined;
}

/** The paths as messages print them, e.g. `.spec.containers[name="a"].image`: at each level first the fields, then what is below them. */
export function formatPaths(set: FieldSet, prefix = ""): string[] {
  const elements = sortElements(set.keys());
  const own = elements.filter((element) => set.get(element)?.owned === true);
  return [
    ...own.map((element) => prefix + formatElement(element)),
    ...elements.flatMap((element) =>
      formatPaths(set.get(element)?.below ?? NO_FIELDS, prefix + formatElement(element)),
    ),
  ];
}

interface MutableNode {
  owned: boolean;
  below: Map<PathElement, MutableNode> | undefined;
}

/** Collects paths into a set. */
export class FieldSetBuilder {
  readonly #root = new Map<PathElement, MutableNode>();

  /** Adds a path. The empty path, which is the whole object, is owned by nobody and left out. */
  add(path: readonly PathElement[]): void {
    let level = this.#root;
    let node: MutableNode | undefined;
    for (const element of path) {
      if (node !== undefined) level = node.below ??= new Map();
      node = level.get(element);
      if (node === undefined) level.set(element, (node = { owned: false, below: undefined }));
    }
    if (node !== undefined) node.owned = true;
  }

  build(): FieldSet {
    return this.#root;
  }
}

/** The set of these paths of field names. */
export function fieldSetOf(paths: readonly (readonly string[])[]): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.add(path.map((name) => `f:${name}`));
  return builder.build();
}
