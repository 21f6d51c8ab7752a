import { join } from "node:path";
import type { KubeObject } from "@tegata/kube-types";
import { type DevStore } from "@tegata/dev-store";
import { readManifest } from "./manifests.ts";

/** Folder of the manifests that are loaded. */
const EXAMPLES = join(import.meta.dirname, "..", "..", "examples", "external-secrets-seed");
/** Mount of the KV engine, as the seed's SecretStore names it. */
const KV_MOUNT = "kvv2";
/** Vault role, as the seed's SecretStore names it. */
const ROLE = "eso-role";
const SERVICE_ACCOUNT = "external-secrets-sa";
/** Namespaces whose ExternalSecrets name the store; `default` is where the seed's manifest puts it. */
const STORE_NAMESPACES = ["default", "harbor", "arc-systems", "slack3"];
const EXTERNAL_SECRET_FILES = ["harbor-externalsecret.yaml", "github-externalsecret.yaml", "slack3-secrets.yaml"];

/** What the dev store holds for the examples: path → value. None of it is anybody's secret. */
const EXAMPLE_VALUES: Readonly<Record<string, string>> = {
  "k8s-myhome/harbor/admin-password": "SuperSecurePassword123!",
  "k8s-myhome/harbor/ci-password": "ci-example-password",
  "k8s-myhome/harbor/database-password": "database-example-password",
  "k8s-myhome/github/token": "ghp_exampleexampleexampleexample",
  "k8s-myhome/github/app_id": "123456",
  "k8s-myhome/github/app_private_key": "example, not a key",
  "k8s-myhome/applications/slack3/bot-token": "xoxb-example",
  "k8s-myhome/applications/slack3/signing-secret": "slack-example-signing-secret",
};

/** Prepares the dev store as the seed's Vault is: engine, login, role, policy, values. What is there stays as it is. */
export async function prepareDevStore(store: DevStore): Promise<void> {
  await ignoringExisting(store.call("POST", `sys/mounts/${KV_MOUNT}`, { type: "kv", options: { version: "2" } }));
  await ignoringExisting(store.call("POST", "sys/auth/kubernetes", { type: "kubernetes" }));
  await store.call("POST", "sys/policies/acl/eso-read", {
    policy: `path "${KV_MOUNT}/data/*" { capabilities = ["read"] }\npath "${KV_MOUNT}/metadata/*" { capabilities = ["read", "list"] }`,
  });
  await store.call("POST", `auth/kubernetes/role/${ROLE}`, {
    bound_service_account_names: [SERVICE_ACCOUNT],
    bound_service_account_namespaces: STORE_NAMESPACES,
    token_policies: ["eso-read"],
    token_ttl: 3600,
  });
  for (const [path, value] of Object.entries(EXAMPLE_VALUES)) {
    // cas 0 writes only what does not exist: a value that the user changed stays changed.
    await ignoringExisting(store.call("POST", `${KV_MOUNT}/data/${path}`, { data: { value }, options: { cas: 0 } }));
  }
}

/** Refusals with status 400 say that it exists already; anything else is a failure. */
async function ignoringExisting(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof Error && "status" in error && error.status === 400)) throw error;
  }
}

/**
 * The seed's manifests, in the order in which they are applied. The SecretStore is applied once in each namespace that
 * uses it, with the dev store's address: nothing else of any manifest is changed.
 */
export async function exampleObjects(storeUrl: string): Promise<KubeObject[]> {
  const read = (file: string): Promise<KubeObject[]> => readManifest(join(EXAMPLES, file));
  const surroundings = await read("surroundings.yaml");
  const rbac = await read("rbac.yaml");
  const stores = (await read("hcp-vault-secretstore.yaml")).flatMap((store) =>
    STORE_NAMESPACES.map((namespace) => withServer({ ...store, metadata: { ...store.metadata, namespace } }, storeUrl)),
  );
  const externalSecrets = await Promise.all(EXTERNAL_SECRET_FILES.map(read));
  return [...surroundings, ...rbac, ...stores, ...externalSecrets.flat()];
}

function withServer(store: KubeObject, server: string): KubeObject {
  const { spec } = store as KubeObject & { spec: { provider: { vault: object } } };
  const overlaid = { ...store, spec: { ...spec, provider: { vault: { ...spec.provider.vault, server } } } };
  return overlaid;
}
