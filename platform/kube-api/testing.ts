import type { TestContext } from "node:test";
import { type KubeApi, type KubeApiOptions, startKubeApi } from "./kube-api.ts";

/**
 * Starts an embedded Kubernetes API for one test: in memory, on a port of its own, stopped when the test ends.
 *
 * @param t - the test, or anything whose end can be waited for.
 */
export async function startKubeApiForTest(
  t: Pick<TestContext, "after">,
  options: Partial<KubeApiOptions> = {},
): Promise<KubeApi> {
  const api = await startKubeApi({ dataDir: "memory", ...options });
  t.after(() => api.stop());
  return api;
}
