import type { Scenario } from "../scenario.ts";

/** What the server says of itself. */
export const DISCOVERING: Scenario = {
  name: "discovering",
  steps: [
    { run: "version", prints: /Server Version: v1\.\d+/ },
    { run: "api-versions", prints: /^apps\/v1$/m },
    { run: "api-resources", prints: /^deployments +deploy +apps\/v1 +true +Deployment$/m },
    { run: "api-resources --namespaced=false -o name", prints: /^namespaces$/m },
    { run: "api-resources --api-group=rbac.authorization.k8s.io --no-headers", prints: "clusterrolebindings" },
    { run: "api-resources --verbs=list,get -o wide", prints: /secrets +v1 +true +Secret +create,delete,/ },
    { run: "api-resources --categories=all -o name", prints: /^deployments\.apps$/m },
    { run: "get --raw /healthz", prints: "ok" },
    { run: "get --raw /readyz", prints: "ok" },
    { run: "get --raw /livez", prints: "ok" },
    { run: "get --raw /version", prints: '"gitVersion"' },
    { run: "get --raw /apis/apps/v1", prints: '"APIResourceList"' },
    { run: "get --raw /openapi/v3", prints: '"apis/apps/v1"' },
    { run: "explain secret", prints: /data\s+<map\[string\]string>\s+The bytes/ },
    { run: "explain secret.immutable", prints: /FIELD: immutable <boolean>/ },
    { run: "explain deployments.spec.template.spec.containers.ports", prints: /containerPort\s+<integer> -required-/ },
    { run: "explain pod.spec --recursive", prints: /nodePublishSecretRef\s+<LocalObjectReference>/ },
    { run: "explain secret.metadata.ownerReferences", prints: /uid\s+<string> -required-/ },
    { run: "explain hpa --api-version=autoscaling/v2", prints: /VERSION:\s+v2/ },
    { run: "explain secret --output=plaintext-openapiv2", exitCode: 1 },
    { run: "explain secret.nope", exitCode: 1, complains: 'field "nope" does not exist' },
    {
      run: "apply -f -",
      stdin: "apiVersion: monitoring.example.org/v1\nkind: Monitor\nmetadata: {name: a}",
      exitCode: 1,
      complains:
        'no matches for kind "Monitor" in version "monitoring.example.org/v1"\nensure CRDs are installed first',
    },
    { run: "cluster-info", prints: "control plane" },
    { run: "get nonsense", exitCode: 1, complains: `the server doesn't have a resource type "nonsense"` },
    { run: "get --raw /apis/nope.example.org/v1", exitCode: 1, complains: "NotFound" },
  ],
};
