import type { Scenario } from "../scenario.ts";

const THREE_CONFIG_MAPS = ["a", "b", "c"]
  .map(
    (name, i) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {tier: ${i < 2 ? "front" : "back"}}}\ndata: {rank: "${9 - i}"}`,
  )
  .join("\n---\n");

/** `get` in all its forms. */
export const READING: Scenario = {
  name: "reading",
  steps: [
    { run: "create -f -", stdin: THREE_CONFIG_MAPS, prints: "configmap/c created" },
    { run: "create secret generic s --from-literal=k=v --type=example.org/own", prints: "created" },
    { run: "get configmap", prints: /^a +1 +\d+s$/m },
    { run: "get cm -o wide --show-labels", prints: /^c +1 +\d+s +tier=back$/m },
    { run: "get cm -L tier --no-headers", prints: /^a +1 +\d+s +front$/m },
    { run: "get cm a -o yaml", prints: /^kind: ConfigMap$/m },
    { run: "get cm a -o json", prints: '"kind": "ConfigMap"' },
    { run: "get cm -o name", prints: /^configmap\/a\nconfigmap\/b\nconfigmap\/c$/m },
    { run: "get cm a -o jsonpath='{.data.rank}'", prints: /^9$/ },
    { run: "get cm -o jsonpath='{.items[*].metadata.name}'", prints: /a b c/ },
    { run: "get cm -o go-template='{{range .items}}{{.metadata.name}};{{end}}'", prints: "a;b;c;" },
    { run: "get cm -o custom-columns=NAME:.metadata.name,RANK:.data.rank", prints: /^c +7$/m },
    { run: "get cm --sort-by=.data.rank", prints: /c [^]*b [^]*a / },
    { run: "get cm -l tier=front -o name", prints: /^configmap\/a\nconfigmap\/b\n$/ },
    { run: "get cm -l 'tier in (back),tier!=front' -o name", prints: /^configmap\/c\n$/ },
    { run: "get cm --field-selector=metadata.name=b -o name", prints: /^configmap\/b\n$/ },
    { run: "get secrets --field-selector=type=example.org/own -o name", prints: "secret/s" },
    { run: "get cm --field-selector=data.rank=9", exitCode: 1, complains: "field label not supported" },
    { run: "get cm -l '=='", exitCode: 1 },
    { run: "get cm --chunk-size=1 -o name", prints: /configmap\/a\nconfigmap\/b\nconfigmap\/c\n/ },
    { run: "get cm -A", prints: /^reading +b +1 /m },
    { run: "get cm/a secret/s", prints: /^secret\/s +example.org\/own +1 /m },
    { run: "get cm a nope", exitCode: 1, prints: /^a +1/m, complains: 'configmaps "nope" not found' },
    { run: "get cm nope --ignore-not-found", prints: /^$/ },
    { run: "get cm a --show-managed-fields -o yaml", prints: "managedFields:" },
    { run: "get pods", complains: "No resources found in reading namespace." },
    { run: "get all", complains: "No resources found" },
    { run: "get ns reading --output-watch-events -w -o name", until: /namespace\/reading/ },
    { run: "get cm -w", until: /^c +1/m },
    { run: "get cm a -w -o json", until: /"kind": "ConfigMap"/ },
    { run: "get cm --watch-only --request-timeout=1s", prints: /^$/ },
    { run: "get --raw /api/v1/namespaces/reading/configmaps/a", prints: '"rank":"9"' },
    { run: "get --raw /api/v1/namespaces/reading/configmaps?limit=1", prints: '"remainingItemCount":' },
    { run: "get cm --server-print=false", prints: /^a +\d+s$/m },
  ],
};
