import type { KubeObject, Namespace } from "@tegata/kube-types";
import { ApiError, forbidden, notFound } from "../http-errors.ts";
import type { RestServices, Target } from "./context.ts";

const NAMESPACES = { group: "", plural: "namespaces", kind: "Namespace" };

/** Namespaces that are there from the start and may not be deleted. */
export const PROTECTED_NAMESPACES: readonly string[] = ["default", "kube-system", "kube-public"];

/** The finalizer in `spec.finalizers` that the namespace controller removes when the namespace is empty. */
export const NAMESPACE_FINALIZER = "kubernetes";

/**
 * Checks that an object may be created in its namespace.
 *
 * @throws ApiError 404 if there is no such namespace, 403 with the cause `NamespaceTerminating` if it is being deleted.
 */
export function checkNamespaceOpen({ store }: RestServices, target: Target, name: string): void {
  const { definition, namespace } = target;
  if (!definition.namespaced) return;
  const found = store.head({ collection: "namespaces", key: namespace });
  if (found === undefined) throw notFound(NAMESPACES, namespace);
  if (!isTerminating(found.object)) return;
  const refusal = forbidden(
    definition,
    name,
    `unable to create new content in namespace ${namespace} because it is being terminated`,
  );
  throw new ApiError(403, "Forbidden", refusal.message, {
    ...refusal.details,
    causes: [
      {
        reason: "NamespaceTerminating",
        message: `namespace ${namespace} is being terminated`,
        field: "metadata.namespace",
      },
    ],
  });
}

/** Whether a Namespace is on its way out. */
export function isTerminating(namespace: Namespace): boolean {
  return namespace.metadata.deletionTimestamp !== undefined || namespace.status?.phase === "Terminating";
}

/** A Namespace has finalizers of its own, beside those of its metadata. */
export function namespaceFinalizers(object: KubeObject): readonly string[] {
  return (object as Namespace).spec?.finalizers ?? [];
}
