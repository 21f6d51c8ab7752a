import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createMetrics } from "./create-metrics.ts";

describe("metrics", () => {
  it("are exposed in Prometheus' text format", async () => {
    const metrics = createMetrics();
    const calls = metrics.counter({ name: "calls_total", help: "Calls.", labels: ["call"] });
    calls.add({ call: "read" });
    calls.add({ call: "read" }, 2);
    metrics.gauge({ name: "depth", help: "Depth.", labels: [] }).set({}, 4);
    metrics.histogram({ name: "seconds", help: "Seconds.", labels: [], buckets: [1] }).observe({}, 0.5);
    const text = await metrics.expose();
    assert.match(text, /^# TYPE calls_total counter\ncalls_total\{call="read"\} 3$/m);
    assert.match(text, /^depth 4$/m);
    assert.match(text, /^seconds_bucket\{le="1"\} 1$/m);
    assert.match(metrics.contentType, /^text\/plain/);
  });

  it("are the same for all who ask by the same name, and refused to others", () => {
    const metrics = createMetrics();
    const options = { name: "a_total", help: "A.", labels: ["x", "y"] } as const;
    assert.equal(metrics.counter(options), metrics.counter({ ...options, labels: ["y", "x"] }));
    assert.throws(() => metrics.gauge(options), /is a counter/);
    assert.throws(() => metrics.counter({ ...options, labels: ["x"] }), /with the labels "x,y"/);
  });

  it("of two parts in one process do not see each other", async () => {
    const [a, b] = [createMetrics(), createMetrics()];
    a.gauge({ name: "only_in_a", help: "A.", labels: [] }).set({}, 1);
    assert.doesNotMatch(await b.expose(), /only_in_a/);
  });

  it("of a deleted object go away", async () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: "g", help: "G.", labels: ["name"] });
    gauge.set({ name: "a" }, 1);
    gauge.set({ name: "b" }, 1);
    gauge.remove({ name: "a" });
    gauge.remove({ name: "never" });
    const text = await metrics.expose();
    assert.doesNotMatch(text, /name="a"/);
    assert.match(text, /name="b"/);
  });

  it("stop growing at their limit, say so, and keep counting the series they have", async () => {
    const metrics = createMetrics({ maxSeries: 20_000 });
    const gauge = metrics.gauge({ name: "g", help: "G.", labels: ["name"] });
    for (let i = 0; i < 50_000; i++) gauge.set({ name: `n${i}` }, 1);
    gauge.set({ name: "n0" }, 7);
    gauge.remove({ name: "n1" });
    gauge.set({ name: "n49999" }, 9);
    const text = await metrics.expose();
    assert.equal(text.match(/^g\{/gm)?.length, 20_000);
    assert.match(text, /^tegata_metrics_dropped_series_total\{metric="g"\} 30000$/m);
    assert.match(text, /^g\{name="n0"\} 7$/m);
    assert.match(text, /^g\{name="n49999"\} 9$/m);
  });

  it("can be read when they are collected", async () => {
    const metrics = createMetrics();
    const gauge = metrics.gauge({ name: "g", help: "G.", labels: [] });
    let value = 1;
    metrics.onCollect(() => gauge.set({}, value));
    assert.match(await metrics.expose(), /^g 1$/m);
    value = 2;
    assert.match(await metrics.expose(), /^g 2$/m);
  });
});
