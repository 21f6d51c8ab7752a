import { POD } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

const READY = '{"status":{"conditions":[{"type":"Ready","status":"True"}],"phase":"Running"}}';

/** `wait`, and what it watches. */
export const WAITING: Scenario = {
  name: "waiting",
  steps: [
    { run: "create -f -", stdin: POD, prints: "pod/one created" },
    { run: "wait pod/one --for=jsonpath='{.status.phase}'=Pending --timeout=20s", prints: "pod/one condition met" },
    { run: "wait pod/one --for=condition=Ready --timeout=1s", exitCode: 1, complains: "timed out waiting" },
    { run: `patch pod one --subresource=status --type=merge -p '${READY}'`, prints: "patched" },
    { run: "wait pod/one --for=condition=Ready --timeout=20s", prints: "pod/one condition met" },
    { run: "wait pods --all --for=condition=Ready --timeout=20s", prints: "pod/one condition met" },
    { run: "wait pods -l app=one --for=jsonpath='{.status.phase}'=Running --timeout=20s", prints: "condition met" },
    { run: "wait pod/one --for=create --timeout=20s", prints: "pod/one condition met", since: 31 },
    { run: "wait pod/nope --for=condition=Ready --timeout=20s", exitCode: 1, complains: "not found" },
    { run: "delete pod one --wait=false", prints: 'pod "one" deleted' },
    { run: "wait pod/one --for=delete --timeout=20s" },
  ],
};
