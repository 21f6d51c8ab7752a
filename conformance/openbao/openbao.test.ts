import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startDevStore, type DevStore } from "@tegata/dev-store";
import { openStore } from "@tegata/stores";
import { describeSecretStore, staticReferences } from "@tegata/stores/testing";
import { converse } from "./compare.ts";
import { CONVERSATIONS } from "./exchanges.ts";
import { findOpenBao, startOpenBao, type VaultServer } from "./openbao.ts";

const program = findOpenBao();

if (program === undefined) {
  it("OpenBao", { skip: "SKIPPED: there is no bao or vault in PATH, nor in $BAO_BINARY" }, () => undefined);
} else {
  describe("the dev store answers as OpenBao does", () => {
    let openBao: Awaited<ReturnType<typeof startOpenBao>>;
    let devStore: DevStore;
    before(async () => {
      openBao = await startOpenBao(program);
      devStore = await startDevStore();
    });
    after(async () => {
      await openBao.stop();
      await devStore.stop();
    });
    for (const [name, exchanges] of Object.entries(CONVERSATIONS)) {
      it(`in a conversation about ${name}`, async () => {
        const [expected, actual] = await Promise.all([converse(openBao, exchanges), converse(devStore, exchanges)]);
        for (const [i, { method, path }] of exchanges.entries()) {
          assert.deepEqual(actual[i], expected[i], `step ${i + 1}: ${method} ${path}`);
        }
      });
    }
  });

  describeSecretStore(
    "the vault store on OpenBao",
    { versions: true, metadata: true, findByName: true, findByTags: true },
    async (t) => {
      const server = await startOpenBao(program);
      t.after(() => server.stop());
      const store = await openStore(
        { vault: { server: server.url, path: "secret", auth: { tokenSecretRef: { name: "v", key: "t" } } } },
        { displayName: "OpenBao", references: staticReferences({ secrets: { "v/t": server.rootToken } }) },
      );
      t.after(() => store.close());
      return {
        store,
        put: async (key, members, tags = {}) => {
          await write(server, `secret/metadata/${key}`, { custom_metadata: tags });
          const answer = await write(server, `secret/data/${key}`, { data: members });
          return /"version":(\d+)/.exec(answer)?.[1] ?? "";
        },
        remove: async (key) => {
          await fetch(`${server.url}/v1/secret/data/${key}`, {
            method: "DELETE",
            headers: { "X-Vault-Token": server.rootToken },
          });
        },
        breakDown: () => server.stop(),
      };
    },
  );
}

async function write(server: VaultServer, path: string, body: unknown): Promise<string> {
  const headers = { "X-Vault-Token": server.rootToken };
  const response = await fetch(`${server.url}/v1/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  assert.ok(response.ok, `${path}: HTTP ${response.status}`);
  return response.text();
}
