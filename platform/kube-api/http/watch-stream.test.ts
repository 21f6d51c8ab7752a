import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { it } from "node:test";
import { defineResource } from "../builtins/define.ts";
import type { Target } from "../registry/context.ts";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import { MAX_PENDING_EVENTS, WatchSession } from "../registry/watch-session.ts";
import { openStore } from "../store/index.ts";
import { writeWatch } from "./watch-stream.ts";

const definition = defineResource({ group: "", kind: "ConfigMap", plural: "configmaps" });
const target: Target = { definition, namespace: "", name: "", subresource: "" };

it("cuts a client off that does not take in its events, in the middle, and keeps nothing for it", async (t) => {
  const store = await openStore({ dataDir: "memory", now: () => new Date() });
  const admission = { mutate: async () => ({ object: undefined, warnings: [] }), validate: async () => [] };
  const session = WatchSession.open(
    { store, resources: new ResourceRegistry(), admission },
    target,
    new URLSearchParams(),
  );
  let written: Promise<void> | undefined;
  const server = createServer((_, response) => {
    const request = { form: { encoding: "json" as const }, query: new URLSearchParams(), now: new Date() };
    written = writeWatch(response, session, request, new AbortController().signal);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const [response] = (await once(get({ port, host: "127.0.0.1" }), "response")) as [IncomingMessage];
  response.on("error", () => undefined);
  response.pause();

  const data = { text: "x".repeat(2_000) };
  const put = async (i: number): Promise<void> => {
    const metadata = { name: `n${i}`, namespace: "default" };
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data };
    await store.commit({ collection: "configmaps", key: `default/n${i}`, expectedVersion: 0, object });
  };
  // Some go into the buffers of the sockets; the turns of the loop let the writer find them full.
  for (let i = 0; i < 2 * MAX_PENDING_EVENTS && !session.isOverrun; i++) {
    await put(i);
    if (i % 100 === 0) await new Promise(setImmediate);
  }
  assert.equal(session.isOverrun, true);
  await written;
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  response.resume();
  await closed;
  assert.equal(response.complete, false);
  assert.equal(await session.next(), undefined);
});
