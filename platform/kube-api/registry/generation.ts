import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "@tegata/kube-types";
import type { ResourceDefinition } from "./types.ts";

/** Whether objects of a kind carry `metadata.generation`. */
export function tracksGeneration({ isCustom, strategy }: ResourceDefinition): boolean {
  return isCustom || strategy.tracksGeneration === true;
}

/** Whether an update changes what the generation counts: anything but `metadata`, and `status` where it has its own endpoint. */
export function changesGeneration(definition: ResourceDefinition, object: KubeObject, old: KubeObject): boolean {
  return !isDeepStrictEqual(desiredState(definition, object), desiredState(definition, old));
}

function desiredState({ hasStatus, isCustom }: ResourceDefinition, object: KubeObject): object {
  const { metadata: _metadata, ...rest } = object as KubeObject & { status?: unknown };
  if (hasStatus || !isCustom) delete rest.status;
  return rest;
}
