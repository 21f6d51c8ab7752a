// Row C9: the same remote key wanted by many ExternalSecrets is read once; request budgets per store.
import assert from "node:assert/strict";
import { it } from "node:test";
import { startStack } from "./support/stack.ts";

it("forty ExternalSecrets with three properties of two remote secrets cost two reads and one session", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await stack.writeValue("one", { user: "u1", password: "p1", host: "h1" });
  await stack.writeValue("two", { user: "u2", password: "p2", host: "h2" });
  const names = Array.from({ length: 40 }, (_, index) => `es-${index}`);
  for (const [index, name] of names.entries()) {
    await stack.addExternalSecret("shop", name, {
      data: ["user", "password", "host"].map((property) => ({
        secretKey: property,
        remoteRef: { key: index % 2 === 0 ? "one" : "two", property },
      })),
    });
  }
  await stack.startOperator();
  for (const name of names) await stack.untilReady("shop", name);
  assert.deepEqual(await stack.secretData("shop", "es-39"), { user: "u2", password: "p2", host: "h2" });
  const reads = stack.store.requests().filter(({ path }) => path.startsWith("secret/data/"));
  assert.equal(reads.length, 2, `reads: ${reads.map(({ path }) => path).join(", ")}`);
});

it("a store that answers 429 with Retry-After is left alone for that long, and the last good Secret stays", async (t) => {
  const stack = await startStack(t);
  await stack.addStore("shop");
  await stack.writeValue("db", { password: "first" });
  await stack.addExternalSecret("shop", "db", {
    refreshInterval: "1s",
    data: [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }],
  });
  await stack.startOperator();
  await stack.untilReady("shop", "db");
  let refused = 0;
  stack.store.setFault(({ path }) => {
    if (!path.startsWith("secret/data/")) return undefined;
    refused += 1;
    return { kind: "status", status: 429, retryAfterSeconds: 3600 };
  });
  const { message = "" } = await stack.untilReady("shop", "db", "False");
  assert.match(message, /could not get secret data from provider: data\[0\] \(key "db"\).*429/);
  assert.deepEqual(await stack.secretData("shop", "db"), { password: "first" });
  assert.equal(refused, 1);
});
