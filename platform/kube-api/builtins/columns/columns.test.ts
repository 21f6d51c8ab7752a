import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { builtinResources } from "../index.ts";

const NOW = new Date("2024-01-01T01:00:00Z");
const RESOURCES = builtinResources();

function columnsOf(plural: string, group = "") {
  const found = RESOURCES.find((resource) => resource.plural === plural && resource.group === group);
  assert.ok(found, plural);
  return found.columns;
}

/** What `kubectl get -o wide` would print, ages left as instants. */
function print(plural: string, object: JsonObject, group = ""): Record<string, unknown> {
  const whole = { apiVersion: "v1", kind: "X", metadata: {}, ...object } as unknown as KubeObject;
  return Object.fromEntries(columnsOf(plural, group).map((column) => [column.name, column.value(whole, NOW)]));
}

describe("the columns of the built-in kinds", () => {
  // As kube-apiserver prints them; after the bar what only `-o wide` shows.
  const headings: Record<string, string> = {
    namespaces: "Name Status Age",
    secrets: "Name Type Data Age",
    configmaps: "Name Data Age",
    serviceaccounts: "Name Secrets Age",
    pods: "Name Ready Status Restarts Age | IP Node Nominated Node Readiness Gates",
    events: "Last Seen Type Reason Object Message | Subobject Source First Seen Count Name",
    nodes: "Name Status Roles Age Version | Internal-IP External-IP OS-Image Kernel-Version Container-Runtime",
    services: "Name Type Cluster-IP External-IP Port(s) Age | Selector",
    "deployments.apps": "Name Ready Up-to-date Available Age | Containers Images Selector",
    "leases.coordination.k8s.io": "Name Holder Age",
    "roles.rbac.authorization.k8s.io": "Name Created At",
    "clusterrolebindings.rbac.authorization.k8s.io": "Name Role Age | Users Groups ServiceAccounts",
    "certificatesigningrequests.certificates.k8s.io": "Name Age SignerName Requestor RequestedDuration Condition",
    "csidrivers.storage.k8s.io":
      "Name AttachRequired PodInfoOnMount StorageCapacity TokenRequests RequiresRepublish Modes Age",
    "mutatingwebhookconfigurations.admissionregistration.k8s.io": "Name Webhooks Age",
    "customresourcedefinitions.apiextensions.k8s.io": "Name Created At",
  };
  for (const [resource, heading] of Object.entries(headings)) {
    it(`are, for ${resource}: ${heading}`, () => {
      const [plural = "", ...group] = resource.split(".");
      const columns = columnsOf(plural, group.join("."));
      const shown = columns.filter(({ priority }) => priority === 0).map(({ name }) => name);
      const wide = columns.filter(({ priority }) => priority > 0).map(({ name }) => name);
      assert.equal([...shown, ...(wide.length === 0 ? [] : ["|", ...wide])].join(" "), heading);
    });
  }

  it("have a value for an object that has nothing but a name", () => {
    for (const { columns } of RESOURCES) {
      for (const column of columns) {
        const value = column.value({ apiVersion: "v1", kind: "X", metadata: { name: "a" } }, NOW);
        assert.ok(value === null || typeof value !== "object", column.name);
      }
    }
  });
});

describe("what the columns show", () => {
  it("of a Pod that restarts: how often and when last", () => {
    const crashed = { state: { waiting: { reason: "CrashLoopBackOff" } }, restartCount: 3 };
    const status = { ...crashed, ready: false, lastState: { terminated: { finishedAt: "2024-01-01T00:55:00Z" } } };
    const pod = { spec: { containers: [{ name: "a" }] }, status: { phase: "Running", containerStatuses: [status] } };
    const row = print("pods", pod);
    assert.deepEqual(
      [row.Ready, row.Status, row.Restarts, row.Node],
      ["0/1", "CrashLoopBackOff", "3 (5m ago)", "<none>"],
    );
  });

  it("of a Pod whose init containers run: how far they are", () => {
    const initContainerStatuses = [{ state: { terminated: { exitCode: 0 } } }, { state: { running: {} } }];
    const pod = { spec: { initContainers: [{}, {}] }, status: { phase: "Pending", initContainerStatuses } };
    assert.equal(print("pods", pod).Status, "Init:1/2");
  });

  it("of a Pod that is being deleted: that it ends", () => {
    assert.equal(print("pods", { metadata: { deletionTimestamp: "2024-01-01T00:00:00Z" } }).Status, "Terminating");
  });

  it("of a Service: ports with their node ports, and the pending load balancer", () => {
    const ports = [{ port: 80, nodePort: 30080, protocol: "TCP" }];
    const row = print("services", { spec: { type: "LoadBalancer", ports } });
    assert.deepEqual([row["Port(s)"], row["External-IP"], row["Cluster-IP"]], ["80:30080/TCP", "<pending>", "<none>"]);
  });

  it("of a Node: roles from its labels, and whether it takes Pods", () => {
    const node = {
      metadata: { labels: { "node-role.kubernetes.io/control-plane": "" } },
      spec: { unschedulable: true },
      status: { conditions: [{ type: "Ready", status: "True" }] },
    };
    const row = print("nodes", node);
    assert.deepEqual([row.Status, row.Roles], ["Ready,SchedulingDisabled", "control-plane"]);
  });

  it("of a CSR: whether it was approved and issued", () => {
    const status = { conditions: [{ type: "Approved" }], certificate: "eA==" };
    const csr = { spec: { expirationSeconds: 3600 }, status };
    const row = print("certificatesigningrequests", csr, "certificates.k8s.io");
    assert.deepEqual([row.Condition, row.RequestedDuration], ["Approved,Issued", "60m"]);
  });

  it("of a Deployment: its selector in one line", () => {
    const matchExpressions = [{ key: "tier", operator: "In", values: ["b", "a"] }];
    const selector = { matchLabels: { app: "web" }, matchExpressions };
    assert.equal(print("deployments", { spec: { selector } }, "apps").Selector, "app=web,tier in (a,b)");
  });

  it("of a RoleBinding: who is bound", () => {
    const subjects = [
      { kind: "User", name: "jane" },
      { kind: "ServiceAccount", name: "robot", namespace: "shop" },
    ];
    const row = print("rolebindings", { roleRef: { kind: "Role", name: "r" }, subjects }, "rbac.authorization.k8s.io");
    assert.deepEqual([row.Role, row.Users, row.ServiceAccounts], ["Role/r", "jane", "shop/robot"]);
  });

  it("of an Event: the newest instant that it has", () => {
    const series = { count: 5, lastObservedTime: "2024-01-01T00:59:00.000000Z" };
    const row = print("events", {
      eventTime: "2024-01-01T00:00:00.000000Z",
      series,
      involvedObject: { kind: "Pod", name: "a" },
    });
    assert.deepEqual([row["Last Seen"], row.Count, row.Object], ["2024-01-01T00:59:00.000000Z", 5, "pod/a"]);
  });
});
