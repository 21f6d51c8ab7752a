import type { JsonObject } from "../objects.ts";
import { isJsonObject, memberOf } from "../schema/json-value.ts";

const POD_TEMPLATE: JsonObject = { metadata: {}, spec: { containers: null } };
const ROLE_REF: JsonObject = { apiGroup: "", kind: "", name: "" };
const NODE_STATUS: JsonObject = {
  daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
  nodeInfo: {
    architecture: "",
    bootID: "",
    containerRuntimeVersion: "",
    kernelVersion: "",
    kubeProxyVersion: "",
    kubeletVersion: "",
    machineID: "",
    operatingSystem: "",
    osImage: "",
    systemUUID: "",
  },
};

/**
 * What Kubernetes prints of a built-in kind's object though nobody set it: the structs of its Go type that are always
 * there. They neither come nor go, so that nobody owns them. reference: `k8s.io/api` v0.34
 */
const ALWAYS_PRINTED: Readonly<Record<string, JsonObject>> = {
  "apiextensions.k8s.io/v1 CustomResourceDefinition": {
    spec: { group: "", names: { kind: "", plural: "" }, scope: "", versions: null },
    status: { acceptedNames: { kind: "", plural: "" }, conditions: null, storedVersions: null },
  },
  "apps/v1 ControllerRevision": { data: null, revision: 0 },
  "apps/v1 DaemonSet": {
    spec: { selector: null, template: POD_TEMPLATE, updateStrategy: {} },
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  },
  "apps/v1 Deployment": { spec: { selector: null, strategy: {}, template: POD_TEMPLATE }, status: {} },
  "apps/v1 ReplicaSet": { spec: { selector: null, template: POD_TEMPLATE }, status: { replicas: 0 } },
  "apps/v1 StatefulSet": {
    spec: { selector: null, serviceName: "", template: POD_TEMPLATE, updateStrategy: {} },
    status: { availableReplicas: 0, replicas: 0 },
  },
  "autoscaling/v2 HorizontalPodAutoscaler": {
    spec: { maxReplicas: 0, scaleTargetRef: { kind: "", name: "" } },
    status: { currentMetrics: null, desiredReplicas: 0 },
  },
  "batch/v1 CronJob": {
    spec: { jobTemplate: { metadata: {}, spec: { template: POD_TEMPLATE } }, schedule: "" },
    status: {},
  },
  "batch/v1 Job": { spec: { template: POD_TEMPLATE }, status: {} },
  "certificates.k8s.io/v1 CertificateSigningRequest": { spec: { request: null, signerName: "" }, status: {} },
  "coordination.k8s.io/v1 Lease": { spec: {} },
  "discovery.k8s.io/v1 EndpointSlice": { addressType: "", endpoints: null, ports: null },
  "events.k8s.io/v1 Event": { deprecatedSource: {}, eventTime: null, regarding: {} },
  "networking.k8s.io/v1 Ingress": { spec: {}, status: { loadBalancer: {} } },
  "networking.k8s.io/v1 IngressClass": { spec: {} },
  "networking.k8s.io/v1 NetworkPolicy": { spec: { podSelector: {} } },
  "policy/v1 PodDisruptionBudget": {
    spec: {},
    status: { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 },
  },
  "rbac.authorization.k8s.io/v1 ClusterRole": { rules: null },
  "rbac.authorization.k8s.io/v1 ClusterRoleBinding": { roleRef: ROLE_REF },
  "rbac.authorization.k8s.io/v1 Role": { rules: null },
  "rbac.authorization.k8s.io/v1 RoleBinding": { roleRef: ROLE_REF },
  "scheduling.k8s.io/v1 PriorityClass": { value: 0 },
  "storage.k8s.io/v1 CSIDriver": { spec: {} },
  "storage.k8s.io/v1 CSINode": { spec: { drivers: null } },
  "storage.k8s.io/v1 StorageClass": { provisioner: "" },
  "storage.k8s.io/v1 VolumeAttachment": {
    spec: { attacher: "", nodeName: "", source: {} },
    status: { attached: false },
  },
  "v1 Event": {
    eventTime: null,
    firstTimestamp: null,
    involvedObject: {},
    lastTimestamp: null,
    reportingComponent: "",
    reportingInstance: "",
    source: {},
  },
  "v1 LimitRange": { spec: { limits: null } },
  "v1 Namespace": { spec: {}, status: {} },
  "v1 Node": { spec: {}, status: NODE_STATUS },
  "v1 PersistentVolume": { spec: {}, status: {} },
  "v1 PersistentVolumeClaim": { spec: { resources: {} }, status: {} },
  "v1 Pod": { spec: { containers: null }, status: {} },
  "v1 ReplicationController": { spec: {}, status: { replicas: 0 } },
  "v1 ResourceQuota": { spec: {}, status: {} },
  "v1 Service": { spec: {}, status: { loadBalancer: {} } },
};

/** The object of a built-in kind as Kubernetes prints it; any other object as it is. */
export function withAlwaysPrinted(object: JsonObject, apiVersion: string, kind: string): JsonObject {
  const printed = ALWAYS_PRINTED[`${apiVersion} ${kind}`];
  return printed === undefined ? object : complete(object, printed);
}

function complete(object: JsonObject, printed: JsonObject): JsonObject {
  const completed = { ...object };
  for (const [name, byDefault] of Object.entries(printed)) {
    const value = memberOf(object, name) ?? byDefault;
    completed[name] = isJsonObject(value) && isJsonObject(byDefault) ? complete(value, byDefault) : value;
  }
  return completed;
}
