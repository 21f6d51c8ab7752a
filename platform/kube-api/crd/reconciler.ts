import { type KubeObject, namespacedName } from "@tegata/kube-types";
import { serviceEndpoints } from "../admission/service-endpoints.ts";
import { WebhookClient } from "../admission/webhook-client.ts";
import { ApiError } from "../http-errors.ts";
import { selfContext } from "../bootstrap/self-context.ts";
import type { RestServices } from "../registry/context.ts";
import { deleteObject } from "../registry/delete.ts";
import { collectionOf } from "../registry/resource-registry.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { StaleVersionError } from "../store/index.ts";
import { setCondition } from "./conditions.ts";
import { converterOf } from "./conversion-webhook.ts";
import { decideNames } from "./naming.ts";
import { definitionsOf } from "./resource-definitions.ts";
import { CLEANUP_FINALIZER, terminating } from "./strategy.ts";
import { asCrd, type CustomResourceDefinition, hasCondition } from "./types.ts";

/** Under which name the store keeps the CRDs. */
export const CRD_COLLECTION = "customresourcedefinitions.apiextensions.k8s.io";

/** Brings what is served, and what a CRD's status says, in step with the CRD. */
export class CrdReconciler {
  readonly #services: RestServices;
  readonly #now: () => Date;
  readonly #webhooks: WebhookClient;
  /** What is registered, by CRD; a schema is compiled once, so its definitions are made anew only when the CRD changed. */
  readonly #served = new Map<string, string>();
  readonly #objectWatches = new Map<string, () => void>();
  onObjectsGone: (name: string) => void = () => {};

  constructor(services: RestServices, now: () => Date) {
    this.#services = services;
    this.#webhooks = new WebhookClient(serviceEndpoints(services.store));
    this.#now = now;
  }

  stop(): void {
    for (const unwatch of this.#objectWatches.values()) unwatch();
    this.#objectWatches.clear();
    this.#webhooks.close();
  }

  async reconcile(name: string): Promise<void> {
    const revision = this.#services.store.get({ collection: CRD_COLLECTION, key: name });
    if (revision === undefined) return this.#forget(name);
    const crd = asCrd(revision.copy());
    if (crd.metadata.deletionTimestamp !== undefined) return this.#terminate(crd, name);
    const { acceptedNames, condition } = decideNames(crd, this.#otherCrds(name));
    if (condition.status === "True") this.#serve(crd, name);
    await this.#amend(name, (stored) => {
      stored.status = { ...stored.status, acceptedNames };
      setCondition(stored, condition, this.#now());
      if (!hasCondition(stored, "Established"))
        setCondition(stored, established(condition.status === "True"), this.#now());
    });
  }

  /** Its names are free now: others may have waited for them. */
  async #forget(name: string): Promise<void> {
    this.#served.delete(name);
    this.#objectWatches.get(name)?.();
    this.#objectWatches.delete(name);
    this.#services.resources.replace(name, []);
    for (const other of this.#otherCrds(name)) {
      if (!hasCondition(other, "NamesAccepted")) await this.reconcile(namespacedName(other));
    }
  }

  #serve(crd: CustomResourceDefinition, name: string): void {
    const { uid = "", generation = 0, deletionTimestamp } = crd.metadata;
    const state = `${uid}/${generation}/${deletionTimestamp === undefined}`;
    if (this.#served.get(name) === state) return;
    this.#services.resources.replace(name, definitionsOf(crd, converterOf(crd, this.#webhooks)));
    this.#served.set(name, state);
  }

  #otherCrds(name: string): CustomResourceDefinition[] {
    const { revisions } = this.#services.store.list({ collection: CRD_COLLECTION, prefix: "" });
    return revisions.filter(({ key }) => key !== name).map(({ object }) => asCrd(object));
  }

  async #terminate(crd: CustomResourceDefinition, name: string): Promise<void> {
    if (crd.metadata.finalizers?.includes(CLEANUP_FINALIZER) !== true) return;
    const isEstablished = hasCondition(crd, "Established");
    if (isEstablished) {
      this.#serve(crd, name);
      const progress = terminating("InstanceDeletionInProgress", "CustomResource deletion is in progress");
      await this.#amend(name, (stored) => void setCondition(stored, progress, this.#now()));
      await this.#deleteObjects(crd);
      if (this.#waitForObjects(crd, name)) return;
    }
    const done = isEstablished
      ? terminating("InstanceDeletionCompleted", "removed all instances", "False")
      : terminating("NeverEstablished", "resource was never established", "False");
    await this.#amend(name, (stored) => {
      setCondition(stored, done, this.#now());
      stored.metadata.finalizers = (stored.metadata.finalizers ?? []).filter((each) => each !== CLEANUP_FINALIZER);
    });
  }

  async #deleteObjects(crd: CustomResourceDefinition): Promise<void> {
    const definition = this.#anyDefinition(crd);
    if (definition === undefined) return;
    for (const object of this.#objectsOf(crd)) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      const { namespace = "", name = "" } = object.metadata;
      const options = { dryRun: false, propagation: undefined, preconditions: {}, gracePeriodSeconds: undefined };
      const target = { definition, namespace, name, subresource: "" };
      await ignoreGone(deleteObject(this.#services, target, options, selfContext(this.#now())));
    }
  }

  /** Objects with finalizers stay for a while. @returns whether there are any; then their end wakes the CRD up again. */
  #waitForObjects(crd: CustomResourceDefinition, name: string): boolean {
    if (this.#objectsOf(crd).length === 0) return false;
    if (!this.#objectWatches.has(name)) {
      const { store } = this.#services;
      const collection = collectionFor(crd);
      const range = { collection, prefix: "", fromVersion: store.version };
      this.#objectWatches.set(
        name,
        store.watch(range, (events) => {
          if (events.some(({ deleted }) => deleted)) this.onObjectsGone(name);
        }),
      );
    }
    return true;
  }

  #objectsOf(crd: CustomResourceDefinition): KubeObject[] {
    const { revisions } = this.#services.store.list({ collection: collectionFor(crd), prefix: "" });
    return revisions.map(({ object }) => object);
  }

  #anyDefinition({ spec }: CustomResourceDefinition): ResourceDefinition | undefined {
    const { resources } = this.#services;
    return resources.stored(spec.group, spec.names.plural) ?? resources.findKind(spec.group, "", spec.names.kind);
  }

  /** Changes the stored CRD, unless that changes nothing; again if another write got ahead. Without finalizers it goes. */
  async #amend(name: string, change: (crd: CustomResourceDefinition) => void): Promise<void> {
    const place = { collection: CRD_COLLECTION, key: name };
    for (;;) {
      const head = this.#services.store.head(place);
      if (head === undefined) return;
      const crd = asCrd(head.copy());
      const before = JSON.stringify(crd);
      change(crd);
      if (JSON.stringify(crd) === before) return;
      const isGone = crd.metadata.deletionTimestamp !== undefined && (crd.metadata.finalizers ?? []).length === 0;
      try {
        await this.#services.store.commit({
          ...place,
          expectedVersion: head.version,
          object: isGone ? undefined : crd,
        });
        return;
      } catch (error) {
        if (!(error instanceof StaleVersionError)) throw error;
      }
    }
  }
}

/** Someone else may have been faster. */
async function ignoreGone(deletion: Promise<unknown>): Promise<void> {
  try {
    await deletion;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
}

function collectionFor({ spec }: CustomResourceDefinition): string {
  return collectionOf({ group: spec.group, plural: spec.names.plural });
}

function established(isAccepted: boolean) {
  return isAccepted
    ? ({
        type: "Established",
        status: "True",
        reason: "InitialNamesAccepted",
        message: "the initial names have been accepted",
      } as const)
    : ({ type: "Established", status: "False", reason: "NotAccepted", message: "not all names are accepted" } as const);
}
