import { DEPLOYMENT } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const NODE = "apiVersion: v1\nkind: Node\nmetadata: {name: modifying-node}";

/** Everything that changes an object which is there. */
export const MODIFYING: Scenario = {
  name: "modifying",
  steps: [
    { run: "create -f -", stdin: DEPLOYMENT, prints: "deployment.apps/web created" },
    { run: "label deploy web tier=front", prints: "deployment.apps/web labeled" },
    { run: "label deploy web tier=back", exitCode: 1, complains: "already has a value (front)" },
    { run: "label deploy web tier=back --overwrite", prints: "labeled" },
    { run: "label deploy web tier-", prints: "unlabeled" },
    { run: "label deploy web --list", prints: /^app=web$/m },
    { run: "label deploy web x=y --dry-run=server", prints: "labeled (server dry run)" },
    { run: "annotate deploy web --list", prints: /^$/ },
    { run: "label deploy --all team=a", prints: "deployment.apps/web labeled" },
    { run: "label deploy web bad=%", exitCode: 1 },
    { run: "annotate deploy web note=hello", prints: "deployment.apps/web annotated" },
    { run: "annotate deploy web note-", prints: "annotated" },
    {
      run: `patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"registry.example/web:3"}]}}}}'`,
      prints: "deployment.apps/web patched",
    },
    {
      run: "get deploy web -o jsonpath='{.spec.template.spec.containers[*].image}{.spec.template.spec.containers[0].env[0].name}'",
      prints: /^registry.example\/web:3MODE$/,
    },
    { run: `patch deploy web --type=merge -p '{"spec":{"minReadySeconds":5}}'`, prints: "patched" },
    { run: `patch deploy web --type=merge -p '{"spec":{"minReadySeconds":5}}'`, prints: "patched (no change)" },
    {
      run: `patch deploy web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":4}]'`,
      prints: "patched",
    },
    {
      run: `patch deploy web --type=json -p '[{"op":"test","path":"/spec/replicas","value":9}]'`,
      exitCode: 1,
      complains: "the server rejected our request due to an error in our request",
    },
    {
      run: `patch deploy web --subresource=status --type=merge -p '{"status":{"replicas":4,"readyReplicas":3}}'`,
      prints: "patched",
    },
    { run: "get deploy web", prints: /^web +3\/4 /m },
    { run: "scale deploy web --replicas=6", prints: "deployment.apps/web scaled" },
    {
      run: "scale deploy web --current-replicas=1 --replicas=7",
      exitCode: 1,
      complains: "Expected replicas to be 1, was 6",
    },
    { run: "get deploy web --subresource=scale -o jsonpath='{.kind}{.spec.replicas}'", prints: /^Scale6$/ },
    { run: "set image deploy/web web=registry.example/web:4", prints: "image updated" },
    { run: "set env deploy/web EXTRA=1", prints: "env updated" },
    { run: "set env deploy/web --list", prints: /^EXTRA=1$/m },
    { run: "set resources deploy/web --limits=cpu=1", prints: "resource requirements updated" },
    { run: "set serviceaccount deploy/web builder", prints: "serviceaccount updated" },
    { run: "create rolebinding view --clusterrole=view --user=jane", prints: "created" },
    { run: "set subject rolebinding view --user=bob", prints: "subjects updated" },
    { run: "create service clusterip web --tcp=80", prints: "created" },
    { run: "set selector service web app=web", prints: "selector updated" },
    { run: "rollout history deploy/web", prints: "deployment.apps/web" },
    { run: "rollout restart deploy/web", prints: "restarted" },
    { run: "rollout pause deploy/web", prints: "paused" },
    { run: "rollout resume deploy/web", prints: "resumed" },
    { run: "edit deploy web", env: { KUBE_EDITOR: "sed -i s/web:4/web:5/" }, prints: "deployment.apps/web edited" },
    { run: "edit deploy web", env: { KUBE_EDITOR: "true" }, complains: "Edit cancelled, no changes made." },
    { run: "get deploy web -o jsonpath='{.spec.template.spec.containers[0].image}'", prints: /web:5$/ },
    { run: "create -f -", stdin: NODE, prints: "node/modifying-node created" },
    { run: "cordon modifying-node", prints: "node/modifying-node cordoned" },
    { run: "get node modifying-node", prints: /SchedulingDisabled/ },
    { run: "uncordon modifying-node", prints: "node/modifying-node uncordoned" },
    { run: "taint node modifying-node dedicated=gpu:NoSchedule", prints: "tainted" },
    { run: "taint node modifying-node dedicated-", prints: "untainted" },
    { run: "create secret generic fixed --from-literal=k=v", prints: "created" },
    { run: `patch secret fixed -p '{"immutable":true}'`, prints: "patched" },
    {
      run: `patch secret fixed -p '{"stringData":{"k":"w"}}'`,
      exitCode: 1,
      complains: "field is immutable when `immutable` is set",
    },
    { run: `patch secret nope -p '{}'`, exitCode: 1, complains: 'secrets "nope" not found' },
  ],
};
