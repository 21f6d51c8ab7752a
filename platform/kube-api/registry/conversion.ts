import { formatGroupVersion, type KubeObject } from "@tegata/kube-types";
import type { EncodedObject } from "../store/index.ts";
import { encodeLazily } from "./context.ts";
import type { ResourceDefinition } from "./types.ts";

/** The stored object in the version of `definition`. */
export async function fromStorage(definition: ResourceDefinition, stored: EncodedObject): Promise<EncodedObject> {
  if (isStorageVersion(definition, stored)) return stored;
  return encodeLazily(await convertTo(definition, stored.object, definition.version));
}

/** The stored objects in the version of `definition`. */
export async function allFromStorage(
  definition: ResourceDefinition,
  stored: readonly EncodedObject[],
): Promise<readonly EncodedObject[]> {
  if (definition.version === definition.storageVersion && definition.convert === undefined) return stored;
  return Promise.all(stored.map((object) => fromStorage(definition, object)));
}

/** An object of `definition`'s version as it is to be stored. */
export async function toStorage(definition: ResourceDefinition, object: KubeObject): Promise<KubeObject> {
  if (definition.version === definition.storageVersion) return object;
  return convertTo(definition, object, definition.storageVersion);
}

/** Objects stay in the version in which they were written until they are written again. */
function isStorageVersion(definition: ResourceDefinition, stored: EncodedObject): boolean {
  if (definition.version === definition.storageVersion && definition.convert === undefined) return true;
  return stored.object.apiVersion === formatGroupVersion(definition);
}

async function convertTo(definition: ResourceDefinition, object: KubeObject, version: string): Promise<KubeObject> {
  const apiVersion = formatGroupVersion({ group: definition.group, version });
  if (definition.convert === undefined) return { ...object, apiVersion };
  return definition.convert(structuredClone(object), version);
}
