import assert from "node:assert/strict";
import { it } from "node:test";
import { decodeUtf8, type SecretBytes } from "@tegata/bytes";
import { startDevStoreForTest } from "@tegata/dev-store/testing";
import { openStore, StoreReader } from "@tegata/stores";
import { staticReferences } from "@tegata/stores/testing";

it("the README's example works", async (t) => {
  const { url: server, rootToken } = await startDevStoreForTest(t, { secrets: { "app/db": { password: "first" } } });
  const references = staticReferences({ secrets: { "vault-token/token": rootToken } });
  const { signal } = new AbortController();
  const used: string[] = [];
  const use = (bytes: SecretBytes) => void used.push(decodeUtf8(bytes.reveal()));
  const remove = () => assert.fail("it is there");

  const reader = new StoreReader();
  const identity = { key: "SecretStore/shop/vault", revision: "1", displayName: 'SecretStore "shop/vault"' };
  const provider = {
    vault: { server, path: "secret", auth: { tokenSecretRef: { name: "vault-token", key: "token" } } },
  };
  const vault = await reader.use(identity, () =>
    openStore(provider, { displayName: identity.displayName, references }),
  );

  const ref = { key: "app/db", property: "password", version: "", what: "value" } as const;
  const [outcome] = await vault.read([ref], signal);
  if (outcome?.kind === "found") use(outcome.bytes);
  if (outcome?.kind === "absent") remove();
  await reader.close();

  assert.deepEqual(used, ["first"]);
});
