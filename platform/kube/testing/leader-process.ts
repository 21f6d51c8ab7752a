// A leader in a process of its own, for tests that freeze it. Writes one ConfigMap again and again while it leads.
import { setTimeout as delay } from "node:timers/promises";
import type { ConfigMap } from "@tegata/kube-types";
import {
  configMaps,
  createKubeClient,
  createStaticAccess,
  fencedClient,
  leadWhenElected,
  type StaticAccessOptions,
} from "../index.ts";

const access: StaticAccessOptions = JSON.parse(process.argv[2] ?? "");
const client = createKubeClient(createStaticAccess(access), { userAgent: "frozen-leader" });
const election = {
  client,
  namespace: "n",
  name: "l",
  identity: "child",
  leaseMs: 1000,
  renewDeadlineMs: 700,
  retryMs: 200,
};

try {
  await leadWhenElected(
    election,
    async ({ signal, isHeld }) => {
      const fenced = fencedClient(client, isHeld);
      let object: ConfigMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "n", name: "shared" } };
      object = await fenced.create(configMaps, { ...object, data: { by: "child" } }, {}, signal);
      while (!signal.aborted) {
        object = await fenced.update(configMaps, { ...object, data: { by: "child" } }, {}, signal);
        await delay(5, undefined, { signal });
      }
    },
    new AbortController().signal,
  );
} catch (error) {
  process.stdout.write(error instanceof Error && "code" in error ? String(error.code) : "another error");
}
await client.close();
