import { DEPLOYMENT, POD } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** `describe`, and the commands that need a node and must fail in good order. */
export const DESCRIBING: Scenario = {
  name: "describing",
  steps: [
    { run: "create -f -", stdin: `${DEPLOYMENT}---${POD}`, prints: "pod/one created" },
    { run: "create secret generic s --from-literal=key=12345", prints: "created" },
    { run: "create configmap c --from-literal=key=value", prints: "created" },
    { run: "create role r --verb=get --resource=pods", prints: "created" },
    { run: "create service clusterip svc --tcp=80:80", prints: "created" },
    { run: "describe deploy web", prints: /Replicas: +2 desired/ },
    { run: "describe pod one", prints: /Status: +Pending/ },
    { run: "describe secret s", prints: /key: +5 bytes/ },
    { run: "describe configmap c", prints: /key:\n----\nvalue/ },
    { run: "describe role r", prints: /pods +\[\] +\[\] +\[get\]/ },
    { run: "describe svc svc", prints: /TargetPort: +80\/TCP/ },
    { run: "describe namespace describing", prints: /Status: +Active/ },
    { run: "describe clusterrole cluster-admin", prints: /\*\.\* +\[\] +\[\] +\[\*\]/ },
    { run: "describe pods -l app=one", prints: /Name: +one/ },
    { run: "describe secret nope", exitCode: 1, complains: "not found" },
    { run: "logs one", exitCode: 1, complains: /NotImplemented|not implemented|runs no/i },
    { run: "exec one -- true", exitCode: 1 },
    { run: "port-forward pod/one 0:80", exitCode: 1 },
    { run: "top pods", exitCode: 1 },
    { run: "get pod one", prints: /^one +0\/1 +Pending +0 +\d+s$/m },
    { run: "get pod one -o wide", prints: /<none> +<none> +<none> +<none>$/m },
    { run: "get deploy web -o wide", prints: /web +0\/2 +0 +0 +\S+ +web +registry.example\/web:1 +app=web$/m },
  ],
};
