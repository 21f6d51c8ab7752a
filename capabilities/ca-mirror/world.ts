import { type Informer, type InformerOptions, type Resource, secrets } from "@tegata/kube";
import type { KubeObject } from "@tegata/kube-types";
import type { CaptControlPlane, WorkspaceTemplateApply } from "./api/capt.ts";
import { applyNameOf, secretKeysOf } from "./names.ts";
import { captControlPlanes, workspaceTemplateApplies } from "./resources.ts";

/** What hands out informers. The part of `InformerFactory` that is used here. */
export interface InformerSource {
  informer<T extends KubeObject>(resource: Resource<T>, options?: InformerOptions<T>): Informer<T>;
}

/** The local copy of what the mirror watches. */
export interface World {
  readonly controlPlanes: Informer<CaptControlPlane>;
  readonly applies: Informer<WorkspaceTemplateApply>;
  /** All Secrets, metadata only: whether one is there, and whether it changed. */
  readonly secretMetadata: Informer<KubeObject>;
}

/** Index of control planes by `namespace/name` of every Secret that their mirror reads or keeps. */
export const BY_SECRET = "bySecret";
/** Index of control planes by `namespace/name` of their WorkspaceTemplateApply. */
export const BY_APPLY = "byApply";

function applyKeysOf(controlPlane: CaptControlPlane): string[] {
  return [`${controlPlane.metadata.namespace ?? ""}/${applyNameOf(controlPlane)}`];
}

/** Opens the informers; calling it again gives the same ones. @param namespace - empty for all namespaces. */
export function watchWorld(source: InformerSource, namespace: string): World {
  const scope = namespace === "" ? {} : { namespace };
  return {
    controlPlanes: source.informer(captControlPlanes, {
      ...scope,
      indexes: { [BY_SECRET]: secretKeysOf, [BY_APPLY]: applyKeysOf },
    }),
    applies: source.informer(workspaceTemplateApplies, scope),
    secretMetadata: source.informer<KubeObject>(secrets, { ...scope, metadataOnly: true }),
  };
}
