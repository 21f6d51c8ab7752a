import type { JsonObject, JsonValue } from "@tegata/kube-types";
import { TokenError } from "./token-authenticator.ts";

/** An object that a token is bound to: it is valid as long as the object is there. */
export interface BoundObject {
  readonly name: string;
  readonly uid: string;
}

/** What the token of a ServiceAccount says. Instants in seconds since 1970. */
export interface ServiceAccountClaims {
  readonly namespace: string;
  readonly serviceAccount: BoundObject;
  readonly pod?: BoundObject;
  readonly secret?: BoundObject;
  /** The node of the Pod, or what the token is bound to if there is no Pod. */
  readonly node?: { readonly name: string; readonly uid?: string };
  readonly audiences: readonly string[];
  readonly expiresAt: number;
  readonly notBefore: number;
  /** `jti`. */
  readonly id?: string;
}

/** The claims as JSON. reference: k8s.io/kubernetes `pkg/serviceaccount` `privateClaims` */
export function encodeClaims(claims: ServiceAccountClaims, issuer: string): JsonObject {
  const { namespace, serviceAccount, pod, secret, node, audiences, expiresAt, notBefore, id } = claims;
  return {
    aud: [...audiences],
    exp: expiresAt,
    iat: notBefore,
    iss: issuer,
    ...(id === undefined ? {} : { jti: id }),
    "kubernetes.io": {
      namespace,
      ...(node === undefined ? {} : { node: { ...node } }),
      ...(pod === undefined ? {} : { pod: { ...pod } }),
      ...(secret === undefined ? {} : { secret: { ...secret } }),
      serviceaccount: { ...serviceAccount },
    },
    nbf: notBefore,
    sub: `system:serviceaccount:${namespace}:${serviceAccount.name}`,
  };
}

/** Reads the claims of a token whose signature is right. @throws TokenError if one that must be there is not. */
export function decodeClaims(json: JsonObject): ServiceAccountClaims {
  const kubernetes = objectOf(json["kubernetes.io"]);
  const namespace = kubernetes?.["namespace"];
  const serviceAccount = boundObject(kubernetes?.["serviceaccount"]);
  const { exp, nbf, jti } = json;
  const isComplete =
    typeof namespace === "string" && serviceAccount !== undefined && typeof exp === "number" && typeof nbf === "number";
  if (!isComplete || json["sub"] !== `system:serviceaccount:${namespace}:${serviceAccount.name}`)
    throw new TokenError("invalid bearer token");
  const pod = boundObject(kubernetes?.["pod"]);
  const secret = boundObject(kubernetes?.["secret"]);
  const node = objectOf(kubernetes?.["node"]);
  return {
    namespace,
    serviceAccount,
    ...(pod === undefined ? {} : { pod }),
    ...(secret === undefined ? {} : { secret }),
    ...(typeof node?.["name"] === "string"
      ? { node: { name: node["name"], ...(typeof node["uid"] === "string" ? { uid: node["uid"] } : {}) } }
      : {}),
    audiences: audiencesOf(json["aud"]),
    expiresAt: exp,
    notBefore: nbf,
    ...(typeof jti === "string" ? { id: jti } : {}),
  };
}

function boundObject(value: JsonValue | undefined): BoundObject | undefined {
  const { name, uid } = objectOf(value) ?? {};
  return typeof name === "string" && typeof uid === "string" ? { name, uid } : undefined;
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
}

/** RFC 7519 §4.1.3: one audience may stand without brackets. */
function audiencesOf(value: JsonValue | undefined): string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
