import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { defineResource } from "../builtins/define.ts";
import type { Target } from "../registry/context.ts";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import { MAX_PENDING_EVENTS, WatchSession } from "../registry/watch-session.ts";
import { openStore, type Store } from "../store/index.ts";
import type { HttpResponse } from "./respond.ts";
import { writeWatch } from "./watch-stream.ts";

const definition = defineResource({ group: "", kind: "ConfigMap", plural: "configmaps" });
const target: Target = { definition, namespace: "", name: "", subresource: "" };

describe("a watch whose client does not take in its events", () => {
  it("is cut off over HTTP/1.1, in the middle, and nothing is kept for it", async (t) => {
    const { session, serve, fill } = await openWatch();
    const port = await listening(
      t,
      createServer((_, response) => serve(response)),
    );
    const [response] = (await once(get({ port, host: "127.0.0.1" }), "response")) as [IncomingMessage];
    response.on("error", () => undefined);
    response.pause();
    await fill();
    const closed = new Promise<void>((resolve) => response.once("close", resolve));
    response.resume();
    await closed;
    assert.equal(response.complete, false);
    assert.equal(await session.next(), undefined);
  });

  it("is cut off over HTTP/2, and the connection's other requests go on", async (t) => {
    const { session, serve, fill } = await openWatch();
    const server = createHttp2Server((request, response) => {
      if (request.url === "/watch") serve(response);
      else response.end("ok");
    });
    const port = await listening(t, server);
    const client = connect(`http://127.0.0.1:${port}`);
    t.after(() => client.destroy());
    const stream = client.request({ ":path": "/watch" });
    const failed = once(stream, "error");
    await once(stream, "response");
    await fill();
    stream.resume();
    await failed.catch(() => undefined);
    assert.equal(await session.next(), undefined);
    const other = client.request({ ":path": "/other" });
    other.resume();
    const [headers] = (await once(other, "response")) as [{ ":status"?: number }];
    assert.equal(headers[":status"], 200);
  });
});

/** A watch of all ConfigMaps, how to serve it, and how to write until it is cut off. */
async function openWatch() {
  const store = await openStore({ dataDir: "memory", now: () => new Date() });
  const admission = { mutate: async () => ({ object: undefined, warnings: [] }), validate: async () => [] };
  const services = { store, resources: new ResourceRegistry(), admission };
  const session = WatchSession.open(services, target, new URLSearchParams());
  let written: Promise<void> | undefined;
  return {
    session,
    serve: (response: HttpResponse): void => {
      const request = { form: { encoding: "json" as const }, query: new URLSearchParams(), now: new Date() };
      written = writeWatch(response, session, request, new AbortController().signal);
    },
    fill: async (): Promise<void> => {
      // Some events go into the buffers of the sockets; the turns of the loop let the writer find them full.
      for (let i = 0; i < 2 * MAX_PENDING_EVENTS && !session.isOverrun; i++) {
        await put(store, i);
        if (i % 100 === 0) await new Promise(setImmediate);
      }
      assert.equal(session.isOverrun, true);
      await written;
    },
  };
}

async function put(store: Store, i: number): Promise<void> {
  const metadata = { name: `n${i}`, namespace: "default" };
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { text: "x".repeat(2_000) } };
  await store.commit({ collection: "configmaps", key: `default/n${i}`, expectedVersion: 0, object });
}

async function listening(t: TestContext, server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}
