import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { createMetrics } from "./create-metrics.ts";
import { type HealthServerOptions, startHealthServer } from "./health-server.ts";

async function start(t: TestContext, options: Partial<HealthServerOptions> = {}) {
  const server = await startHealthServer({ port: 0, ...options });
  t.after(() => server.close());
  return async (path: string) => {
    const response = await fetch(server.url + path);
    return { status: response.status, text: await response.text(), type: response.headers.get("content-type") };
  };
}

describe("the health server", () => {
  it("says that the process lives", async (t) => {
    const get = await start(t);
    assert.deepEqual(
      [(await get("/healthz")).text, (await get("/livez")).status, (await get("/readyz")).text],
      ["ok", 200, "ok"],
    );
  });

  it("says which check fails, and why", async (t) => {
    let why: string | undefined = "secrets: not listed yet";
    const get = await start(t, { ready: [{ name: "informers", check: () => why }] });
    assert.deepEqual(await get("/readyz"), {
      status: 503,
      text: "[+]ping ok\n[-]informers failed: secrets: not listed yet\nreadyz check failed\n",
      type: "text/plain; charset=utf-8",
    });
    assert.equal((await get("/readyz/informers")).status, 503);
    assert.equal((await get("/readyz/ping")).status, 200);
    assert.equal((await get("/readyz/nope")).status, 404);
    assert.equal((await get("/livez")).status, 200);
    why = undefined;
    assert.equal((await get("/readyz?verbose")).text, "[+]ping ok\n[+]informers ok\nreadyz check passed\n");
  });

  it("counts a check that breaks as failed, without its message", async (t) => {
    const get = await start(t, {
      live: [
        {
          name: "broken",
          check() {
            throw new Error("hunter2");
          },
        },
      ],
    });
    const { status, text } = await get("/livez");
    assert.equal(status, 503);
    assert.match(text, /\[-\]broken failed: the check itself failed/);
  });

  it("exposes metrics if there are any", async (t) => {
    const metrics = createMetrics();
    metrics.gauge({ name: "up", help: "Up.", labels: [] }).set({}, 1);
    const get = await start(t, { metrics });
    assert.match((await get("/metrics")).text, /^up 1$/m);
    const without = await start(t);
    assert.equal((await without("/metrics")).status, 404);
  });

  it("says when its port is taken", async (t) => {
    const first = await startHealthServer({ port: 0 });
    t.after(() => first.close());
    await assert.rejects(startHealthServer({ port: Number(new URL(first.url).port) }), {
      code: "HEALTH_PORT_UNAVAILABLE",
      message: /EADDRINUSE/,
    });
  });
});
