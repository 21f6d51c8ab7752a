import type { JsonObject } from "@tegata/kube-types";
import type { CaProvider, SecretKeySelector, ServiceAccountSelector } from "../references.ts";
import { SpecFields } from "../spec-fields.ts";

/** How the store signs in to the other cluster. */
type KubernetesAuth =
  | { readonly method: "kubeconfig"; readonly kubeconfig: SecretKeySelector }
  | { readonly method: "cert"; readonly cert: SecretKeySelector; readonly key: SecretKeySelector }
  | { readonly method: "token"; readonly token: SecretKeySelector }
  | { readonly method: "serviceAccount"; readonly serviceAccount: ServiceAccountSelector };

/** `spec.provider.kubernetes`, completed with its defaults. */
export interface KubernetesSpec {
  readonly server: string;
  readonly caBundle?: Uint8Array;
  readonly caProvider?: CaProvider;
  readonly auth: KubernetesAuth;
  readonly remoteNamespace: string;
}

/** Parses `spec.provider.kubernetes`. @throws TegataError `STORE_SPEC_INVALID` */
export function parseKubernetesSpec(spec: JsonObject): KubernetesSpec {
  const fields = new SpecFields(spec, "spec.provider.kubernetes");
  const server = fields.object("server");
  const caProvider = server?.caProvider("caProvider");
  const caBundle = server?.pem("caBundle");
  return {
    server: server?.text("url") ? server.requiredUrl("url").href.replace(/\/+$/, "") : "https://kubernetes.default",
    ...(caBundle === undefined ? {} : { caBundle }),
    ...(caProvider === undefined ? {} : { caProvider }),
    auth: parseAuth(fields),
    remoteNamespace: fields.text("remoteNamespace") || "default",
  };
}

function parseAuth(fields: SpecFields): KubernetesAuth {
  const kubeconfig = fields.secretKey("authRef", "config");
  if (kubeconfig !== undefined) return { method: "kubeconfig", kubeconfig };
  const auth = fields.requiredObject("auth");
  const [method, ...more] = auth.present(["cert", "token", "serviceAccount"]);
  if (method === undefined || more.length > 0)
    throw auth.invalid("*", "needs exactly one of cert, token, serviceAccount");
  if (method === "token") {
    return { method, token: auth.requiredObject("token").requiredSecretKey("bearerToken", "token") };
  }
  const serviceAccount = method === "serviceAccount" ? auth.serviceAccount(method) : undefined;
  if (serviceAccount !== undefined) return { method: "serviceAccount", serviceAccount };
  const cert = auth.requiredObject("cert");
  return {
    method: "cert",
    cert: cert.requiredSecretKey("clientCert", "tls.crt"),
    key: cert.requiredSecretKey("clientKey", "tls.key"),
  };
}
