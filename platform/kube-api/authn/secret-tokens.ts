import { decodeBase64, decodeUtf8 } from "@tegata/bytes";
import type { JsonObject, KubeObject, Secret } from "@tegata/kube-types";
import type { Signer } from "@tegata/pki";
import type { Store } from "../store/index.ts";
import { readClaims } from "./jwt.ts";
import { AUTHENTICATED_GROUP, serviceAccountGroups, serviceAccountUsername } from "./service-account-user.ts";
import { type TokenAuthenticator, TokenError, type TokenIdentity } from "./token-authenticator.ts";
import { TokenKeys } from "./token-keys.ts";

/** `iss` of the tokens in Secrets. */
const ISSUER = "kubernetes/serviceaccount";
const CLAIM = "kubernetes.io/serviceaccount/";

/** The ServiceAccount and the Secret that a token belongs to. */
export interface SecretTokenOwner {
  readonly namespace: string;
  readonly accountName: string;
  readonly accountUid: string;
  readonly secretName: string;
}

/**
 * The older tokens of ServiceAccounts, which lie in Secrets of type `kubernetes.io/service-account-token` and never
 * expire: one is valid as long as its Secret holds it and its ServiceAccount is there.
 */
export class SecretTokens implements TokenAuthenticator {
  readonly #keys: TokenKeys;
  readonly #store: Pick<Store, "get">;

  constructor({ signer, store }: { readonly signer: Signer; readonly store: Pick<Store, "get"> }) {
    this.#keys = new TokenKeys(signer);
    this.#store = store;
  }

  /** Signs a token for a Secret. */
  issue({ namespace, accountName, accountUid, secretName }: SecretTokenOwner): Promise<string> {
    return this.#keys.sign({
      iss: ISSUER,
      [`${CLAIM}namespace`]: namespace,
      [`${CLAIM}secret.name`]: secretName,
      [`${CLAIM}service-account.name`]: accountName,
      [`${CLAIM}service-account.uid`]: accountUid,
      sub: serviceAccountUsername(namespace, accountName),
    });
  }

  async authenticateToken(token: string): Promise<TokenIdentity | undefined> {
    const json = readClaims(token);
    if (json?.["iss"] !== ISSUER) return undefined;
    this.#keys.check(token);
    const owner = decodeOwner(json);
    this.#checkOwner(owner, token);
    const { namespace, accountName, accountUid } = owner;
    const user = {
      username: serviceAccountUsername(namespace, accountName),
      uid: accountUid,
      groups: [...serviceAccountGroups(namespace), AUTHENTICATED_GROUP],
    };
    return { user, audiences: [] };
  }

  #checkOwner({ namespace, accountName, accountUid, secretName }: SecretTokenOwner, token: string): void {
    const find = (collection: string, name: string): KubeObject | undefined =>
      this.#store.get({ collection, key: `${namespace}/${name}` })?.object;
    const secret: Secret | undefined = find("secrets", secretName);
    const held = decodeBase64(secret?.data?.["token"] ?? "");
    const account = find("serviceaccounts", accountName);
    const isThere = [secret, account].every((object) => object?.metadata.deletionTimestamp === undefined);
    if (account?.metadata.uid !== accountUid || held === undefined || decodeUtf8(held) !== token || !isThere)
      throw new TokenError("service account token has been invalidated");
  }
}

/** @throws TokenError if a claim is missing. */
function decodeOwner(json: JsonObject): SecretTokenOwner {
  const text = (name: string): string => {
    const value = json[`${CLAIM}${name}`];
    if (typeof value !== "string" || value === "") throw new TokenError("invalid bearer token");
    return value;
  };
  return {
    namespace: text("namespace"),
    accountName: text("service-account.name"),
    accountUid: text("service-account.uid"),
    secretName: text("secret.name"),
  };
}
