import assert from "node:assert/strict";
import { it } from "node:test";
import { startKubeApiForTest } from "@tegata/kube-api/testing";
import {
  configMaps,
  createController,
  createInformerFactory,
  createKubeClient,
  enqueueObjects,
  parseKubeconfigAccess,
  secrets,
  startManager,
} from "@tegata/kube";

it("the README's example works", async (t) => {
  const { adminKubeconfig: kubeconfigText } = await startKubeApiForTest(t);
  const stop = new AbortController();
  const stopSignal = stop.signal;

  const client = createKubeClient(await parseKubeconfigAccess(kubeconfigText));
  const informers = createInformerFactory(client);
  const source = informers.informer(secrets, { namespace: "default", labelSelector: "mirror=yes" });

  const mirror = createController({
    name: "mirror",
    reconcile: async (key, signal) => {
      const secret = source.get(key);
      if (secret === undefined) return {};
      const { name = "", namespace = "" } = secret.metadata;
      const copy = {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name, namespace },
        data: { keys: Object.keys(secret.data ?? {}).join() },
      };
      await client.apply(configMaps, copy, { fieldManager: "mirror" }, signal);
      return { requeueAfterMs: 3_600_000 };
    },
  });
  enqueueObjects(source, mirror);
  const manager = await startManager({ client, informers, whenLeading: () => [mirror] }, stopSignal);

  const metadata = { namespace: "default", name: "db", labels: { mirror: "yes" } };
  await client.create(secrets, { apiVersion: "v1", kind: "Secret", metadata, data: { password: "aHVudGVyMg==" } });
  let copy = await client.get(configMaps, "default", "db");
  while (copy === undefined) copy = await client.get(configMaps, "default", "db");
  assert.deepEqual(copy.data, { keys: "password" });

  stop.abort();
  await manager.ended;
  await client.close();
});
