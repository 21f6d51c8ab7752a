import { CONFIG_MAP, CONFIG_MAP_CHANGED, DEPLOYMENT, DEPLOYMENT_CHANGED } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Client-side apply, diff, replace. */
export const APPLYING: Scenario = {
  name: "applying",
  steps: [
    { run: "diff -f -", stdin: CONFIG_MAP, exitCode: 1, prints: "+  mode: fast" },
    { run: "apply -f -", stdin: CONFIG_MAP, prints: "configmap/settings created" },
    { run: "apply -f -", stdin: CONFIG_MAP, prints: "configmap/settings unchanged" },
    { run: "diff -f -", stdin: CONFIG_MAP },
    { run: "diff -f -", stdin: CONFIG_MAP_CHANGED, exitCode: 1, prints: /^-  level: "1"\n\+  level: "2"$/m },
    { run: "apply -f - --dry-run=server", stdin: CONFIG_MAP_CHANGED, prints: "settings configured (server dry run)" },
    { run: "apply -f -", stdin: CONFIG_MAP_CHANGED, prints: "configmap/settings configured" },
    { run: "get cm settings -o jsonpath='{.data.level}'", prints: /^2$/ },
    { run: "apply view-last-applied cm settings", prints: 'level: "2"' },
    { run: "apply -f -", stdin: DEPLOYMENT, prints: "deployment.apps/web created" },
    { run: "apply -f -", stdin: DEPLOYMENT_CHANGED, prints: "deployment.apps/web configured" },
    { run: "get deploy web -o jsonpath='{.spec.template.spec.containers[*].name}'", prints: /^web proxy$/ },
    { run: "apply -f -", stdin: DEPLOYMENT, prints: "deployment.apps/web configured" },
    {
      run: "get deploy web -o jsonpath='{.spec.template.spec.containers[*].image}'",
      prints: /^registry.example\/web:1$/,
    },
    { run: "get deploy web -o jsonpath='{.metadata.generation}'", prints: /^3$/ },
    { run: "apply set-last-applied -f - -o name", stdin: CONFIG_MAP, prints: "configmap/settings" },
    { run: "replace -f -", stdin: CONFIG_MAP, prints: "configmap/settings replaced" },
    { run: "replace --force -f -", stdin: CONFIG_MAP, prints: "configmap/settings replaced" },
    { run: "replace -f -", stdin: CONFIG_MAP.replace("settings", "absent"), exitCode: 1, complains: "NotFound" },
    { run: "create -f -", stdin: CONFIG_MAP, exitCode: 1, complains: "AlreadyExists" },
    {
      run: "apply -f -",
      stdin: DEPLOYMENT.replace("replicas: 2", "replicas: 2\n  nope: 1"),
      exitCode: 1,
      complains: 'unknown field "spec.nope"',
    },
    {
      run: "apply -f - --validate=warn",
      stdin: DEPLOYMENT.replace("replicas: 2", "replicas: 2\n  nope: 1"),
      complains: 'Warning: unknown field "spec.nope"',
    },
    { run: "apply -f -", stdin: DEPLOYMENT.replace("image:", "imag:"), exitCode: 1, complains: "unknown field" },
    {
      run: "create -f -",
      stdin: DEPLOYMENT.replace("name: web, ", "name: other, ").replace(
        "matchLabels: {app: web}",
        "matchLabels: {app: x}",
      ),
      exitCode: 1,
      complains: "`selector` does not match template `labels`",
    },
    {
      run: "apply -f -",
      stdin: DEPLOYMENT.replaceAll("app: web", "app: changed"),
      exitCode: 1,
      complains: "field is immutable",
    },
    {
      run: "apply -f -",
      stdin: "apiVersion: v1\nkind: Secret\nmetadata: {name: bad}\ndata: {k: '***'}",
      exitCode: 1,
      complains: "illegal base64 data at input byte 0",
    },
    {
      run: "apply -f -",
      stdin: "apiVersion: v1\nkind: Secret\nmetadata: {name: text}\nstringData: {k: plain}",
      prints: "secret/text created",
    },
    { run: "get secret text -o jsonpath='{.data.k}{.stringData}'", prints: /^cGxhaW4=$/ },
    {
      run: "apply -f -",
      stdin: "apiVersion: v1\nkind: Secret\nmetadata: {name: text}\ntype: example.org/other\nstringData: {k: plain}",
      exitCode: 1,
      complains: "field is immutable",
    },
    {
      run: "apply -f - --prune -l app=shop --prune-allowlist=core/v1/ConfigMap",
      stdin: CONFIG_MAP,
      prints: "settings",
    },
    { run: "delete -f -", stdin: DEPLOYMENT, prints: 'deployment.apps "web" deleted' },
  ],
};
