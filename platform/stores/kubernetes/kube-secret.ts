import { decodeBase64, encodeUtf8, SecretBytes } from "@tegata/bytes";
import type { ObjectMeta, Secret } from "@tegata/kube-types";
import type { ExtractOutcome, ReadOutcome, RemoteSecret } from "../contract.ts";
import { getPath } from "../gjson/index.ts";
import { encodeGoJson, encodeGoJsonString, encodeGoObject } from "../json/go-json.ts";
import { parseJson, stringBytes } from "../json/json-node.ts";
import { notAnObject } from "../json/json-secret.ts";

/**
 * The values of a Kubernetes Secret. A property is a key, to the letter, or else `key.path` with a gjson path into that
 * key's value. External Secrets Operator, Kubernetes provider.
 */
export class KubeSecret implements RemoteSecret {
  readonly version: string;
  readonly #values: ReadonlyMap<string, Uint8Array>;

  constructor(secret: Secret) {
    this.version = secret.metadata.resourceVersion ?? "";
    this.#values = valuesOf(secret);
  }

  read(property: string): ReadOutcome {
    return outcomeOf(property === "" ? wholeJson(this.#values) : readValue(this.#values, property), this.version);
  }

  extract(property: string): ExtractOutcome {
    if (property === "") return { kind: "found", values: secretValues(this.#values) };
    return extractJson(readValue(this.#values, property));
  }
}

/** The labels and annotations of a Kubernetes Secret: properties `labels`, `annotations`, `labels.NAME`, `labels.NAME.path`. */
export class KubeSecretMetadata implements RemoteSecret {
  readonly version: string;
  readonly #maps: ReadonlyMap<string, ReadonlyMap<string, Uint8Array> | undefined>;

  constructor({ labels, annotations, resourceVersion = "" }: ObjectMeta) {
    this.version = resourceVersion;
    this.#maps = new Map([
      ["annotations", textMap(annotations)],
      ["labels", textMap(labels)],
    ]);
  }

  read(property: string): ReadOutcome {
    if (property === "") return outcomeOf(encodeGoObject(this.#asJson(), "plain"), this.version);
    const [map = "", ...name] = property.split(".");
    if (!this.#maps.has(map)) return { kind: "absent" };
    if (name.length === 0) return outcomeOf(this.#asJson().get(map), this.version);
    return outcomeOf(readValue(this.#maps.get(map) ?? new Map(), name.join(".")), this.version);
  }

  extract(property: string): ExtractOutcome {
    if (property === "") return { kind: "found", values: secretValues(this.#asJson()) };
    const outcome = this.read(property);
    if (outcome.kind === "error") throw outcome.error;
    return outcome.kind === "absent" ? outcome : extractJson(outcome.bytes.reveal());
  }

  #asJson(): ReadonlyMap<string, Uint8Array> {
    return new Map(
      [...this.#maps].map(([name, map]) => [name, map === undefined ? encodeUtf8("null") : wholeJson(map)]),
    );
  }
}

/** All values as one JSON object of strings. */
export function wholeJson(values: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const members = [...values].map(([key, value]) => [key, encodeGoJsonString(value, "plain")] as const);
  return encodeGoObject(new Map(members), "plain");
}

/** The values of a Secret, decoded. */
export function valuesOf({ data = {} }: Secret): Map<string, Uint8Array> {
  return new Map(Object.entries(data).map(([key, text]) => [key, decodeBase64(text) ?? new Uint8Array()]));
}

/** Names may have dots of their own, so the longest name that is a key is taken, and the rest is a path into its value. */
function readValue(values: ReadonlyMap<string, Uint8Array>, property: string): Uint8Array | undefined {
  const exact = values.get(property);
  if (exact !== undefined) return exact;
  for (let dot = property.lastIndexOf("."); dot > 0; dot = property.lastIndexOf(".", dot - 1)) {
    const value = values.get(property.slice(0, dot));
    const path = property.slice(dot + 1);
    if (value !== undefined && path !== "") return getPath(value, encodeUtf8(path))?.text;
  }
  return undefined;
}

/** As upstream, every value is JSON, so a string keeps its quotes. */
function extractJson(bytes: Uint8Array | undefined): ExtractOutcome {
  if (bytes === undefined) return { kind: "absent" };
  const object = parseJson(bytes);
  if (object?.kind !== "object") throw notAnObject();
  const values = object.members.map(({ key, value }) => {
    const name = Buffer.from(stringBytes(key)).toString("utf8");
    return [name, new SecretBytes(encodeGoJson(value, "plain"))] as const;
  });
  return { kind: "found", values: new Map(values) };
}

function textMap(map: Readonly<Record<string, string>> | undefined): ReadonlyMap<string, Uint8Array> | undefined {
  return map === undefined ? undefined : new Map(Object.entries(map).map(([key, text]) => [key, encodeUtf8(text)]));
}

function secretValues(values: ReadonlyMap<string, Uint8Array>): Map<string, SecretBytes> {
  return new Map([...values].map(([key, value]) => [key, new SecretBytes(value.slice())]));
}

function outcomeOf(bytes: Uint8Array | undefined, version: string): ReadOutcome {
  return bytes === undefined ? { kind: "absent" } : { kind: "found", bytes: new SecretBytes(bytes.slice()), version };
}
