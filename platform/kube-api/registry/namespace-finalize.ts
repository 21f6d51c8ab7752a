import type { JsonObject, KubeObject, Namespace } from "@tegata/kube-types";
import { isJsonObject } from "@tegata/kube-types/schema";
import { badRequest, forbidden } from "../http-errors.ts";
import type { RequestContext, RestServices } from "./context.ts";
import type { ResourceDefinition, Strategy, SubresourceHandler } from "./types.ts";
import { NAMESPACE_FINALIZER, PROTECTED_NAMESPACES } from "./namespaces.ts";
import { updateObject } from "./update.ts";

/**
 * `namespaces/NAME/finalize`: the one way to change `spec.finalizers`. A Namespace that is being deleted goes when the
 * last one is gone.
 */
export function namespaceFinalize(services: () => RestServices): SubresourceHandler {
  return {
    name: "finalize",
    group: "",
    version: "v1",
    kind: "Namespace",
    verbs: ["update"],
    async handle({ name, body, user, now, dryRun }) {
      const definition = services().resources.find("", "v1", "namespaces");
      if (definition === undefined || body === undefined)
        throw badRequest("the body of the request must be a Namespace");
      const context: RequestContext = {
        user,
        now,
        signal: new AbortController().signal,
        userAgent: "unknown",
        warn: () => undefined,
      };
      const answer = await updateObject(services(), {
        target: { definition, namespace: "", name, subresource: "finalize" },
        options: { dryRun, fieldManager: context.userAgent, fieldValidation: "Ignore", force: false },
        context,
        transform: (current) => withFinalizers(current, body),
      });
      return answer.kind === "object"
        ? answer.object.object
        : { apiVersion: "v1", kind: "Namespace", metadata: { name } };
    },
  };
}

/** What holds for Namespaces beside the rules of the kind itself: they are emptied before they go. */
export function withNamespaceRules(definition: ResourceDefinition): ResourceDefinition {
  if (definition.group !== "" || definition.plural !== "namespaces") return definition;
  const { strategy } = definition;
  const rules: Strategy = {
    ...strategy,
    prepareForCreate(object, context) {
      strategy.prepareForCreate?.(object, context);
      const namespace: Namespace = object;
      const finalizers = new Set([...(namespace.spec?.finalizers ?? []), NAMESPACE_FINALIZER]);
      namespace.spec = { finalizers: [...finalizers] };
      namespace.status = { phase: "Active" };
    },
    prepareForUpdate(object, old, context) {
      strategy.prepareForUpdate?.(object, old, context);
      const { spec } = old as Namespace;
      if (context.subresource !== "finalize" && spec !== undefined) (object as Namespace).spec = spec;
    },
    prepareForDelete(object, context) {
      strategy.prepareForDelete?.(object, context);
      const { name = "" } = object.metadata;
      if (PROTECTED_NAMESPACES.includes(name)) throw forbidden(definition, name, "this namespace may not be deleted");
      (object as Namespace).status = { ...(object as Namespace).status, phase: "Terminating" };
    },
  };
  return { ...definition, strategy: rules };
}

function withFinalizers(current: KubeObject, body: JsonObject): KubeObject {
  const spec = isJsonObject(body.spec ?? null) ? (body.spec as JsonObject) : {};
  const metadata = isJsonObject(body.metadata ?? null) ? (body.metadata as JsonObject) : {};
  const finalizers = Array.isArray(spec.finalizers) ? spec.finalizers.map(String) : [];
  const namespace: Namespace = current;
  namespace.spec = finalizers.length === 0 ? {} : { finalizers };
  if (typeof metadata.resourceVersion === "string") namespace.metadata.resourceVersion = metadata.resourceVersion;
  return namespace;
}
