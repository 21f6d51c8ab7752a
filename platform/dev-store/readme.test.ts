import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { startDevStore } from "@tegata/dev-store";

it("the README's example works", async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), "dev-store-"));
  t.after(() => rm(dataDir, { recursive: true }));
  const review = (token: string) => ({
    authenticated: token === "good",
    username: "system:serviceaccount:shop:tegata",
    uid: "u",
  });
  const printed: string[] = [];
  const print = (line: string) => void printed.push(line);

  const store = await startDevStore({ dataDir, reviewToken: async (token) => review(token) });
  t.after(() => store.stop());
  await store.call("POST", "secret/data/app/db", { data: { password: "first" } });
  await store.call("POST", "sys/auth/kubernetes", { type: "kubernetes" });
  await store.call("POST", "auth/kubernetes/role/payments", {
    bound_service_account_names: "tegata",
    bound_service_account_namespaces: "shop",
    token_policies: "payments",
  });
  await store.call("PUT", "sys/policies/acl/payments", {
    policy: 'path "secret/data/app/*" { capabilities = ["read"] }',
  });
  print(`export VAULT_ADDR=${store.url} VAULT_TOKEN=${store.rootToken}`);

  assert.match(printed[0] ?? "", /^export VAULT_ADDR=http:\/\/127\.0\.0\.1:\d+ VAULT_TOKEN=hvs\./);
  const login = await fetch(`${store.url}/v1/auth/kubernetes/login`, {
    method: "POST",
    body: JSON.stringify({ role: "payments", jwt: "good" }),
  });
  const { auth } = (await login.json()) as { auth: { client_token: string } };
  const read = await fetch(`${store.url}/v1/secret/data/app/db`, { headers: { "X-Vault-Token": auth.client_token } });
  assert.equal(read.status, 200);
});
