import { readFile } from "node:fs/promises";
import { TegataError } from "@tegata/errors";
import { defineResource, type KubeClient, type Resource } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import { parseAllDocuments } from "yaml";

/** Field manager of what `tegata up` applies. */
const FIELD_MANAGER = "tegata-up";

/** Reads the objects of a YAML file. @throws TegataError `MANIFEST_INVALID` with file and line */
export async function readManifest(file: string): Promise<KubeObject[]> {
  const documents = parseAllDocuments(await readFile(file, "utf8"));
  return [...documents].flatMap((document) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw invalid(file, problem.message);
    const object: unknown = document.toJS();
    if (object === null) return [];
    if (!isKubeObject(object)) throw invalid(file, "a document has no apiVersion, kind or metadata.name");
    return [object];
  });
}

/** Applies objects in order, server-side, so that a second start changes nothing that is as it should be. */
export async function applyObjects(
  client: KubeClient,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<void> {
  const resources = new Map<string, Resource>();
  for (const object of objects) {
    const key = `${object.apiVersion} ${object.kind}`;
    const resource = resources.get(key) ?? (await resourceOf(client, object, signal));
    resources.set(key, resource);
    await client.apply(resource, object, { fieldManager: FIELD_MANAGER, force: true }, signal);
  }
}

/** Asks discovery what a kind's plural is and whether it has namespaces. */
async function resourceOf(
  client: KubeClient,
  { apiVersion, kind }: KubeObject,
  signal: AbortSignal,
): Promise<Resource> {
  const { status, body } = await client.getRaw(
    apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`,
    signal,
  );
  const list =
    status === 200
      ? (JSON.parse(body) as { resources: { name: string; kind: string; namespaced: boolean }[] })
      : { resources: [] };
  const found = list.resources.find(({ name, kind: candidate }) => candidate === kind && !name.includes("/"));
  if (found === undefined) throw invalid(`${apiVersion} ${kind}`, "the API server does not know this kind");
  return defineResource({ apiVersion, kind, plural: found.name, namespaced: found.namespaced });
}

function isKubeObject(value: unknown): value is KubeObject {
  if (typeof value !== "object" || value === null) return false;
  const { apiVersion, kind, metadata } = value as Record<string, unknown>;
  return (
    typeof apiVersion === "string" &&
    typeof kind === "string" &&
    typeof metadata === "object" &&
    metadata !== null &&
    "name" in metadata
  );
}

function invalid(file: string, why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "MANIFEST_INVALID",
    message: `${file}: ${why}`,
    remedy: "Correct the manifest.",
  });
}
