import { isDeepStrictEqual } from "node:util";
import { formatGroupVersion, type KubeObject } from "@tegata/kube-types";
import type { EncodedObject } from "../store/index.ts";
import { encodeLazily } from "./context.ts";
import { settleFields } from "./decode.ts";
import type { ResourceDefinition } from "./types.ts";

/** By stored object: the definition under which it was last served, and how. Few objects are served in two versions. */
const served = new WeakMap<
  EncodedObject,
  { readonly definition: ResourceDefinition; readonly object: EncodedObject }
>();

/**
 * The stored object as `definition` serves it: in its version and, for a custom resource, with the defaults and without the
 * fields of a schema that may have changed since the object was written.
 */
export async function fromStorage(definition: ResourceDefinition, stored: EncodedObject): Promise<EncodedObject> {
  if (isServedAsStored(definition)) return stored;
  const known = served.get(stored);
  if (known?.definition === definition) return known.object;
  const object = await serve(definition, stored);
  served.set(stored, { definition, object });
  return object;
}

/** The stored objects as `definition` serves them. */
export async function allFromStorage(
  definition: ResourceDefinition,
  stored: readonly EncodedObject[],
): Promise<readonly EncodedObject[]> {
  if (isServedAsStored(definition)) return stored;
  return Promise.all(stored.map((object) => fromStorage(definition, object)));
}

/** An object of `definition`'s version as it is to be stored. */
export async function toStorage(definition: ResourceDefinition, object: KubeObject): Promise<KubeObject> {
  if (isStoredAsServed(definition)) return object;
  return convert(definition, object, definition.storageVersion);
}

/** The built-in kinds do not change while the server runs, and are stored in one version. */
export function isServedAsStored(definition: ResourceDefinition): boolean {
  return !definition.isCustom && isStoredAsServed(definition);
}

function isStoredAsServed({ version, storageVersion, storageGroup }: ResourceDefinition): boolean {
  return version === storageVersion && storageGroup === undefined;
}

/** Objects stay in the version in which they were written until they are written again. */
async function serve(definition: ResourceDefinition, stored: EncodedObject): Promise<EncodedObject> {
  const isWanted = stored.object.apiVersion === formatGroupVersion(definition);
  const copy = structuredClone(stored.object);
  const object = isWanted ? copy : await convert(definition, copy, definition.version);
  settleFields(definition, object);
  return isWanted && isDeepStrictEqual(object, stored.object) ? stored : encodeLazily(object);
}

async function convert(definition: ResourceDefinition, object: KubeObject, version: string): Promise<KubeObject> {
  const apiVersion = formatGroupVersion({ group: definition.group, version });
  if (definition.convert === undefined) return { ...object, apiVersion };
  return definition.convert(object, version);
}
