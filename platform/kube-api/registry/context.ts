import type { KubeStatus } from "@tegata/kube-types";
import type { AdmissionController } from "../admission/types.ts";
import type { EncodedObject, Store } from "../store/index.ts";
import type { ResourceRegistry } from "./resource-registry.ts";
import type { ResourceDefinition, UserInfo } from "./types.ts";

/** What the REST handlers work with. */
export interface RestServices {
  readonly store: Store;
  readonly resources: ResourceRegistry;
  readonly admission: AdmissionController;
}

/** One request, apart from what it is about. */
export interface RequestContext {
  readonly user: UserInfo;
  readonly now: Date;
  /** Aborted when the client is gone or the server stops. */
  readonly signal: AbortSignal;
  /** The part of `User-Agent` before the first `/`: the default name of a field manager. */
  readonly userAgent: string;
  /** Adds a `Warning` header to the answer. */
  warn(text: string): void;
}

/** What a request is about: an object, or a collection if `name` is empty. */
export interface Target {
  readonly definition: ResourceDefinition;
  /** Empty for cluster-scoped resources and for lists over all namespaces. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
}

/** A list before it is written: the items stay encoded. */
export interface ListAnswer {
  readonly definition: ResourceDefinition;
  readonly resourceVersion: string;
  readonly continueToken?: string;
  readonly remainingItemCount?: number;
  readonly items: readonly EncodedObject[];
}

/** What a request leads to. */
export type RestAnswer =
  | {
      readonly kind: "object";
      readonly code: 200 | 201;
      readonly definition: ResourceDefinition;
      readonly object: EncodedObject;
    }
  | { readonly kind: "list"; readonly list: ListAnswer }
  | { readonly kind: "status"; readonly status: KubeStatus };

/** Wraps an object that is not stored as it is (converted, dry run, computed); it is serialised when it is needed. */
export function encodeLazily(object: EncodedObject["object"]): EncodedObject {
  let bytes: Buffer | undefined;
  return {
    object,
    get bytes() {
      bytes ??= Buffer.from(JSON.stringify(object));
      return bytes;
    },
  };
}
