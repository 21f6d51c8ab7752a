import { randomUUID } from "node:crypto";
import type { JsonObject } from "@tegata/kube-types";
import type { Signer } from "@tegata/pki";
import type { UserInfo } from "../registry/types.ts";
import type { Store } from "../store/index.ts";
import { BoundObjects } from "./bound-objects.ts";
import { CREDENTIAL_ID } from "./client-certificate.ts";
import { readClaims } from "./jwt.ts";
import { decodeClaims, encodeClaims, type ServiceAccountClaims } from "./service-account-claims.ts";
import { AUTHENTICATED_GROUP, serviceAccountGroups, serviceAccountUsername } from "./service-account-user.ts";
import { TokenKeys } from "./token-keys.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";

export interface ServiceAccountTokenOptions {
  /** `iss` of the tokens, and where verifiers find the keys, e.g. `https://kubernetes.default.svc`. */
  readonly issuer: string;
  /** Signs new tokens: RSA, P-256 or P-384. */
  readonly signer: Signer;
  /** SubjectPublicKeyInfos (DER) of earlier signers whose tokens are still accepted. */
  readonly earlierKeys?: readonly Uint8Array[];
  readonly store: Pick<Store, "get">;
  readonly now: () => Date;
}

/** What a new token shall say. */
export type TokenGrant = Omit<ServiceAccountClaims, "expiresAt" | "notBefore" | "id" | "audiences"> & {
  /** Empty: for this API server. */
  readonly audiences: readonly string[];
  readonly lifetimeSeconds: number;
};

/** Clock difference that is tolerated in `nbf`, in seconds. */
const LEEWAY_SECONDS = 60;

/**
 * Issues and recognises the tokens of ServiceAccounts. What a token is bound to is looked up for every request, so a token
 * stops at once when its ServiceAccount, Pod or Secret is deleted.
 */
export class ServiceAccountTokens implements TokenAuthenticator {
  readonly issuer: string;
  readonly #keys: TokenKeys;
  readonly #bound: BoundObjects;
  readonly #now: () => Date;

  constructor({ issuer, signer, earlierKeys, store, now }: ServiceAccountTokenOptions) {
    this.issuer = issuer;
    this.#keys = new TokenKeys(signer, earlierKeys);
    this.#bound = new BoundObjects(store);
    this.#now = now;
  }

  /** Signs a new token. */
  async issue({ lifetimeSeconds, ...grant }: TokenGrant): Promise<{ token: string; expiresAt: Date }> {
    const notBefore = Math.floor(this.#now().getTime() / 1000);
    const expiresAt = notBefore + lifetimeSeconds;
    const audiences = grant.audiences.length === 0 ? [this.issuer] : grant.audiences;
    const claims = encodeClaims({ ...grant, audiences, notBefore, expiresAt, id: randomUUID() }, this.issuer);
    return { token: await this.#keys.sign(claims), expiresAt: new Date(expiresAt * 1000) };
  }

  async authenticateToken(token: string): Promise<TokenIdentity | undefined> {
    const json = readClaims(token);
    if (json === undefined || json["iss"] !== this.issuer) return undefined;
    this.#keys.check(token);
    const claims = decodeClaims(json);
    const nowSeconds = this.#now().getTime() / 1000;
    if (nowSeconds >= claims.expiresAt) throw new TokenError("service account token has expired");
    if (nowSeconds + LEEWAY_SECONDS < claims.notBefore) throw new TokenError("service account token is not valid yet");
    this.#bound.check(claims);
    return { user: userOf(claims), audiences: claims.audiences };
  }

  /** The issuer's metadata document. OpenID Connect Discovery 1.0 §3 */
  openIdConfiguration(): JsonObject {
    return {
      issuer: this.issuer,
      jwks_uri: `${this.issuer}/openid/v1/jwks`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: this.#keys.algorithms,
    };
  }

  /** The public keys, RFC 7517 §5; served as `application/jwk-set+json`. */
  jwks(): JsonObject {
    return this.#keys.jwks();
  }
}

function userOf({ namespace, serviceAccount, pod, node, id }: ServiceAccountClaims): UserInfo {
  const extra: Record<string, string[]> = {
    ...(id === undefined ? {} : { [CREDENTIAL_ID]: [`JTI=${id}`] }),
    ...(pod === undefined
      ? {}
      : { "authentication.kubernetes.io/pod-name": [pod.name], "authentication.kubernetes.io/pod-uid": [pod.uid] }),
    ...(node === undefined ? {} : { "authentication.kubernetes.io/node-name": [node.name] }),
    ...(node?.uid === undefined ? {} : { "authentication.kubernetes.io/node-uid": [node.uid] }),
  };
  return {
    username: serviceAccountUsername(namespace, serviceAccount.name),
    uid: serviceAccount.uid,
    groups: [...serviceAccountGroups(namespace), AUTHENTICATED_GROUP],
    ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
