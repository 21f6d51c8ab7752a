export type { KubeApi, KubeApiOptions } from "./kube-api.ts";
