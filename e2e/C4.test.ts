// Row C4: a changed value arrives within `refreshInterval`; `kubectl annotate externalsecret NAME force-sync=$(date +%s)`
// refreshes at once.
import assert from "node:assert/strict";
import { it } from "node:test";
import { externalSecrets } from "@tegata/secret-sync";
import { KUBECTL_MISSING, kubectlFor } from "./support/kubectl.ts";
import { eventually, type Stack, startStack } from "./support/stack.ts";

async function synced(stack: Stack, refreshInterval: string): Promise<void> {
  await stack.addStore("shop");
  await stack.writeValue("db", { password: "first" });
  await stack.addExternalSecret("shop", "db", {
    refreshInterval,
    data: [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }],
  });
  await stack.startOperator();
  await stack.untilReady("shop", "db");
  assert.deepEqual(await stack.secretData("shop", "db"), { password: "first" });
}

const untilPassword = (stack: Stack, password: string): Promise<true> =>
  eventually(`the password is the ${password} one`, async () =>
    (await stack.secretData("shop", "db"))?.["password"] === password ? true : undefined,
  );

it("a changed value arrives within the interval", async (t) => {
  const stack = await startStack(t);
  await synced(stack, "2s");
  await stack.writeValue("db", { password: "second" });
  await untilPassword(stack, "second");
});

it("kubectl annotate force-sync refreshes at once, long before the interval", { skip: KUBECTL_MISSING }, async (t) => {
  const stack = await startStack(t);
  await synced(stack, "24h");
  const kubectl = kubectlFor(t, stack.kube.adminKubeconfig);
  for (const [round, password] of ["second", "third"].entries()) {
    await stack.writeValue("db", { password });
    await kubectl("annotate", "externalsecret", "db", "-n", "shop", `force-sync=${round}`, "--overwrite");
    await untilPassword(stack, password);
  }
});

it("an annotation refreshes even with interval 0", async (t) => {
  const stack = await startStack(t);
  await synced(stack, "0");
  await stack.writeValue("db", { password: "second" });
  await stack.client.patch(externalSecrets, "shop", "db", "merge", {
    metadata: { annotations: { "force-sync": "1" } },
  });
  await untilPassword(stack, "second");
});
