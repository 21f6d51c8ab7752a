/** A ConfigMap with two keys, for the scenarios that apply. */
export const CONFIG_MAP = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {app: shop}}
data: {mode: fast, level: "1"}
`;

/** The same with one value changed. */
export const CONFIG_MAP_CHANGED = CONFIG_MAP.replace('"1"', '"2"');

/** A Deployment with one container and one port. */
export const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: registry.example/web:1
        ports: [{containerPort: 8080}]
        env: [{name: MODE, value: fast}]
`;

/** The same with another image and a second container. */
export const DEPLOYMENT_CHANGED = `${DEPLOYMENT.replace("web:1", "web:2")}      - name: proxy
        image: registry.example/proxy:1
`;

/** A Pod that nothing will ever run. */
export const POD = `
apiVersion: v1
kind: Pod
metadata: {name: one, labels: {app: one}}
spec:
  containers: [{name: main, image: "registry.example/one:1"}]
`;

/** A kind of one's own, with status, scale, columns and a selectable field. */
export const CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: crontabs.stable.example.org}
spec:
  group: stable.example.org
  scope: Namespaced
  names: {plural: crontabs, singular: crontab, kind: CronTab, shortNames: [ct], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        description: A table of jobs.
        properties:
          spec:
            type: object
            required: [cronSpec]
            properties:
              cronSpec: {type: string, description: When it runs.}
              image: {type: string, default: registry.example/job}
              replicas: {type: integer, minimum: 0, maximum: 10}
          status:
            type: object
            properties:
              replicas: {type: integer}
    additionalPrinterColumns:
    - {name: Spec, type: string, jsonPath: .spec.cronSpec}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    selectableFields: [{jsonPath: .spec.cronSpec}]
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas}
`;

/** An object of that kind. */
export const CRON_TAB = `
apiVersion: stable.example.org/v1
kind: CronTab
metadata: {name: nightly}
spec: {cronSpec: "0 3 * * *", replicas: 1}
`;

/** An Event about the Pod above. */
export const EVENT = `
apiVersion: v1
kind: Event
metadata: {name: one.1, namespace: events}
involvedObject: {kind: Pod, name: one, namespace: events, apiVersion: v1}
reason: Pulled
message: the image is there
type: Normal
count: 3
firstTimestamp: "2024-01-01T00:00:00Z"
lastTimestamp: "2024-01-01T00:00:00Z"
source: {component: kubelet}
`;

/** A Role and a RoleBinding for `auth reconcile`, which does not fill in the namespace. */
export const RBAC = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: access}
rules: [{apiGroups: [""], resources: [configmaps], verbs: [get, list]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader, namespace: access}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects: [{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}]
`;

/**
 * A request for a client certificate. Made by `openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes
 * -keyout /dev/null -subj /O=devs/CN=jane`.
 */
export const CSR = `
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: jane}
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  expirationSeconds: 3600
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWk1JR0FBZ0VBTUI0eERUQUxCZ05WQkFvTUJHUmxkbk14RFRBTEJnTlZCQU1NQkdwaGJtVXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVNaK2daRGFaTnlvbE94WjhpNDEvVFNWS3pmVGw1cVk5dDdBcGIvCnMyRTU0WUVsN2lRblFjSXBDVDlSb0gwQ0NlVmV3QXF3NERYdERmd05NV2VWbUN4L29BQXdDZ1lJS29aSXpqMEUKQXdJRFNBQXdSUUlnVS9QRDFXUU9HdXdLcnhlN0JPRzU3Qlkyblp2TTVJMVhJQlRIeVd2V043c0NJUURoMzlYaQpiMWw0UDRXRTI3S3BmTENJMElUUXNWSi9JRDBHRkZYbFE2elJpUT09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=
`;
