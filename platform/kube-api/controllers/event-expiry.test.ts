import assert from "node:assert/strict";
import { it } from "node:test";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import { openStore } from "../store/index.ts";
import { EVENT_TTL_MS, removeExpiredEvents } from "./event-expiry.ts";

it("removes Events an hour after they last happened, not after they were created", async () => {
  const start = Date.parse("2026-01-01T00:00:00Z");
  const store = await openStore({ dataDir: "memory", now: () => new Date(start) });
  const event = (name: string, lastTimestamp: string) => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" },
    lastTimestamp,
  });
  for (const [name, last] of [
    ["old", "2026-01-01T00:00:00Z"],
    ["repeated", "2026-01-01T00:30:00Z"],
  ] as const) {
    await store.commit({ collection: "events", key: `default/${name}`, expectedVersion: 0, object: event(name, last) });
  }
  const admission = { mutate: async () => ({ object: undefined, warnings: [] }), validate: async () => [] };
  const services = { store, resources: new ResourceRegistry(), admission };
  await removeExpiredEvents({ services, now: () => new Date(start + EVENT_TTL_MS + 1), logger: undefined });
  const { revisions } = store.list({ collection: "events", prefix: "" });
  assert.deepEqual(
    revisions.map(({ key }) => key),
    ["default/repeated"],
  );
});
