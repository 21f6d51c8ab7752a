import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Lease } from "@tegata/kube-types";
import { createKubeClient } from "../client/kube-client.ts";
import { createController } from "../controller/controller.ts";
import { enqueueObjects } from "../controller/sources.ts";
import { createInformerFactory } from "../informer/informer-factory.ts";
import { configMaps, secrets } from "../resources.ts";
import { eventually } from "../testing/eventually.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { type ManagerOptions, startManager } from "./manager.ts";

async function setUp(t: TestContext) {
  const api = await ScriptedKubeApi.start(t);
  const client = createKubeClient(api.access(), { random: () => 0 });
  t.after(() => client.close());
  const informers = createInformerFactory(client, { backoff: { firstMs: 1, maxMs: 5, resetAfterMs: 1000 } });
  const stop = new AbortController();
  t.after(() => stop.abort());
  const start = async (options: Partial<ManagerOptions>) => {
    const manager = await startManager(
      { informers, client, whenLeading: () => [], health: { port: 0 }, ...options },
      stop.signal,
    );
    t.after(() => manager.ended.catch(() => undefined));
    return manager;
  };
  return { api, client, informers, stop, start };
}

function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

describe("a manager", () => {
  it("starts informers before controllers, and releases the Lease after the last write", async (t) => {
    const { api, informers, stop, start } = await setUp(t);
    api.put("/api/v1/secrets", { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name: "a" } });
    const source = informers.informer(secrets);
    const order: string[] = [];
    const manager = await start({
      leaderElection: { namespace: "tegata", name: "operator", identity: "a" },
      always: [
        {
          name: "webhook",
          run: async (signal) => {
            order.push(`webhook starts, ${source.list().length} listed`);
            await untilStopped(signal);
          },
        },
      ],
      whenLeading(client) {
        const controller = createController({
          name: "copier",
          reconcile: async (key, signal) => {
            order.push(`reconcile ${key}`);
            await untilStopped(signal);
            await client.create(configMaps, {
              apiVersion: "v1",
              kind: "ConfigMap",
              metadata: { namespace: "shop", name: "last" },
            });
            return {};
          },
        });
        enqueueObjects(source, controller);
        return [controller];
      },
    });
    await eventually(() => order.length === 2, "the controller works");
    assert.equal((await fetch(`${manager.healthUrl}/readyz`)).status, 200);
    stop.abort();
    await manager.ended;
    assert.deepEqual(order, ["webhook starts, 1 listed", "reconcile shop/a"]);
    const [created, released] = api.requests.filter(({ method }) => method !== "GET").slice(-2);
    assert.match(created?.url.pathname ?? "", /configmaps$/);
    assert.equal((JSON.parse(released?.body ?? "{}") as Lease).spec?.holderIdentity, "");
    await assert.rejects(fetch(`${manager.healthUrl}/healthz`));
  });

  it("is not ready, and says why, until the informers have synced", async (t) => {
    const { api, informers, start } = await setUp(t);
    let open = false;
    api.script = (_, response) => {
      if (open) return false;
      response.writeHead(403).end();
      return true;
    };
    informers.informer(secrets);
    const manager = await start({});
    const ready = async () => (await fetch(`${manager.healthUrl}/readyz`)).text();
    let text = "";
    while (!text.includes("cannot watch secrets")) text = await ready();
    assert.match(text, /\[-\]informers failed: secrets: cannot watch secrets in all namespaces: .*Grant the verb/);
    open = true;
    while (text !== "ok") text = await ready();
    await api.stop();
    assert.equal(await ready(), "ok");
  });

  it("ends as a whole when one part fails", async (t) => {
    const { start } = await setUp(t);
    let stopped = false;
    const manager = await start({
      whenLeading: () => [
        {
          name: "survivor",
          run: async (signal) => {
            await untilStopped(signal);
            stopped = true;
          },
        },
        { name: "broken", run: () => Promise.reject(new RangeError("bug")) },
      ],
    });
    await assert.rejects(manager.ended, RangeError);
    assert.equal(stopped, true);
  });

  it("names the parts that do not stop", async (t) => {
    const { stop, start } = await setUp(t);
    const manager = await start({
      stopTimeoutMs: 20,
      always: [{ name: "stubborn", run: () => new Promise(() => {}) }],
    });
    stop.abort();
    await assert.rejects(manager.ended, { code: "STOP_TIMEOUT", message: /stubborn/ });
  });

  it("stops before it has started", async (t) => {
    const { api, informers, stop, start } = await setUp(t);
    api.script = () => true;
    informers.informer(secrets);
    const manager = await start({});
    stop.abort();
    await manager.ended;
  });
});
