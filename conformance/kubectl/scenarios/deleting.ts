import type { Scenario } from "../scenario.ts";

const HELD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.org/hold]}";
const OWNED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {set: x}}";

/** All the ways in which objects go. */
export const DELETING: Scenario = {
  name: "deleting",
  steps: [
    { run: "create -f -", stdin: OWNED, prints: "created" },
    { run: "delete cm a --dry-run=server", prints: 'configmap "a" deleted' },
    { run: "delete cm a", prints: 'configmap "a" deleted' },
    { run: "delete cm a", exitCode: 1, complains: 'configmaps "a" not found' },
    { run: "delete cm a --ignore-not-found" },
    { run: "create -f -", stdin: OWNED, prints: "created" },
    { run: "delete cm -l set=x", prints: 'configmap "a" deleted' },
    { run: "create deployment web --image=registry.example/web", prints: "created" },
    { run: "delete deploy web --cascade=orphan", prints: 'deployment.apps "web" deleted' },
    { run: "create deployment web --image=registry.example/web", prints: "created" },
    { run: "delete deploy web --cascade=foreground --timeout=20s", prints: 'deployment.apps "web" deleted' },
    { run: "run p --image=registry.example/p", prints: "created" },
    { run: "delete pod p --grace-period=0 --force", prints: 'pod "p" force deleted' },
    { run: "create -f -", stdin: HELD, prints: "created" },
    { run: "delete cm held --wait=false", prints: 'configmap "held" deleted' },
    { run: "get cm held -o jsonpath='{.metadata.deletionTimestamp}'", prints: /Z$/ },
    {
      run: `patch cm held --type=merge -p '{"metadata":{"finalizers":["example.org/more"]}}'`,
      exitCode: 1,
      complains: "no new finalizers can be added",
    },
    { run: `patch cm held --type=merge -p '{"metadata":{"finalizers":null}}'`, prints: "patched" },
    { run: "get cm held", exitCode: 1, complains: "not found" },
    { run: "delete ns kube-system", exitCode: 1, complains: "this namespace may not be deleted" },
    { run: "create namespace deleting-too", prints: "created" },
    { run: "create cm inside -n deleting-too", prints: "created" },
    { run: "delete namespace deleting-too --timeout=30s", prints: 'namespace "deleting-too" deleted' },
    { run: "get cm inside -n deleting-too", exitCode: 1, complains: "not found" },
    { run: "create cm lost -n deleting-too", exitCode: 1, complains: 'namespaces "deleting-too" not found' },
    { run: "delete cm --all", prints: /deleted|^$/ },
  ],
};
