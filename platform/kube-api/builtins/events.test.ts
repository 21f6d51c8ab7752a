import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TestApi } from "../registry/testing.ts";

const CORE = "/api/v1/namespaces/default/events";
const EVENTS = "/apis/events.k8s.io/v1/namespaces/default/events";

describe("Events in their two groups", () => {
  it("are the same objects, under other names", async (t) => {
    const api = await TestApi.start(t);
    const involvedObject = { kind: "Pod", name: "web", namespace: "default" };
    const created = await api.post(CORE, {
      metadata: { name: "web.1" },
      involvedObject,
      reason: "Pulled",
      message: "the image is there",
      count: 2,
      firstTimestamp: "2024-01-01T00:00:00Z",
    });
    assert.equal(created.status, 201, created.text);
    const { body } = await api.get(`${EVENTS}/web.1`);
    assert.equal(body.apiVersion, "events.k8s.io/v1");
    assert.deepEqual(body.regarding, involvedObject);
    assert.deepEqual(
      [body.note, body.deprecatedCount, body.metadata.uid],
      ["the image is there", 2, created.body.metadata.uid],
    );
  });

  it("are written in the newer group and watched in the older", async (t) => {
    const api = await TestApi.start(t);
    const watch = await api.watch(`${CORE}?watch=true&fieldSelector=involvedObject.name=web`);
    const event = {
      metadata: { name: "web.2" },
      regarding: { kind: "Pod", name: "web", namespace: "default" },
      eventTime: "2024-01-01T00:00:00.000001Z",
      reportingController: "example.org/operator",
      reportingInstance: "operator-0",
      action: "Pulling",
      reason: "Pulled",
      type: "Normal",
      note: "the image is there",
    };
    const created = await api.post(EVENTS, event);
    assert.equal(created.status, 201, created.text);
    assert.equal(created.body.note, event.note);
    const seen = await watch.next();
    assert.ok(seen);
    assert.equal(seen.object.apiVersion, "v1");
    assert.equal((seen.object as { message?: string }).message, event.note);
  });

  it("are found in the newer group by what they are about", async (t) => {
    const api = await TestApi.start(t);
    for (const name of ["one", "two"]) {
      const involvedObject = { kind: "Pod", name, namespace: "default" };
      await api.post(CORE, { metadata: { name: `${name}.1` }, involvedObject });
    }
    const { body } = await api.get(`${EVENTS}?fieldSelector=regarding.name=two`);
    const items = body.items as unknown as { metadata: { name: string } }[];
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      ["two.1"],
    );
  });

  it("must say in the newer group who reports", async (t) => {
    const api = await TestApi.start(t);
    const regarding = { kind: "Pod", name: "web", namespace: "default" };
    const { status, body } = await api.post(EVENTS, { metadata: { name: "web.3" }, regarding });
    assert.equal(status, 422);
    assert.ok(body.details?.causes?.some(({ field }) => field === "reportingController"));
  });
});
