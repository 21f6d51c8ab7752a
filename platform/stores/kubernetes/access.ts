import { decodeUtf8, type SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import { type ClusterAccess, createStaticAccess, type Identity, parseKubeconfigAccess } from "@tegata/kube";
import { parse as parseYaml } from "yaml";
import { systemClock } from "../clock.ts";
import type { StoreContext } from "../context.ts";
import type { KubernetesSpec } from "./spec.ts";

/** Life of the ServiceAccount tokens that are asked for, in seconds. */
const TOKEN_SECONDS = 3600;
/** What was resolved is resolved again after this time, in milliseconds: before a token ends, and soon after a Secret changes. */
const IDENTITY_FRESH_MS = 10 * 60_000;

/**
 * Reaches a cluster as a store's manifest says. The credentials are resolved when they are first needed, again after
 * some minutes, and again after the API server has refused them.
 */
export class StoreAccess implements ClusterAccess {
  readonly server: string;
  readonly namespace: string;
  readonly tlsServerName = "";
  readonly insecureSkipTlsVerify = false;
  readonly #spec: KubernetesSpec;
  readonly #context: StoreContext;
  #identity: Promise<Identity> | undefined;
  #resolvedAtMs = 0;

  constructor(spec: KubernetesSpec, context: StoreContext) {
    this.server = spec.server;
    this.namespace = spec.remoteNamespace;
    this.#spec = spec;
    this.#context = context;
  }

  async identity(signal: AbortSignal = new AbortController().signal): Promise<Identity> {
    const now = (this.#context.clock ?? systemClock).nowMs();
    if (this.#identity === undefined || now - this.#resolvedAtMs > IDENTITY_FRESH_MS) {
      this.#resolvedAtMs = now;
      const resolving = this.#resolve(signal);
      this.#identity = resolving;
      resolving.catch(() => {
        if (this.#identity === resolving) this.#identity = undefined;
      });
    }
    return this.#identity;
  }

  invalidate(): boolean {
    this.#identity = undefined;
    return true;
  }

  async #resolve(signal: AbortSignal): Promise<Identity> {
    const { references } = this.#context;
    const { auth, server, caBundle, caProvider } = this.#spec;
    const ca = caBundle ?? (caProvider === undefined ? undefined : await references.caBundle(caProvider, signal));
    const base = { server, ...(ca === undefined ? {} : { caPem: decodeUtf8(ca) }) };
    switch (auth.method) {
      case "token":
        return createStaticAccess({
          ...base,
          token: trimmed(await references.secretKey(auth.token, signal)),
        }).identity();
      case "serviceAccount": {
        const token = await references.serviceAccountToken(auth.serviceAccount, TOKEN_SECONDS, signal);
        return createStaticAccess({ ...base, token: trimmed(token) }).identity();
      }
      case "cert": {
        const [cert, key] = await Promise.all([
          references.secretKey(auth.cert, signal),
          references.secretKey(auth.key, signal),
        ]);
        const pair = { clientCertificatePem: decodeUtf8(cert.reveal()), clientKeyPem: decodeUtf8(key.reveal()) };
        return createStaticAccess({ ...base, ...pair }).identity();
      }
      case "kubeconfig":
        // A kubeconfig brings its own server, so it cannot be resolved behind an access that is made already.
        throw new Error("a kubeconfig is an access of its own");
    }
  }
}

/** Members of a kubeconfig that would have the operator run programs or read its own files for a store's author. */
const FORBIDDEN = new Set([
  "exec",
  "auth-provider",
  "tokenFile",
  "client-certificate",
  "client-key",
  "certificate-authority",
]);

/** The access that a kubeconfig from a Secret describes. @throws TegataError `STORE_KUBECONFIG_REFUSED` */
export async function accessOfKubeconfig(
  kubeconfig: SecretBytes,
  { displayName }: StoreContext,
): Promise<ClusterAccess> {
  const text = decodeUtf8(kubeconfig.reveal());
  const refuse = (why: string) =>
    new TegataError({
      kind: "invalid-input",
      code: "STORE_KUBECONFIG_REFUSED",
      message: `${displayName}: the kubeconfig of authRef ${why}`,
      remedy: "Write certificates, keys and tokens into the kubeconfig itself (kubectl config view --flatten)",
    });
  let document: unknown;
  try {
    document = parseYaml(text, { maxAliasCount: 0, logLevel: "silent" });
  } catch {
    throw refuse("is not YAML");
  }
  const forbidden = findKey(document, FORBIDDEN);
  if (forbidden !== undefined) throw refuse(`uses "${forbidden}"`);
  return parseKubeconfigAccess(text);
}

function findKey(value: unknown, keys: ReadonlySet<string>): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    if (keys.has(key)) return key;
    const inside = findKey(item, keys);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function trimmed(bytes: SecretBytes): string {
  return decodeUtf8(bytes.reveal()).trim();
}
