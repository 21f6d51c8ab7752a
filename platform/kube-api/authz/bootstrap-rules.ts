import type { PolicyRule } from "./rbac-objects.ts";

const READ = ["get", "list", "watch"];
const WRITE = ["create", "delete", "deletecollection", "patch", "update"];

/** Rules of the roles that every cluster has, by role. reference: k8s.io/kubernetes `bootstrappolicy` */
export const BOOTSTRAP_RULES: Readonly<Record<string, readonly PolicyRule[]>> = {
  "cluster-admin": [rule("*", "*", ["*"]), paths(["*"], ["*"])],
  "system:aggregate-to-admin": [
    rule("authorization.k8s.io", "localsubjectaccessreviews", ["create"]),
    rule("rbac.authorization.k8s.io", "rolebindings roles", [...READ, ...WRITE]),
  ],
  "system:aggregate-to-edit": [
    rule("", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy", READ),
    rule("", "serviceaccounts", ["impersonate"]),
    rule("", "pods pods/attach pods/exec pods/portforward pods/proxy", WRITE),
    rule("", "pods/eviction", ["create"]),
    rule(
      "",
      "configmaps events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy",
      WRITE,
    ),
    rule("", "serviceaccounts/token", ["create"]),
    rule(
      "apps",
      "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale",
      WRITE,
    ),
    rule("autoscaling", "horizontalpodautoscalers", WRITE),
    rule("batch", "cronjobs jobs", WRITE),
    rule("policy", "poddisruptionbudgets", WRITE),
    rule("networking.k8s.io", "ingresses networkpolicies", WRITE),
    rule("coordination.k8s.io", "leases", [...READ, ...WRITE]),
  ],
  "system:aggregate-to-view": [
    rule(
      "",
      "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status",
      READ,
    ),
    rule(
      "",
      "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status",
      READ,
    ),
    rule("", "namespaces", READ),
    rule("discovery.k8s.io", "endpointslices", READ),
    rule(
      "apps",
      "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status",
      READ,
    ),
    rule("autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status", READ),
    rule("batch", "cronjobs cronjobs/status jobs jobs/status", READ),
    rule("policy", "poddisruptionbudgets poddisruptionbudgets/status", READ),
    rule("networking.k8s.io", "ingresses ingresses/status networkpolicies", READ),
  ],
  "system:discovery": [
    paths(
      ["get"],
      [
        "/api",
        "/api/*",
        "/apis",
        "/apis/*",
        "/healthz",
        "/livez",
        "/openapi",
        "/openapi/*",
        "/readyz",
        "/version",
        "/version/",
      ],
    ),
  ],
  "system:basic-user": [
    rule("authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews", ["create"]),
    rule("authentication.k8s.io", "selfsubjectreviews", ["create"]),
  ],
  "system:public-info-viewer": [paths(["get"], ["/healthz", "/livez", "/readyz", "/version", "/version/"])],
  "system:monitoring": [
    paths(
      ["get"],
      ["/healthz", "/healthz/*", "/livez", "/livez/*", "/metrics", "/metrics/slis", "/readyz", "/readyz/*"],
    ),
  ],
  "system:service-account-issuer-discovery": [
    paths(
      ["get"],
      [
        "/.well-known/openid-configuration",
        "/.well-known/openid-configuration/",
        "/openid/v1/jwks",
        "/openid/v1/jwks/",
      ],
    ),
  ],
  "system:auth-delegator": [
    rule("authentication.k8s.io", "tokenreviews", ["create"]),
    rule("authorization.k8s.io", "subjectaccessreviews", ["create"]),
  ],
  "system:node-bootstrapper": [rule("certificates.k8s.io", "certificatesigningrequests", ["create", ...READ])],
  "system:certificates.k8s.io:certificatesigningrequests:nodeclient": [
    rule("certificates.k8s.io", "certificatesigningrequests/nodeclient", ["create"]),
  ],
  "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": [
    rule("certificates.k8s.io", "certificatesigningrequests/selfnodeclient", ["create"]),
  ],
  ...signerRoles(["kube-apiserver-client", "kube-apiserver-client-kubelet", "kubelet-serving", "legacy-unknown"]),
};

/** Labels of the roles whose rules are pulled into another one, by role. */
export const AGGREGATED_INTO: Readonly<Record<string, string>> = {
  "system:aggregate-to-admin": "admin",
  "system:aggregate-to-edit": "edit",
  "system:aggregate-to-view": "view",
  edit: "admin",
  view: "edit",
};

/** Who has which of the roles: group to role. */
export const BOOTSTRAP_BINDINGS: readonly (readonly [role: string, ...groups: string[]])[] = [
  ["cluster-admin", "system:masters"],
  ["system:basic-user", "system:authenticated"],
  ["system:discovery", "system:authenticated"],
  ["system:monitoring", "system:monitoring"],
  ["system:public-info-viewer", "system:authenticated", "system:unauthenticated"],
  ["system:service-account-issuer-discovery", "system:serviceaccounts"],
];

function rule(apiGroup: string, resources: string, verbs: string[]): PolicyRule {
  return { apiGroups: [apiGroup], resources: resources.split(" "), verbs };
}

function paths(verbs: string[], nonResourceURLs: string[]): PolicyRule {
  return { nonResourceURLs, verbs };
}

/** Who may approve requests to one of Kubernetes' own signers. */
function signerRoles(signers: readonly string[]): Record<string, PolicyRule[]> {
  return Object.fromEntries(
    signers.map((signer) => [
      `system:certificates.k8s.io:${signer}-approver`,
      [
        {
          apiGroups: ["certificates.k8s.io"],
          resources: ["signers"],
          resourceNames: [`kubernetes.io/${signer}`],
          verbs: ["approve"],
        },
      ],
    ]),
  );
}
