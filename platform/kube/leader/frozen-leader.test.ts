import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { it } from "node:test";
import { text } from "node:stream/consumers";
import type { ConfigMap } from "@tegata/kube-types";
import { createKubeClient } from "../client/kube-client.ts";
import { configMaps } from "../resources.ts";
import { eventually } from "../testing/eventually.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { leadWhenElected } from "./leader-election.ts";

const CONFIG_MAPS = "/api/v1/configmaps";

it("a leader that is frozen (SIGSTOP) while another one takes over writes nothing when it wakes up", async (t) => {
  const api = await ScriptedKubeApi.start(t);
  const access = JSON.stringify({ server: api.url, caPem: api.caPem });
  const child = spawn(process.execPath, [join(import.meta.dirname, "../testing/leader-process.ts"), access], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => child.kill("SIGKILL"));
  const output = text(child.stdout);
  const client = createKubeClient(api.access(), { userAgent: "successor" });
  t.after(() => client.close());
  const shared = () => api.stored(CONFIG_MAPS)[0] as ConfigMap | undefined;
  const writesOfChild = () =>
    api.requests.filter(
      ({ method, url, headers }) =>
        method !== "GET" && url.pathname.includes("configmaps") && headers["user-agent"] === "frozen-leader",
    ).length;
  await eventually(() => writesOfChild() > 5, "the child leads");

  child.kill("SIGSTOP");
  const stop = new AbortController();
  let taken: ConfigMap | undefined;
  const election = {
    client,
    namespace: "n",
    name: "l",
    identity: "successor",
    leaseMs: 3000,
    renewDeadlineMs: 2000,
    retryMs: 300,
  };
  const leading = leadWhenElected(
    election,
    async ({ signal }) => {
      const object = await client.get(configMaps, "n", "shared", signal);
      assert.ok(object !== undefined);
      taken = await client.update(configMaps, { ...object, data: { by: "successor" } }, {}, signal);
      await once(signal, "abort");
    },
    stop.signal,
  );
  await eventually(() => taken !== undefined, "the successor leads");

  child.kill("SIGCONT");
  if (child.exitCode === null) await once(child, "exit");
  stop.abort();
  await leading;
  assert.match(await output, /^(LEADERSHIP_LOST|NOT_LEADER|KUBE_CONFLICT)$/);
  assert.deepEqual(shared()?.data, { by: "successor" });
  assert.equal(shared()?.metadata.resourceVersion, taken?.metadata.resourceVersion);
});
