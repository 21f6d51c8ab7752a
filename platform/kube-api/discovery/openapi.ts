import type { JsonObject } from "@tegata/kube-types";
import type { ResourceDefinition } from "../registry/types.ts";
import { componentSchemas } from "./component-schemas.ts";

/**
 * `/openapi/v3`: where the document of each group and version lies.
 *
 * @param hashes - path such as `apis/apps/v1` to the hash of its document.
 */
export function openApiIndex(hashes: ReadonlyMap<string, string>): JsonObject {
  const paths: JsonObject = {};
  for (const [path, hash] of hashes) paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  return { paths };
}

/** `/openapi/v3/<group and version>`: the operations of its kinds, and every schema that they are made of. */
export function openApiDocument(resources: readonly ResourceDefinition[]): JsonObject {
  const paths: JsonObject = {};
  for (const resource of resources) Object.assign(paths, resourcePaths(resource));
  return {
    openapi: "3.0.0",
    info: { title: "Kubernetes", version: "unversioned" },
    paths,
    components: { schemas: componentSchemas(resources) },
  };
}

function resourcePaths(resource: ResourceDefinition): JsonObject {
  const { group, version, plural, namespaced } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const collection = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
  const verbs = new Set(resource.verbs);
  const list = verbs.has("list") ? { get: operation(resource, "list", []) } : {};
  const item = verbs.has("get") ? { get: operation(resource, "get", []) } : {};
  const put = verbs.has("update") ? { put: operation(resource, "put", WRITE_PARAMETERS) } : {};
  const patch = verbs.has("patch") ? { patch: operation(resource, "patch", PATCH_PARAMETERS) } : {};
  return {
    [collection]: { ...list, post: operation(resource, "post", WRITE_PARAMETERS) },
    ...(verbs.has("get") ? { [`${collection}/{name}`]: { ...item, ...put, ...patch } } : {}),
  };
}

const WRITE_PARAMETERS: JsonObject[] = ["dryRun", "fieldManager", "fieldValidation"].map((name) => ({
  name,
  in: "query",
  schema: { type: "string", uniqueItems: true },
}));

const PATCH_PARAMETERS: JsonObject[] = [
  ...WRITE_PARAMETERS,
  { name: "force", in: "query", schema: { type: "boolean", uniqueItems: true } },
];

function operation(resource: ResourceDefinition, action: string, parameters: JsonObject[]): JsonObject {
  const { group, version, kind } = resource;
  return {
    "x-kubernetes-action": action,
    "x-kubernetes-group-version-kind": { group, version, kind },
    ...(parameters.length === 0 ? {} : { parameters }),
    responses: { "200": { description: "OK" } },
  };
}
