import type { KubeObject } from "@tegata/kube-types";
import { bootstrapPolicy } from "../authz/index.ts";
import { selfContext } from "./self-context.ts";
import { createObject } from "../registry/create.ts";
import type { RequestContext, RestServices } from "../registry/context.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import type { WriteOptions } from "../registry/write-options.ts";
import { collectionOf, keyOf } from "../registry/resource-registry.ts";

const NAMESPACES: readonly string[] = ["default", "kube-system", "kube-public", "kube-node-lease"];

const OPTIONS: WriteOptions = {
  dryRun: false,
  fieldManager: "kube-apiserver",
  fieldValidation: "Ignore",
  force: false,
};

/** Creates what every cluster has from the start and what is missing here: namespaces, roles and bindings. */
export async function createDefaultObjects(services: RestServices, now: Date): Promise<void> {
  const context = selfContext(now);
  const namespaces = NAMESPACES.map(
    (name): KubeObject => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } }),
  );
  await Promise.all([...namespaces, ...bootstrapPolicy()].map((object) => createIfMissing(services, object, context)));
}

/** Creates an object unless one of its name is there. */
export async function createIfMissing(
  services: RestServices,
  object: KubeObject,
  context: RequestContext,
): Promise<void> {
  const definition = definitionOf(services, object);
  const { name = "", namespace = "" } = object.metadata;
  const place = { collection: collectionOf(definition), key: keyOf(definition, namespace, name) };
  if (services.store.head(place) !== undefined) return;
  await createObject(services, { definition, namespace, name, subresource: "" }, object, OPTIONS, context);
}

function definitionOf({ resources }: RestServices, { apiVersion, kind }: KubeObject): ResourceDefinition {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const definition = resources.findKind(group, version, kind);
  if (definition === undefined) throw new Error(`no definition of ${apiVersion} ${kind}`);
  return definition;
}
