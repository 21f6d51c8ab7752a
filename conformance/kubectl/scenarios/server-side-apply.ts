import { CONFIG_MAP, CONFIG_MAP_CHANGED, DEPLOYMENT, DEPLOYMENT_CHANGED } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Server-side apply: owners of fields, conflicts. */
export const SERVER_SIDE_APPLY: Scenario = {
  name: "server-side-apply",
  steps: [
    { run: "apply --server-side -f -", stdin: CONFIG_MAP, prints: "configmap/settings serverside-applied" },
    { run: "apply --server-side -f -", stdin: CONFIG_MAP, prints: "configmap/settings serverside-applied" },
    {
      run: "get cm settings -o jsonpath='{.metadata.managedFields[0].operation}' --show-managed-fields",
      prints: "Apply",
    },
    {
      run: "apply --server-side --field-manager=other -f -",
      stdin: CONFIG_MAP_CHANGED,
      exitCode: 1,
      complains: /conflict with "kubectl"[^]*\.data\.level/,
    },
    {
      run: "apply --server-side --field-manager=other --force-conflicts -f -",
      stdin: CONFIG_MAP_CHANGED,
      prints: "serverside-applied",
    },
    { run: "get cm settings -o jsonpath='{.data.level}'", prints: /^2$/ },
    {
      run: "apply --server-side -f - --dry-run=server",
      stdin: DEPLOYMENT,
      prints: "serverside-applied (server dry run)",
    },
    { run: "apply --server-side -f -", stdin: DEPLOYMENT, prints: "deployment.apps/web serverside-applied" },
    { run: "apply --server-side -f -", stdin: DEPLOYMENT_CHANGED, prints: "deployment.apps/web serverside-applied" },
    { run: "get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'", prints: /^web proxy$/ },
    { run: "apply --server-side -f -", stdin: DEPLOYMENT, prints: "deployment.apps/web serverside-applied" },
    { run: "get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'", prints: /^web$/ },
    { run: "diff --server-side -f -", stdin: DEPLOYMENT },
    { run: "scale deploy web --replicas=5", prints: "deployment.apps/web scaled" },
    {
      run: "apply --server-side -f -",
      stdin: DEPLOYMENT,
      exitCode: 1,
      complains: /conflict with "kubectl[\w.]*"[^]*\.spec\.replicas/,
    },
  ],
};
