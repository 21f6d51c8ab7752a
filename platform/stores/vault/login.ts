import { decodeUtf8, type SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { StoreContext } from "../context.ts";
import type { JwtSource, VaultAuth } from "./auth-spec.ts";

/** What is sent to log in. */
export interface LoginRequest {
  /** Below `/v1/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, string>>;
  /** In messages, e.g. `login as role "payments"`. */
  readonly doing: string;
  /** What to check when the login is refused. */
  readonly remedy: string;
}

type Login = Exclude<VaultAuth, { method: "token" }>;

/** Gathers the credentials of one login. @throws TegataError as `StoreReferences` does */
export async function prepareLogin(auth: Login, context: StoreContext, signal: AbortSignal): Promise<LoginRequest> {
  const { references } = context;
  switch (auth.method) {
    case "appRole": {
      const roleId =
        typeof auth.roleId === "string" ? auth.roleId : trimmed(await references.secretKey(auth.roleId, signal));
      const secretId = trimmed(await references.secretKey(auth.secretId, signal));
      return {
        path: `auth/${auth.mount}/login`,
        body: { role_id: roleId, secret_id: secretId },
        doing: `login by AppRole at auth/${auth.mount}`,
        remedy: `Check the role ID, and that Secret "${auth.secretId.name}" holds a secret ID that has not expired`,
      };
    }
    case "kubernetes":
    case "jwt":
      return {
        path: `auth/${auth.mount}/login`,
        body: { ...(auth.role === "" ? {} : { role: auth.role }), jwt: await readJwt(auth.jwt, context, signal) },
        doing: `login ${auth.role === "" ? "" : `as role "${auth.role}" `}at auth/${auth.mount}`,
        remedy: `Check that the role exists and is bound to ${describeJwt(auth.jwt)}, its namespace and its audience`,
      };
    case "ldap":
    case "userPass":
      return {
        path: `auth/${auth.mount}/login/${auth.username}`,
        body: { password: decodeUtf8((await references.secretKey(auth.password, signal)).reveal()) },
        doing: `login as user "${auth.username}" at auth/${auth.mount}`,
        remedy: `Check the user name, and the password in Secret "${auth.password.name}"`,
      };
    case "cert":
      return {
        path: `auth/${auth.mount}/login`,
        body: auth.role === "" ? {} : { name: auth.role },
        doing: `login ${auth.role === "" ? "" : `as role "${auth.role}" `}by client certificate at auth/${auth.mount}`,
        remedy: `Check that the role trusts the certificate in Secret "${auth.clientCert.name}"`,
      };
  }
}

async function readJwt(
  source: JwtSource,
  { references, displayName }: StoreContext,
  signal: AbortSignal,
): Promise<string> {
  if (source.serviceAccount !== undefined) {
    return trimmed(await references.serviceAccountToken(source.serviceAccount, source.expirationSeconds, signal));
  }
  if (source.secret !== undefined) return trimmed(await references.secretKey(source.secret, signal));
  if (references.operatorToken !== undefined) return trimmed(await references.operatorToken(signal));
  throw new TegataError({
    kind: "invalid-input",
    code: "STORE_SPEC_INVALID",
    message: `${displayName}: auth names neither serviceAccountRef nor secretRef, and the operator has no token to lend`,
    remedy: "Name a ServiceAccount in serviceAccountRef",
  });
}

function describeJwt(source: JwtSource): string {
  if (source.serviceAccount !== undefined) return `ServiceAccount "${source.serviceAccount.name}"`;
  return source.secret === undefined ? "the operator's ServiceAccount" : `the token in Secret "${source.secret.name}"`;
}

/** Credentials in files often end in a line break, which no header can carry. */
export function trimmed(bytes: SecretBytes): string {
  return decodeUtf8(bytes.reveal()).trim();
}
