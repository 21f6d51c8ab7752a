import { ApiError } from "../http-errors.ts";
import type { Authorizer } from "../authz/types.ts";
import type { UserInfo } from "../registry/types.ts";
import { clientCertificateUser } from "./client-certificate.ts";
import { impersonate } from "./impersonation.ts";
import { authenticated, UNAUTHENTICATED_GROUP } from "./service-account-user.ts";
import { type TokenAuthenticator, TokenError } from "./token-authenticator.ts";
import type { AuthenticationRequest, Authenticator } from "./types.ts";

/** Who has not said who they are. */
const ANONYMOUS: UserInfo = { username: "system:anonymous", groups: [UNAUTHENTICATED_GROUP] };

export interface RequestAuthenticatorOptions {
  /** Asked in order. */
  readonly tokens: readonly TokenAuthenticator[];
  /** `aud` of the tokens that are meant for this API server. */
  readonly audiences: readonly string[];
  /** Decides on impersonation. */
  readonly authorizer: Authorizer;
  readonly now: () => Date;
}

/**
 * Finds out who sends a request: by the client certificate, else by the bearer token, else nobody. Whoever may
 * impersonate the user that they name in the `Impersonate-*` headers becomes that user. Always answers.
 */
export class RequestAuthenticator implements Authenticator {
  readonly #options: RequestAuthenticatorOptions;

  constructor(options: RequestAuthenticatorOptions) {
    this.#options = options;
  }

  /** @throws ApiError 401 for a credential that is not valid, 403 for an impersonation that is not allowed. */
  async authenticate(request: AuthenticationRequest): Promise<UserInfo> {
    const user = await this.#sender(request);
    return impersonate(request.headers, user, this.#options.authorizer);
  }

  async #sender({ headers, clientCertificateDer }: AuthenticationRequest): Promise<UserInfo> {
    const byCertificate = clientCertificateDer && clientCertificateUser(clientCertificateDer, this.#options.now());
    if (byCertificate !== undefined) return authenticated(byCertificate);
    const token = bearerToken(headers.authorization);
    return token === undefined ? ANONYMOUS : this.#bearer(token);
  }

  async #bearer(token: string): Promise<UserInfo> {
    const identity = await identify(token, this.#options.tokens);
    if (identity === undefined) throw unauthorized();
    const { user, audiences } = identity;
    if (audiences.length > 0 && !audiences.some((audience) => this.#options.audiences.includes(audience)))
      throw unauthorized();
    return authenticated(user);
  }
}

async function identify(token: string, tokens: readonly TokenAuthenticator[]) {
  try {
    for (const authenticator of tokens) {
      const identity = await authenticator.authenticateToken(token);
      if (identity !== undefined) return identity;
    }
    return undefined;
  } catch (error) {
    // Why a token is refused is told to those who may review tokens, not to whoever tries one.
    if (error instanceof TokenError) throw unauthorized();
    throw error;
  }
}

/** RFC 6750 §2.1; the scheme is not case-sensitive. */
function bearerToken(header: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(header ?? "")?.[1];
}

function unauthorized(): ApiError {
  return new ApiError(401, "Unauthorized", "Unauthorized");
}
