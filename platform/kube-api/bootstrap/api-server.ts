import { admissionChain, serviceAccountAdmission, WebhookAdmission } from "../admission/index.ts";
import { accessReviews, escalationAdmission, RbacAuthorizer } from "../authz/index.ts";
import {
  RequestAuthenticator,
  SecretTokens,
  selfSubjectReview,
  ServiceAccountTokens,
  staticTokens,
  tokenRequest,
  tokenReview,
} from "../authn/index.ts";
import { builtinResources } from "../builtins/index.ts";
import { certificateApproval, csrAdmission, trustBundleAdmission } from "../certificates/index.ts";
import { Discovery } from "../discovery/index.ts";
import type { PathRoute } from "../http/handler.ts";
import type { RestServices } from "../registry/context.ts";
import { namespaceFinalize, withNamespaceRules } from "../registry/namespace-finalize.ts";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import type { UserInfo } from "../registry/types.ts";
import type { Store } from "../store/index.ts";
import type { Signer } from "@tegata/pki";

/** Issuer and audience of ServiceAccount tokens, as in any cluster. */
const TOKEN_ISSUER = "https://kubernetes.default.svc";

/** The parts of a running server, put together. */
export interface ApiServer {
  readonly services: RestServices;
  readonly authenticator: RequestAuthenticator;
  readonly authorizer: RbacAuthorizer;
  /** Issues the tokens that Secrets hold. */
  readonly secretTokens: SecretTokens;
  readonly paths: readonly PathRoute[];
  /** Ends the watches and closes the connections to webhooks. */
  stop(): void;
}

/** What the server is made of. */
export interface AssemblyOptions {
  readonly store: Store;
  /** Signs the tokens of ServiceAccounts. */
  readonly tokenSigner: Signer;
  readonly staticTokens: Iterable<readonly [token: string, user: UserInfo]>;
  readonly now: () => Date;
}

/** Puts the server together over a store. Nothing runs yet but the watch of the RBAC objects. */
export function assembleServer({ store, tokenSigner, staticTokens: fixed, now }: AssemblyOptions): ApiServer {
  const resources = new ResourceRegistry();
  const authorizer = new RbacAuthorizer(store);
  const webhooks = new WebhookAdmission({ store, resources });
  const admission = admissionChain([
    serviceAccountAdmission(store),
    webhooks,
    escalationAdmission(authorizer),
    csrAdmission(authorizer),
    trustBundleAdmission(authorizer),
  ]);
  const services: RestServices = { store, resources, admission };
  const serviceAccountTokens = new ServiceAccountTokens({ issuer: TOKEN_ISSUER, signer: tokenSigner, store, now });
  const secretTokens = new SecretTokens({ signer: tokenSigner, store });
  const tokens = [staticTokens(fixed), serviceAccountTokens, secretTokens];
  const audiences = [TOKEN_ISSUER];
  const handlers = {
    ...accessReviews(authorizer),
    selfSubjectReview,
    tokenReview: tokenReview(tokens, audiences),
    serviceAccountToken: tokenRequest(serviceAccountTokens, store),
    certificateApproval: certificateApproval(store, authorizer),
    namespaceFinalize: namespaceFinalize(() => services),
  };
  resources.replace("", builtinResources(handlers).map(withNamespaceRules));
  return {
    services,
    authenticator: new RequestAuthenticator({ tokens, audiences, authorizer, now }),
    authorizer,
    secretTokens,
    paths: [discoveryRoute(resources), tokenKeysRoute(serviceAccountTokens)],
    stop() {
      authorizer.stop();
      webhooks.close();
    },
  };
}

function discoveryRoute(resources: ResourceRegistry): PathRoute {
  let discovery = new Discovery(resources.all());
  resources.onChange(() => {
    discovery = new Discovery(resources.all());
  });
  return ({ path, accept, query }) => discovery.get({ path, accept, hash: query.get("hash") ?? undefined });
}

/** Where the verifiers of ServiceAccount tokens find the keys. OpenID Connect Discovery 1.0 §4 */
function tokenKeysRoute(tokens: ServiceAccountTokens): PathRoute {
  const plain = { etag: "", cacheControl: "public, max-age=3600" };
  return ({ path }) => {
    switch (path) {
      case "/.well-known/openid-configuration":
        return { ...plain, contentType: "application/json", body: JSON.stringify(tokens.openIdConfiguration()) };
      case "/openid/v1/jwks":
        return { ...plain, contentType: "application/jwk-set+json", body: JSON.stringify(tokens.jwks()) };
      default:
        return undefined;
    }
  };
}
