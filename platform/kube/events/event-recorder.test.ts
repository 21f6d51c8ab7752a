import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Event } from "@tegata/kube-types";
import { createMetrics } from "@tegata/telemetry/metrics";
import { createKubeClient } from "../client/kube-client.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { createEventRecorder, MAX_SIMILAR, REPEAT_INTERVAL_MS } from "./event-recorder.ts";
import { SPAM_BURST, SPAM_REFILL_MS } from "./spam-filter.ts";

const EVENTS = "/api/v1/events";

function about(name: string) {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { namespace: "shop", name, uid: `uid-${name}` },
  };
}

async function setUp(t: TestContext) {
  const api = await ScriptedKubeApi.start(t);
  const client = createKubeClient(api.access(), { random: () => 0 });
  t.after(() => client.close());
  const clock = new FakeClock();
  const metrics = createMetrics();
  const now = () => new Date(Date.UTC(2026, 0, 1) + clock.nowMs());
  const recorder = createEventRecorder({ client, component: "tegata", instance: "pod-1", clock, now, metrics });
  const stored = () => api.stored(EVENTS) as Event[];
  return { api, clock, metrics, recorder, stored };
}

describe("an event recorder", () => {
  it("writes what happened, to which object, and who says so", async (t) => {
    const { recorder, stored } = await setUp(t);
    recorder.event(about("db"), "Warning", "UpdateFailed", "store is down");
    await recorder.flush();
    const [event] = stored();
    assert.match(event?.metadata.name ?? "", /^db\.[0-9a-f]{16}$/);
    assert.deepEqual(event?.involvedObject, {
      apiVersion: "external-secrets.io/v1",
      kind: "ExternalSecret",
      namespace: "shop",
      name: "db",
      uid: "uid-db",
      resourceVersion: "",
    });
    assert.deepEqual(
      [event?.type, event?.reason, event?.message, event?.count, event?.firstTimestamp, event?.source],
      ["Warning", "UpdateFailed", "store is down", 1, "2026-01-01T00:00:00Z", { component: "tegata", host: "pod-1" }],
    );
  });

  it("counts repeats and writes the count once per interval", async (t) => {
    const { api, clock, recorder, stored } = await setUp(t);
    for (let i = 0; i < 100; i++) recorder.event(about("db"), "Warning", "UpdateFailed", "store is down");
    await clock.advance(REPEAT_INTERVAL_MS);
    await recorder.flush();
    assert.equal(stored().length, 1);
    assert.deepEqual([stored()[0]?.count, stored()[0]?.lastTimestamp], [100, "2026-01-01T00:00:00Z"]);
    assert.equal(api.requests.length, 2);
  });

  it("makes a new Event when the old one has expired", async (t) => {
    const { api, recorder, stored } = await setUp(t);
    recorder.event(about("db"), "Normal", "Updated", "m");
    await recorder.flush();
    api.remove(EVENTS, `shop/${stored()[0]?.metadata.name}`);
    recorder.event(about("db"), "Normal", "Updated", "m");
    await recorder.flush();
    assert.equal(stored()[0]?.count, 2);
  });

  it("combines messages that keep changing", async (t) => {
    const { recorder, stored } = await setUp(t);
    for (let i = 0; i < 50; i++) recorder.event(about("db"), "Warning", "UpdateFailed", `attempt ${i}`);
    await recorder.flush();
    assert.equal(stored().length, MAX_SIMILAR + 1);
    assert.equal(stored().find(({ message }) => message === "(combined from similar events)")?.count, 50 - MAX_SIMILAR);
  });

  it("holds back a flood about one object and lets others through", async (t) => {
    const { clock, metrics, recorder, stored } = await setUp(t);
    for (let i = 0; i < 100; i++) recorder.event(about("db"), "Normal", `Reason${i}`, "m");
    recorder.event(about("other"), "Normal", "Updated", "m");
    await recorder.flush();
    assert.equal(stored().length, SPAM_BURST + 1);
    assert.match(await metrics.expose(), /tegata_events_dropped_total\{why="flood"\} 75/);
    await clock.advance(SPAM_REFILL_MS);
    recorder.event(about("db"), "Normal", "Again", "m");
    await recorder.flush();
    assert.equal(stored().length, SPAM_BURST + 2);
  });

  it("never throws: an Event that is refused is counted", async (t) => {
    const { api, metrics, recorder } = await setUp(t);
    api.script = (_, response) => {
      response.writeHead(403).end();
      return true;
    };
    recorder.event({ ...about("db"), metadata: { name: "cluster-scoped" } }, "Normal", "Updated", "m");
    await recorder.flush();
    assert.equal(api.requests[0]?.url.pathname, "/api/v1/namespaces/default/events");
    assert.match(await metrics.expose(), /tegata_events_dropped_total\{why="refused"\} 1/);
  });
});
