import { asTegataError, TegataError } from "@tegata/errors";
import type { JsonObject } from "@tegata/kube-types";
import { checkStoreProvider } from "@tegata/stores";
import { RE2JS } from "re2js";
import type { SecretStoreObject } from "../api/external-secret.ts";
import { parseGoDurationMs } from "../duration.ts";

/** What is wrong with the manifest itself. reference: eso.md section 2.9 ("Store rule") */
export async function specProblem({
  kind,
  metadata,
  spec,
}: Pick<SecretStoreObject, "kind" | "metadata" | "spec">): Promise<TegataError | undefined> {
  try {
    await checkStoreProvider(spec.provider as JsonObject);
    checkNamespaces(spec.provider, { kind, namespace: metadata.namespace ?? "", path: "spec.provider" });
    if (
      typeof spec.refreshInterval === "string" &&
      spec.refreshInterval !== "" &&
      parseGoDurationMs(spec.refreshInterval) < 0
    )
      throw negativeInterval();
    if (typeof spec.refreshInterval === "number" && spec.refreshInterval < 0) throw negativeInterval();
    for (const { namespaceRegexes = [] } of kind === "ClusterSecretStore" ? (spec.conditions ?? []) : [])
      for (const pattern of namespaceRegexes) checkPattern(pattern);
    return undefined;
  } catch (error) {
    const problem = asTegataError(error);
    if (problem === undefined) throw error;
    return problem;
  }
}

/** A SecretStore reaches its own namespace only; the CA of a ClusterSecretStore is in a namespace that it names. */
function checkNamespaces(
  value: unknown,
  store: { readonly kind: string; readonly namespace: string; readonly path: string },
): void {
  if (typeof value !== "object" || value === null) return;
  const { name, namespace } = value as { name?: unknown; namespace?: unknown };
  const isCluster = store.kind === "ClusterSecretStore";
  // Only a selector has both; a provider's own `namespace` (Vault's) stands without a name.
  if (!isCluster && typeof name === "string" && typeof namespace === "string" && namespace !== store.namespace) {
    throw namespaceInvalid(
      `${store.path}: namespace should either be empty or match the namespace of the SecretStore for a namespaced SecretStore`,
      "Leave the namespace out, or use a ClusterSecretStore.",
    );
  }
  if (isCluster && store.path.endsWith(".caProvider") && (namespace === undefined || namespace === "")) {
    throw namespaceInvalid(
      `${store.path}: CAProvider.namespace must not be empty with ClusterSecretStore`,
      "Name the namespace that the CA is in.",
    );
  }
  for (const [key, item] of Object.entries(value)) checkNamespaces(item, { ...store, path: `${store.path}.${key}` });
}

function namespaceInvalid(message: string, remedy: string): TegataError {
  return new TegataError({ kind: "invalid-input", code: "STORE_NAMESPACE_INVALID", message, remedy });
}

function checkPattern(pattern: string): void {
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    throw new TegataError({
      kind: "invalid-input",
      code: "STORE_CONDITION_INVALID",
      message: `namespaceRegexes: "${pattern}" is not an RE2 expression`,
      remedy: "Correct the expression.",
      cause: error,
    });
  }
}

function negativeInterval(): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "STORE_INTERVAL_INVALID",
    message: "spec.refreshInterval is negative",
    remedy: "Leave it out for the operator's default, or set seconds or a Go duration.",
  });
}
