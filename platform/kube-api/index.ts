export {
  type ClientCredentials,
  DEFAULT_HOST,
  type KubeApi,
  type KubeApiOptions,
  startKubeApi,
  STOP_GRACE_MS,
} from "./kube-api.ts";
