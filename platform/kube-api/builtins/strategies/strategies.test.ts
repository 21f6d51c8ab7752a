import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { defaultObject } from "@tegata/kube-types/schema";
import { ApiError } from "../../http-errors.ts";
import type { ResourceDefinition, WriteContext } from "../../registry/types.ts";
import { fieldAt, objectAt } from "../fields.ts";
import { builtinResources } from "../index.ts";

const CONTEXT: WriteContext = { user: { username: "jane", groups: [] }, now: new Date(0), dryRun: false };
const RESOURCES = builtinResources();

function definitionOf(kind: string, group?: string): ResourceDefinition {
  const found = RESOURCES.find((one) => one.kind === kind && (group === undefined || one.group === group));
  assert.ok(found, kind);
  return found;
}

function objectOf(kind: string, body: JsonObject): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "a", namespace: "ns", uid: "u" }, ...body };
}

/** What becomes of an object on its way into the store. */
function created(kind: string, body: JsonObject): KubeObject {
  const { schema, strategy } = definitionOf(kind);
  const object = objectOf(kind, body);
  if (schema !== undefined) defaultObject(object, schema);
  strategy.prepareForCreate?.(object, CONTEXT);
  return object;
}

function problems(kind: string, body: JsonObject): string[] {
  const errors = definitionOf(kind).strategy.validate?.(created(kind, body)) ?? [];
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

function updateProblems(kind: string, old: JsonObject, body: JsonObject): string[] {
  const { strategy } = definitionOf(kind);
  const errors = strategy.validateUpdate?.(created(kind, body), created(kind, old)) ?? [];
  return errors.map(({ field, message }) => `${field}: ${message}`);
}

const CONTAINERS = [{ name: "c", image: "i" }];
const TEMPLATE = { metadata: { labels: { app: "a" } }, spec: { containers: CONTAINERS } };
const WORKLOAD = { spec: { selector: { matchLabels: { app: "a" } }, template: TEMPLATE } };
const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

describe("what the rules of a kind refuse", () => {
  const refused: readonly (readonly [why: string, kind: string, body: JsonObject, problem: string])[] = [
    ["a key with a space", "Secret", { data: { "a b": "" } }, `data[a b]: Invalid value: "a b": ${KEY_RULE}`],
    [
      "a key that climbs",
      "ConfigMap",
      { data: { "..x": "" } },
      `data[..x]: Invalid value: "..x": must not start with '..'`,
    ],
    [
      "a TLS Secret without its key",
      "Secret",
      { type: "kubernetes.io/tls", data: { "tls.crt": "" } },
      "data[tls.key]: Required value",
    ],
    [
      "a token Secret that names no account",
      "Secret",
      { type: "kubernetes.io/service-account-token" },
      "metadata.annotations[kubernetes.io/service-account.name]: Required value",
    ],
    [
      "docker configuration that is not JSON, without showing it",
      "Secret",
      { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": "c2VjcmV0" } },
      'data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": it is not JSON',
    ],
    [
      "more than a mebibyte",
      "Secret",
      { data: { k: "A".repeat(4 * 349_526) } },
      "data: Too long: may not be more than 1048576 bytes",
    ],
    [
      "a key in both data and binaryData",
      "ConfigMap",
      { data: { k: "" }, binaryData: { k: "" } },
      `data[k]: Invalid value: "k": duplicate of key present in binaryData`,
    ],
    [
      "a namespace with a dot in its name",
      "Namespace",
      { metadata: { name: "a.b" } },
      `metadata.name: Invalid value: "a.b": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`,
    ],
    [
      "a lease without duration",
      "Lease",
      { spec: { leaseDurationSeconds: 0 } },
      "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
    ],
    [
      "an Event about an object elsewhere",
      "Event",
      { involvedObject: { namespace: "other" } },
      `involvedObject.namespace: Invalid value: "other": does not match event.namespace`,
    ],
    ["a Pod without containers", "Pod", { spec: {} }, "spec.containers: Required value"],
    [
      "a container without image",
      "Pod",
      { spec: { containers: [{ name: "c" }] } },
      "spec.containers[0].image: Required value",
    ],
    [
      "two containers of one name",
      "Pod",
      { spec: { containers: [...CONTAINERS, ...CONTAINERS] } },
      `spec.containers[1].name: Duplicate value: "c"`,
    ],
    ["a Deployment without selector", "Deployment", { spec: { template: TEMPLATE } }, "spec.selector: Required value"],
    [
      "a Deployment that does not select its Pods",
      "Deployment",
      { spec: { selector: { matchLabels: { app: "b" } }, template: TEMPLATE } },
      `spec.template.metadata.labels: Invalid value: {"app":"a"}: \`selector\` does not match template \`labels\``,
    ],
    ["a Service without ports", "Service", { spec: {} }, "spec.ports: Required value"],
  ];
  for (const [why, kind, body, problem] of refused) {
    it(why, () => assert.deepEqual(problems(kind, body), [problem]));
  }

  it("base64 that is none, naming the place and not the value", () => {
    assert.throws(
      () => created("Secret", { data: { k: "QUJ*secret" } }),
      (error) =>
        error instanceof ApiError &&
        error.code === 400 &&
        error.message === 'Secret in version "v1" cannot be handled as a Secret: illegal base64 data at input byte 3',
    );
  });
});

describe("what the rules of a kind do not let change", () => {
  const fixed = "field is immutable when `immutable` is set";
  const refused: readonly (readonly [
    why: string,
    kind: string,
    old: JsonObject,
    body: JsonObject,
    problems: string[],
  ])[] = [
    ["a Secret's type", "Secret", {}, { type: "x" }, [`type: Invalid value: "x": field is immutable`]],
    [
      "an immutable Secret's data",
      "Secret",
      { immutable: true, data: { k: "YQ==" } },
      { immutable: true, data: { k: "Yg==" } },
      [`data: Forbidden: ${fixed}`],
    ],
    ["that a ConfigMap is immutable", "ConfigMap", { immutable: true }, {}, [`immutable: Forbidden: ${fixed}`]],
    [
      "a Deployment's selector",
      "Deployment",
      WORKLOAD,
      { spec: { selector: { matchLabels: { app: "b" } }, template: TEMPLATE } },
      [`spec.selector: Invalid value: {"matchLabels":{"app":"b"}}: field is immutable`],
    ],
  ];
  for (const [why, kind, old, body, expected] of refused) {
    it(why, () => assert.deepEqual(updateProblems(kind, old, body), expected));
  }

  it("a Pod's spec, but for its images", () => {
    const pod = (image: string, command: string[]) => ({ spec: { containers: [{ name: "c", image, command }] } });
    assert.deepEqual(updateProblems("Pod", pod("a", []), pod("b", [])), []);
    assert.match(
      updateProblems("Pod", pod("a", []), pod("a", ["x"])).join(),
      /^spec: Forbidden: pod updates may not change/,
    );
  });
});

describe("what the rules of a kind fill in", () => {
  it("a Secret's data from its stringData, which is not kept", () => {
    const secret = created("Secret", { data: { a: "YQ==", b: "eA==" }, stringData: { b: "ü" } });
    assert.deepEqual(objectAt(secret, "data"), { a: "YQ==", b: "w7w=" });
    assert.equal(fieldAt(secret, "stringData"), undefined);
    assert.equal(fieldAt(secret, "type"), "Opaque");
  });

  it("a label with a namespace's name", () => {
    assert.deepEqual(created("Namespace", {}).metadata.labels, { "kubernetes.io/metadata.name": "a" });
  });

  it("a Deployment's defaults, down to its containers", () => {
    const deployment = created("Deployment", structuredClone(WORKLOAD));
    assert.deepEqual(fieldAt(deployment, "spec.strategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
    });
    assert.equal(fieldAt(deployment, "spec.replicas"), 1);
    assert.equal(fieldAt(deployment, "spec.template.spec.restartPolicy"), "Always");
    const [container] = fieldAt(deployment, "spec.template.spec.containers") as JsonObject[];
    assert.equal(container?.imagePullPolicy, "Always");
    assert.equal(container?.terminationMessagePath, "/dev/termination-log");
  });

  it("no rolling update where another strategy was chosen", () => {
    const spec = { ...structuredClone(WORKLOAD.spec), strategy: { type: "Recreate" } };
    assert.deepEqual(fieldAt(created("Deployment", { spec }), "spec.strategy"), { type: "Recreate" });
  });

  const pullPolicies: Record<string, string> = {
    web: "Always",
    "web:latest": "Always",
    "web:1": "IfNotPresent",
    "registry:5000/web": "Always",
    "registry:5000/web:1": "IfNotPresent",
    "web@sha256:0": "IfNotPresent",
  };
  for (const [image, policy] of Object.entries(pullPolicies)) {
    it(`${policy} as pull policy of ${image}`, () => {
      const pod = created("Pod", { spec: { containers: [{ name: "c", image }] } });
      assert.equal((fieldAt(pod, "spec.containers") as JsonObject[])[0]?.imagePullPolicy, policy);
    });
  }

  it("requests of a Pod's containers from their limits, and its class from both", () => {
    const resources = { limits: { cpu: "1", memory: "1Gi" } };
    const pod = created("Pod", { spec: { containers: [{ name: "c", image: "i", resources }] } });
    const [container] = fieldAt(pod, "spec.containers") as JsonObject[];
    assert.deepEqual(objectAt(container ?? {}, "resources.requests"), { cpu: "1", memory: "1Gi" });
    assert.equal(fieldAt(pod, "status.qosClass"), "Guaranteed");
  });

  it("a Job's selector from its uid, so that no two Jobs share Pods", () => {
    const job = created("Job", { spec: { template: { spec: { restartPolicy: "Never", containers: CONTAINERS } } } });
    assert.deepEqual(objectAt(job, "spec.selector.matchLabels"), { "batch.kubernetes.io/controller-uid": "u" });
    assert.equal(objectAt(job, "spec.template.metadata.labels")["batch.kubernetes.io/job-name"], "a");
    assert.equal(fieldAt(job, "spec.completions"), 1);
  });

  it("a Service port's target, and what the type asks for", () => {
    const service = created("Service", { spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
    const [port] = fieldAt(service, "spec.ports") as JsonObject[];
    assert.deepEqual(port, { port: 80, protocol: "TCP", targetPort: 80 });
    assert.equal(fieldAt(service, "spec.allocateLoadBalancerNodePorts"), true);
  });
});

describe("HorizontalPodAutoscalers in two versions", () => {
  const v1 = RESOURCES.find(({ kind, version }) => kind === "HorizontalPodAutoscaler" && version === "v1");
  const memory = {
    type: "Resource",
    resource: { name: "memory", target: { type: "AverageValue", averageValue: "1Gi" } },
  };
  const cpu = { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } };
  const object = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name: "a" },
    spec: { maxReplicas: 3, metrics: [cpu, memory], behavior: { scaleUp: { selectPolicy: "Max" } } },
  } as KubeObject;

  it("keep in v1 what only v2 can say", async () => {
    const older = await v1?.convert?.(structuredClone(object), "v1");
    assert.ok(older);
    assert.equal(older.apiVersion, "autoscaling/v1");
    assert.equal(fieldAt(older, "spec.targetCPUUtilizationPercentage"), 60);
    const back = await v1?.convert?.(older, "v2");
    assert.deepEqual(back, { ...object, metadata: { name: "a", annotations: {} } });
  });
});
