import { defineResource, type Resource } from "@tegata/kube";
import type { ExternalSecret, SecretStoreObject } from "./api/external-secret.ts";

const API_VERSION = "external-secrets.io/v1";

/** `external-secrets.io/v1` ExternalSecret. */
export const externalSecrets: Resource<ExternalSecret> = defineResource({
  apiVersion: API_VERSION,
  kind: "ExternalSecret",
  plural: "externalsecrets",
});

/** `external-secrets.io/v1` SecretStore. */
export const secretStores: Resource<SecretStoreObject> = defineResource({
  apiVersion: API_VERSION,
  kind: "SecretStore",
  plural: "secretstores",
});

/** `external-secrets.io/v1` ClusterSecretStore. */
export const clusterSecretStores: Resource<SecretStoreObject> = defineResource({
  apiVersion: API_VERSION,
  kind: "ClusterSecretStore",
  plural: "clustersecretstores",
  namespaced: false,
});
