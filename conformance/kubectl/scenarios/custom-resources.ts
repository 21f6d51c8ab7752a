import { CRD, CRON_TAB } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** A kind of one's own, from its definition to its end. */
export const CUSTOM_RESOURCES: Scenario = {
  name: "custom-resources",
  steps: [
    {
      run: "apply -f -",
      stdin: CRD,
      prints: "customresourcedefinition.apiextensions.k8s.io/crontabs.stable.example.org created",
    },
    { run: "wait crd/crontabs.stable.example.org --for=condition=Established --timeout=20s", prints: "condition met" },
    {
      run: "api-resources --api-group=stable.example.org",
      prints: /crontabs +ct +stable.example.org\/v1 +true +CronTab/,
    },
    { run: "explain crontab.spec", prints: /cronSpec\s+<string> -required-\s+When it runs/ },
    { run: "explain crontab --recursive", prints: /metadata\s+<ObjectMeta>/ },
    { run: "apply -f -", stdin: CRON_TAB, prints: "crontab.stable.example.org/nightly created" },
    { run: "apply -f -", stdin: CRON_TAB, prints: "unchanged" },
    { run: "get ct", prints: /^nightly +0 3 \* \* \* +1$/m },
    { run: "get all", prints: "crontab.stable.example.org/nightly" },
    { run: "get ct nightly -o jsonpath='{.spec.image}'", prints: /^registry.example\/job$/ },
    { run: "get ct --field-selector=spec.cronSpec='0 3 * * *' -o name", prints: "crontab.stable.example.org/nightly" },
    {
      run: "apply -f -",
      stdin: CRON_TAB.replace("replicas: 1", "replicas: 11"),
      exitCode: 1,
      complains: "less than or equal to 10",
    },
    {
      run: "apply -f -",
      stdin: CRON_TAB.replace("replicas: 1", "nope: 1"),
      exitCode: 1,
      complains: 'unknown field "spec.nope"',
    },
    { run: "create -f -", stdin: CRON_TAB.replace("cronSpec", "other"), exitCode: 1 },
    { run: `patch ct nightly -p '{"spec":{"replicas":2}}'`, exitCode: 1, complains: "is not supported by" },
    { run: `patch ct nightly --type=merge -p '{"spec":{"replicas":2}}'`, prints: "patched" },
    { run: "scale ct nightly --replicas=3", prints: "crontab.stable.example.org/nightly scaled" },
    { run: "edit ct nightly", env: { KUBE_EDITOR: "sed -i 's/replicas: 3/replicas: 4/'" }, prints: "edited" },
    { run: `patch ct nightly --subresource=status --type=merge -p '{"status":{"replicas":4}}'`, prints: "patched" },
    { run: "get ct nightly -o jsonpath='{.spec.replicas}{.status.replicas}{.metadata.generation}'", prints: /^444$/ },
    {
      run: "apply --server-side --field-manager=other -f -",
      stdin: CRON_TAB,
      exitCode: 1,
      complains: ".spec.replicas",
    },
    { run: "apply --server-side --force-conflicts -f -", stdin: CRON_TAB, prints: "serverside-applied" },
    { run: "describe ct nightly", prints: /Cron Spec: +0 3/ },
    { run: "diff -f -", stdin: CRON_TAB.replace("0 3", "0 4"), exitCode: 1, prints: "+  cronSpec: 0 4" },
    { run: "get ct -w", until: /^nightly/m },
    { run: "delete ct nightly", prints: 'crontab.stable.example.org "nightly" deleted' },
    { run: "apply -f -", stdin: CRON_TAB, prints: "created" },
    { run: "delete crd crontabs.stable.example.org --timeout=30s", prints: "deleted" },
    { run: "get ct", exitCode: 1 },
  ],
};
