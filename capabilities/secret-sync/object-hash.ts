import { createHash } from "node:crypto";
import { encodeUtf8 } from "@tegata/bytes";

/**
 * A value as Go's `%+v` prints it: a text, bytes, a map with text keys, a struct (fields in the order given), or nil.
 */
export type GoValue =
  | string
  | Uint8Array
  | ReadonlyMap<string, GoValue>
  | { readonly struct: Readonly<Record<string, GoValue>> }
  | null;

/**
 * External Secrets' ObjectHash: SHA3-224 over Go's `%+v` of the value, as lower-case hexadecimal. Matching it to the
 * letter is what lets Tegata take over Secrets that External Secrets wrote without writing any.
 *
 * @see reference eso.md section 2.3
 */
export function objectHash(value: GoValue): string {
  return createHash("sha3-224").update(formatGo(value)).digest("hex");
}

function formatGo(value: GoValue): string {
  if (value === null) return "<nil>";
  if (typeof value === "string") return value;
  if (value instanceof Uint8Array) return `[${value.join(" ")}]`;
  if (value instanceof Map) {
    const entries = [...value.entries()].sort(([a], [b]) => compareBytewise(a, b));
    return `map[${entries.map(([key, item]) => `${key}:${formatGo(item)}`).join(" ")}]`;
  }
  const { struct } = value as { readonly struct: Readonly<Record<string, GoValue>> };
  return `{${Object.entries(struct)
    .map(([name, item]) => `${name}:${formatGo(item)}`)
    .join(" ")}}`;
}

/** Orders as Go orders strings: by their UTF-8 bytes, which differs from UTF-16 order beyond the basic plane. */
export function compareBytewise(a: string, b: string): number {
  const [x, y] = [encodeUtf8(a), encodeUtf8(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = (x[i] ?? 0) - (y[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}

/** Hash of a Secret's data, for the annotation `reconcile.external-secrets.io/data-hash`. */
export function dataHash(data: ReadonlyMap<string, Uint8Array>): string {
  return objectHash(data);
}

/** Value of the label `reconcile.external-secrets.io/created-by` on Secrets that this ExternalSecret owns. */
export function ownerHash(namespace: string, name: string): string {
  return objectHash(`${namespace}/${name}`);
}

/** Informers hand out one object until it changes, and ask for its state at every turn. */
const SYNCED_VERSIONS = new WeakMap<object, string>();

/** `status.syncedResourceVersion` of an ExternalSecret: it changes with the spec, the labels and the annotations. */
export function syncedResourceVersion(metadata: {
  readonly generation?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}): string {
  const known = SYNCED_VERSIONS.get(metadata);
  if (known !== undefined) return known;
  const { generation = 0, annotations = {}, labels = {} } = metadata;
  const state = { annotations: new Map(Object.entries(annotations)), labels: new Map(Object.entries(labels)) };
  const version = `${generation}-${objectHash({ struct: state })}`;
  SYNCED_VERSIONS.set(metadata, version);
  return version;
}
