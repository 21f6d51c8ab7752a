import { CSR } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Requests for certificates, and what is decided about them. */
export const CERTIFICATES: Scenario = {
  name: "certificates",
  steps: [
    { run: "create -f -", stdin: CSR, prints: "certificatesigningrequest.certificates.k8s.io/jane created" },
    { run: "get csr", prints: /^jane +\d+s +kubernetes.io\/kube-apiserver-client +kubernetes-admin +60m +Pending$/m },
    { run: "get csr --field-selector=spec.signerName=kubernetes.io/kube-apiserver-client -o name", prints: "/jane" },
    { run: "describe csr jane", prints: /Organization: +devs/ },
    { run: "certificate approve jane", prints: "certificatesigningrequest.certificates.k8s.io/jane approved" },
    { run: "wait csr jane --for=condition=Approved --timeout=20s", prints: "condition met" },
    { run: "get csr jane", prints: "Approved" },
    { run: "create -f -", stdin: CSR.replace("name: jane", "name: denied"), prints: "created" },
    { run: "certificate deny denied", prints: "certificatesigningrequest.certificates.k8s.io/denied denied" },
    { run: "get csr denied", prints: /Denied$/m },
    {
      run: "create -f -",
      stdin: CSR.replace("client auth", "world domination"),
      exitCode: 1,
      complains: 'Unsupported value: "world domination"',
    },
    { run: "certificate approve nobody", exitCode: 1, complains: "not found" },
  ],
};
