import type { JsonObject } from "@tegata/kube-types";
import type { CaProvider, SecretKeySelector } from "../references.ts";
import { SpecFields } from "../spec-fields.ts";

/** `spec.provider.webhook`, completed with its defaults. `url`, `headers`, `body` and `jsonPath` are Go templates. */
export interface WebhookSpec {
  readonly url: string;
  /** Empty for the default of the operation. */
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number | undefined;
  readonly jsonPath: string;
  /** Secrets whose values the templates see, by the name that they see them under. */
  readonly secrets: readonly { readonly name: string; readonly secret: Omit<SecretKeySelector, "key"> }[];
  readonly caBundle?: Uint8Array;
  readonly caProvider?: CaProvider;
}

const METHOD = /^[A-Z]{1,20}$/;

/** Parses `spec.provider.webhook`. @throws TegataError `STORE_SPEC_INVALID` */
export function parseWebhookSpec(spec: JsonObject): WebhookSpec {
  const fields = new SpecFields(spec, "spec.provider.webhook");
  if (fields.object("auth")?.object("ntlm") !== undefined) {
    throw fields.invalid("auth.ntlm", "is not supported; use headers with a token or basic authentication");
  }
  const method = fields.text("method") ?? "";
  if (method !== "" && !METHOD.test(method)) throw fields.invalid("method", "must be an HTTP method");
  const url = fields.requiredText("url");
  if (!/^https?:\/\//.test(url)) throw fields.invalid("url", "must begin with https:// or http://");
  const caBundle = fields.pem("caBundle");
  const caProvider = fields.caProvider("caProvider");
  return {
    url,
    method,
    headers: fields.textMap("headers"),
    body: fields.text("body") ?? "",
    timeoutMs: fields.durationMs("timeout"),
    jsonPath: fields.object("result")?.text("jsonPath") ?? "",
    secrets: fields.objects("secrets").map((entry) => {
      const { name, namespace } = entry.requiredSecretKey("secretRef", "");
      return { name: entry.requiredText("name"), secret: { name, namespace } };
    }),
    ...(caBundle === undefined ? {} : { caBundle }),
    ...(caProvider === undefined ? {} : { caProvider }),
  };
}
