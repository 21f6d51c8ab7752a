import { decodeBase64, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { configMaps, type KubeClient, secrets, tokenRequests } from "@tegata/kube";
import type { Secret } from "@tegata/kube-types";
import type { StoreReferences } from "@tegata/stores";
import type { SecretStoreObject } from "../api/external-secret.ts";

/** Whose references are resolved, and for whom. */
export interface ReferenceScope {
  readonly client: KubeClient;
  readonly store: SecretStoreObject;
  /** Namespace of the ExternalSecret that reads. A ClusterSecretStore's selector without a namespace means this one. */
  readonly consumerNamespace: string;
  /** Called with `Kind/namespace/name` of each object that was used, so that a change of it can be noticed. */
  readonly onUse: (object: string) => void;
}

/**
 * The one resolver for what a store refers to. It gives a store what the store's author may have: a SecretStore reaches
 * its own namespace only, whatever its selectors say (CVE-2026-42875); a ClusterSecretStore, which only an administrator
 * writes, the namespace that it names or else the reader's.
 *
 * An object that is absent and one that is out of reach read alike, so that a store cannot be used to find out what exists.
 */
export function createStoreReferences(scope: ReferenceScope): StoreReferences {
  const { client } = scope;
  const display = `${scope.store.kind} "${scope.store.metadata.name ?? ""}"`;

  const readSecret = async (namespace: string, name: string, signal: AbortSignal): Promise<Secret> => {
    const allowed = allowedNamespace(scope, namespace, display, `Secret "${name}"`);
    scope.onUse(`Secret/${allowed}/${name}`);
    const secret = await client.get(secrets, allowed, name, signal);
    if (secret === undefined) throw missing(display, `Secret "${allowed}/${name}"`);
    return secret;
  };

  return {
    async secretKey({ name, namespace, key }, signal) {
      const secret = await readSecret(namespace, name, signal);
      const value = secret.data?.[key];
      if (value === undefined)
        throw missing(display, `key "${key}" of Secret "${secret.metadata.namespace ?? ""}/${name}"`);
      return new SecretBytes(decodeBase64(value) ?? new Uint8Array());
    },

    async secret({ name, namespace }, requiredLabel, signal) {
      const secret = await readSecret(namespace, name, signal);
      if (secret.metadata.labels?.[requiredLabel.name] !== requiredLabel.value) {
        throw denied(
          display,
          `Secret "${name}" has no label ${requiredLabel.name}=${requiredLabel.value}`,
          "Add the label if the store may read it.",
        );
      }
      return new Map(
        Object.entries(secret.data ?? {}).map(([key, value]) => [
          key,
          new SecretBytes(decodeBase64(value) ?? new Uint8Array()),
        ]),
      );
    },

    async caBundle({ type, name, namespace, key }, signal) {
      if (scope.store.kind === "ClusterSecretStore" && namespace === "") {
        throw denied(
          display,
          "caProvider has no namespace",
          "A ClusterSecretStore must name the namespace of its caProvider.",
        );
      }
      if (type === "Secret") return (await this.secretKey({ name, namespace, key }, signal)).reveal();
      const allowed = allowedNamespace(scope, namespace, display, `ConfigMap "${name}"`);
      scope.onUse(`ConfigMap/${allowed}/${name}`);
      const value = (await client.get(configMaps, allowed, name, signal))?.data?.[key];
      if (value === undefined) throw missing(display, `key "${key}" of ConfigMap "${allowed}/${name}"`);
      return encodeUtf8(value);
    },

    async serviceAccountToken({ name, namespace, audiences }, expirationSeconds, signal) {
      const allowed = allowedNamespace(scope, namespace, display, `ServiceAccount "${name}"`);
      const answer = await client.post(
        tokenRequests,
        {
          apiVersion: "authentication.k8s.io/v1",
          kind: "TokenRequest",
          metadata: {},
          spec: { audiences: [...audiences], expirationSeconds },
        },
        { namespace: allowed, name, subresource: "token" },
        signal,
      );
      return new SecretBytes(encodeUtf8(answer.status?.token ?? ""));
    },
  };
}

function allowedNamespace(
  { store, consumerNamespace }: ReferenceScope,
  wanted: string,
  display: string,
  what: string,
): string {
  const own = store.metadata.namespace ?? "";
  if (store.kind === "ClusterSecretStore") return wanted === "" ? consumerNamespace : wanted;
  if (wanted === "" || wanted === own) return own;
  throw denied(
    display,
    `${what} is in another namespace`,
    "A SecretStore reaches only its own namespace; use a ClusterSecretStore, or move the object.",
  );
}

function missing(display: string, what: string): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "STORE_REFERENCE_MISSING",
    message: `${display}: ${what} is not there`,
    remedy: "Create it, or correct the reference in the store.",
  });
}

function denied(display: string, why: string, remedy: string): TegataError {
  return new TegataError({ kind: "denied", code: "STORE_REFERENCE_DENIED", message: `${display}: ${why}`, remedy });
}
