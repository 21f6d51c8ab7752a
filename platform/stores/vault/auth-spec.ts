import type { SecretKeySelector, ServiceAccountSelector } from "../references.ts";
import type { SpecFields } from "../spec-fields.ts";

/** Where a login's JWT comes from: a TokenRequest, a Secret, or (neither) the operator's own token. */
export interface JwtSource {
  readonly serviceAccount?: ServiceAccountSelector;
  readonly secret?: SecretKeySelector;
  readonly expirationSeconds: number;
}

/** How a login is made. `mount` is below `auth/`. `where` is the path of the field in the manifest. */
type VaultLogin =
  | { readonly method: "appRole"; readonly roleId: string | SecretKeySelector; readonly secretId: SecretKeySelector }
  | { readonly method: "kubernetes"; readonly role: string; readonly jwt: JwtSource }
  | { readonly method: "ldap" | "userPass"; readonly username: string; readonly password: SecretKeySelector }
  | { readonly method: "jwt"; readonly role: string; readonly jwt: JwtSource }
  | {
      readonly method: "cert";
      readonly role: string;
      readonly clientCert: SecretKeySelector;
      readonly clientKey: SecretKeySelector;
    };

/** `spec.provider.vault.auth`. */
export type VaultAuth =
  | { readonly method: "token"; readonly token: SecretKeySelector }
  | (VaultLogin & { readonly mount: string; readonly namespace: string | undefined });

/** Life of the ServiceAccount tokens that logins use, in seconds; the shortest that the API server gives. */
const TOKEN_SECONDS = 600;

/** In the order in which the upstream operator tries them when a manifest has several. */
const METHODS = ["tokenSecretRef", "appRole", "kubernetes", "ldap", "userPass", "jwt", "cert"] as const;

/** Parses `spec.provider.vault.auth`. @throws TegataError `STORE_SPEC_INVALID` */
export function parseVaultAuth(fields: SpecFields): VaultAuth {
  const [method] = fields.present(METHODS);
  if (method === undefined) {
    const [other] = fields.present(["iam", "gcp"]);
    if (other !== undefined) throw fields.invalid(other, "is not supported; use kubernetes or jwt");
    throw fields.invalid("*", `needs one of ${METHODS.join(", ")}`);
  }
  if (method === "tokenSecretRef") {
    return { method: "token", token: fields.requiredSecretKey("tokenSecretRef", "token") };
  }
  const login = fields.requiredObject(method);
  return {
    ...PARSERS[method](login),
    mount: parseAuthMount(login, method),
    namespace: fields.text("namespace"),
  };
}

const PARSERS: Readonly<
  Record<Exclude<(typeof METHODS)[number], "tokenSecretRef">, (login: SpecFields) => VaultLogin>
> = {
  appRole: (login) => {
    const roleId = login.text("roleId") || login.secretKey("roleRef", "roleId");
    if (roleId === undefined) throw login.invalid("roleId", "or roleRef is required");
    return { method: "appRole", roleId, secretId: login.requiredSecretKey("secretRef", "secretId") };
  },
  kubernetes: (login) => ({
    method: "kubernetes",
    role: login.requiredText("role"),
    jwt: jwtSource(login.serviceAccount("serviceAccountRef"), login.secretKey("secretRef", "token")),
  }),
  ldap: (login) => ({ method: "ldap", ...parsePassword(login) }),
  userPass: (login) => ({ method: "userPass", ...parsePassword(login) }),
  jwt: parseJwtLogin,
  cert: (login) => ({
    method: "cert",
    role: login.text("vaultRole") ?? "",
    clientCert: login.requiredSecretKey("clientCert", "tls.crt"),
    clientKey: login.requiredSecretKey("secretRef", "tls.key"),
  }),
};

function parsePassword(login: SpecFields): { username: string; password: SecretKeySelector } {
  return { username: login.requiredText("username"), password: login.requiredSecretKey("secretRef", "password") };
}

function parseJwtLogin(login: SpecFields): VaultLogin {
  const secret = login.secretKey("secretRef", "jwt");
  const request = login.object("kubernetesServiceAccountToken");
  const serviceAccount = request?.serviceAccount("serviceAccountRef");
  if (secret === undefined && serviceAccount === undefined) {
    throw login.invalid("secretRef", "or kubernetesServiceAccountToken is required");
  }
  if (request === undefined || serviceAccount === undefined) {
    return { method: "jwt", role: login.text("role") ?? "", jwt: jwtSource(undefined, secret) };
  }
  const extra = request.texts("audiences");
  const audiences = [...serviceAccount.audiences, ...(extra.length > 0 ? extra : ["vault"])];
  const expirationSeconds = request.integer("expirationSeconds") ?? TOKEN_SECONDS;
  return {
    method: "jwt",
    role: login.text("role") ?? "",
    jwt: { ...jwtSource({ ...serviceAccount, audiences }, undefined), expirationSeconds },
  };
}

function jwtSource(serviceAccount?: ServiceAccountSelector, secret?: SecretKeySelector): JwtSource {
  if (serviceAccount !== undefined) return { serviceAccount, expirationSeconds: TOKEN_SECONDS };
  return secret === undefined ? { expirationSeconds: TOKEN_SECONDS } : { secret, expirationSeconds: TOKEN_SECONDS };
}

/**
 * `mountPath` (kubernetes) or `path` (all others). People write it with and without `auth/` before it; upstream takes
 * only the latter, so accepting both changes no manifest that works.
 */
function parseAuthMount(login: SpecFields, method: string): string {
  const text = login.text(method === "kubernetes" ? "mountPath" : "path") ?? "";
  const mount = text.replace(/^\/+|\/+$/g, "").replace(/^auth\//, "");
  return mount === "" ? method.toLowerCase() : mount;
}
