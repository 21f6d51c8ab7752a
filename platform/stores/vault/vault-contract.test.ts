import type { TestContext } from "node:test";
import { type DevStore } from "@tegata/dev-store";
import { startDevStoreForTest } from "@tegata/dev-store/testing";
import type { JsonObject } from "@tegata/kube-types";
import { openStore } from "../open-store.ts";
import { describeSecretStore, type StoreUnderTest } from "../testing/describe-secret-store.ts";
import { staticReferences } from "../testing/static-references.ts";

describeSecretStore(
  "the vault store on KV version 2",
  { versions: true, metadata: true, findByName: true, findByTags: true },
  (t) => startVault(t, 2),
);
describeSecretStore("the vault store on KV version 1", { findByName: true }, (t) => startVault(t, 1));

async function startVault(t: TestContext, version: 1 | 2): Promise<StoreUnderTest> {
  const server = await startDevStoreForTest(t);
  if (version === 1) await server.call("POST", "sys/mounts/kv", { type: "kv" });
  const store = await openStore(
    {
      vault: {
        server: server.url,
        path: version === 2 ? "secret" : "kv",
        version: `v${version}`,
        auth: { tokenSecretRef: { name: "vault-token", key: "token" } },
      },
    },
    {
      displayName: 'SecretStore "shop/vault"',
      references: staticReferences({ secrets: { "vault-token/token": server.rootToken } }),
    },
  );
  t.after(() => store.close());
  return {
    store,
    put: (key, members, tags) =>
      version === 2 ? putVersion2(server, key, members, tags) : putVersion1(server, key, members),
    remove: async (key) => {
      await server.call("DELETE", version === 2 ? `secret/data/${key}` : `kv/${key}`);
    },
    hang: () => server.setFault(() => ({ kind: "hang" })),
    breakDown: () => server.setFault(() => ({ kind: "reset" })),
    failWith: (status) => server.setFault(() => ({ kind: "status", status })),
  };
}

async function putVersion2(
  server: DevStore,
  key: string,
  data: JsonObject,
  tags: Readonly<Record<string, string>> = {},
) {
  await server.call("POST", `secret/metadata/${key}`, { custom_metadata: { ...tags } });
  const answer = await server.call("POST", `secret/data/${key}`, { data });
  return JSON.stringify(answer.data?.version);
}

async function putVersion1(server: DevStore, key: string, data: JsonObject) {
  await server.call("POST", `kv/${key}`, data);
  return "";
}
