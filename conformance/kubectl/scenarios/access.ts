import { RBAC } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Who may do what, and certificates. */
export const ACCESS: Scenario = {
  name: "access",
  steps: [
    { run: "auth whoami", prints: /Username +kubernetes-admin/ },
    { run: "auth whoami -o json", prints: '"system:masters"' },
    { run: "auth can-i get pods", prints: "yes" },
    { run: "auth can-i --list", prints: /\*\.\* +\[\] +\[\] +\[\*\]/ },
    { run: "auth can-i get /metrics", prints: "yes" },
    { run: "auth can-i get pods --as=jane", exitCode: 1, prints: "no" },
    {
      run: "get configmaps --as=jane",
      exitCode: 1,
      complains: 'User "jane" cannot list resource "configmaps" in API group ""',
    },
    { run: "auth reconcile -f -", stdin: RBAC, prints: "role.rbac.authorization.k8s.io/reader reconciled" },
    { run: "auth reconcile -f -", stdin: RBAC, prints: "rolebinding.rbac.authorization.k8s.io/reader" },
    { run: "auth can-i list configmaps --as=jane", prints: "yes" },
    { run: "auth can-i list configmaps --as=jane -n default", exitCode: 1, prints: "no" },
    { run: "auth can-i --list --as=jane", prints: /configmaps +\[\] +\[\] +\[get list\]/ },
    { run: "get configmaps --as=jane", prints: "kube-root-ca.crt" },
    { run: "auth whoami --as=jane --as-group=devs", prints: /Groups +\[devs system:authenticated\]/ },
    {
      run: "create rolebinding reader --clusterrole=view --user=bob",
      exitCode: 1,
      complains: 'rolebindings.rbac.authorization.k8s.io "reader" already exists',
    },
    {
      run: `patch rolebinding reader --type=merge -p '{"roleRef":{"name":"other"}}'`,
      exitCode: 1,
      complains: "cannot change roleRef",
    },
    { run: "create serviceaccount robot", prints: "created" },
    { run: "auth can-i get pods --as=system:serviceaccount:access:robot", exitCode: 1, prints: "no" },
    { run: "create rolebinding robot --clusterrole=view --serviceaccount=access:robot", prints: "created" },
    { run: "auth can-i get pods --as=system:serviceaccount:access:robot", prints: "yes" },
  ],
};
