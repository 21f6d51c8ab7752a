import type { TestContext } from "node:test";
import type { JsonValue } from "@tegata/kube-types";
import { type DevStore, type DevStoreOptions, startDevStore } from "../dev-store.ts";

/**
 * Starts a store in memory on a free loopback port, which is stopped with the test.
 *
 * @param options.secrets - put into `secret/` (KV version 2): path → members.
 */
export async function startDevStoreForTest(
  t: Pick<TestContext, "after">,
  {
    secrets = {},
    ...options
  }: DevStoreOptions & { readonly secrets?: Readonly<Record<string, Readonly<Record<string, JsonValue>>>> } = {},
): Promise<DevStore> {
  const store = await startDevStore(options);
  t.after(() => store.stop());
  for (const [path, data] of Object.entries(secrets)) {
    await store.call("POST", `secret/data/${path}`, { data: { ...data } });
  }
  return store;
}
