import type { JsonObject } from "@tegata/kube-types";
import type { CaProvider, SecretKeySelector } from "../references.ts";
import { SpecFields } from "../spec-fields.ts";
import { parseVaultAuth, type VaultAuth } from "./auth-spec.ts";

/** `spec.provider.vault`, completed with its defaults. */
export interface VaultSpec {
  readonly server: URL;
  /** The mount of the secrets engine, without slashes around it; empty if keys begin with it. */
  readonly mount: string;
  readonly kvVersion: 1 | 2;
  readonly namespace: string;
  readonly caBundle?: Uint8Array;
  readonly caProvider?: CaProvider;
  readonly clientTls?: { readonly cert: SecretKeySelector; readonly key: SecretKeySelector };
  readonly headers: Readonly<Record<string, string>>;
  readonly readYourWrites: boolean;
  readonly forwardInconsistent: boolean;
  readonly checkAndSet: boolean;
  readonly auth: VaultAuth;
}

/**
 * Parses `spec.provider.vault`, or `spec.provider.openBao`, which has a part of the same fields.
 *
 * @throws TegataError `STORE_SPEC_INVALID`
 */
export function parseVaultSpec(spec: JsonObject, provider: "vault" | "openBao" = "vault"): VaultSpec {
  const fields = new SpecFields(spec, `spec.provider.${provider}`);
  const version = fields.text("version") ?? "v2";
  if (version !== "v1" && version !== "v2") throw fields.invalid("version", "must be v1 or v2");
  const checkAndSet = fields.object("checkAndSet")?.flag("required") ?? false;
  if (checkAndSet && version === "v1") throw fields.invalid("checkAndSet", "is not possible with version v1");
  const caProvider = fields.caProvider("caProvider");
  const caBundle = fields.pem("caBundle");
  const clientTls = parseClientTls(fields);
  return {
    server: fields.requiredUrl("server"),
    mount: (fields.text("path") ?? "").replace(/^\/+|\/+$/g, ""),
    kvVersion: version === "v1" ? 1 : 2,
    namespace: fields.text("namespace") ?? "",
    ...(caBundle === undefined ? {} : { caBundle }),
    ...(caProvider === undefined ? {} : { caProvider }),
    ...(clientTls === undefined ? {} : { clientTls }),
    headers: fields.textMap("headers"),
    readYourWrites: fields.flag("readYourWrites"),
    forwardInconsistent: fields.flag("forwardInconsistent"),
    checkAndSet,
    auth: parseVaultAuth(fields.requiredObject("auth")),
  };
}

function parseClientTls(fields: SpecFields): VaultSpec["clientTls"] | undefined {
  const tls = fields.object("tls");
  const cert = tls?.secretKey("certSecretRef", "tls.crt");
  const key = tls?.secretKey("keySecretRef", "tls.key");
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw fields.invalid("tls", "needs both certSecretRef and keySecretRef");
  }
  return { cert, key };
}
