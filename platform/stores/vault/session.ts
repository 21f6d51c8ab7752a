import { systemClock } from "../clock.ts";
import { CALL_TIMEOUT_MS, type StoreContext } from "../context.ts";
import { denyLinkLocal } from "../egress.ts";
import { HttpClient, type TlsMaterial } from "../http/http-client.ts";
import { noMetrics } from "../metrics.ts";
import { storeClosed } from "../store-closed.ts";
import { member, number, text, type VaultAnswer, type VaultApi, type VaultCall } from "./api.ts";
import { prepareLogin, trimmed } from "./login.ts";
import type { VaultSpec } from "./spec.ts";

/** A token younger than this that is refused lacks a right; an older one may have been revoked, so one new login is tried. */
export const TOKEN_TRUSTED_MS = 30_000;

interface Session {
  readonly http: HttpClient;
  readonly token: string;
  readonly startedAtMs: number;
  /** Infinity for a token without an end that we know of. */
  expiresAtMs: number;
  renewAtMs: number;
  readonly renewable: boolean;
  /** Whether it was made by a login, and so is ours to revoke. */
  readonly ours: boolean;
}

/** Counts of the calls, as `externalsecret_provider_api_calls_count{provider,call}` names them. */
export const VAULT_PROVIDER = "HashiCorp/Vault";
type CallName =
  | "Login"
  | "RevokeSelf"
  | "RenewSelf"
  | "ReadSecretData"
  | "WriteSecretData"
  | "DeleteSecret"
  | "ListSecrets"
  | "LookupSelf";

/**
 * One login to Vault, shared by all reads of a store. It is made when first needed, renewed at two thirds of its life,
 * made again once when Vault refuses the token, and revoked at the end. No read asks Vault whether the token is good.
 */
export class VaultSession {
  readonly #spec: VaultSpec;
  readonly #context: StoreContext;
  readonly #api: VaultApi;
  #current: Promise<Session> | undefined;
  #renewal: Promise<void> | undefined;
  /** Ends what is shared by many readers, and so by none of their signals. */
  readonly #closing = new AbortController();

  constructor(spec: VaultSpec, api: VaultApi, context: StoreContext) {
    this.#spec = spec;
    this.#api = api;
    this.#context = context;
  }

  /** Sends a call with the session's token, which is replaced at most once if Vault refuses it. */
  async call(name: CallName, call: Omit<VaultCall, "token" | "namespace">, signal: AbortSignal): Promise<VaultAnswer> {
    const session = await this.#session(signal);
    const answer = await this.#send(name, session, { ...call, namespace: this.#spec.namespace }, signal);
    if (answer.status !== 403 || this.#nowMs() - session.startedAtMs < TOKEN_TRUSTED_MS) return answer;
    await this.#drop(session);
    const fresh = await this.#session(signal);
    if (fresh.token === session.token) return answer;
    return this.#send(name, fresh, { ...call, namespace: this.#spec.namespace }, signal);
  }

  /** Revokes the token if it came of a login, and closes the connections. */
  async close(): Promise<void> {
    this.#closing.abort(storeClosed(this.#context.displayName));
    const session = await this.#current?.catch(() => undefined);
    this.#current = undefined;
    if (session === undefined) return;
    if (session.ours) {
      const call: VaultCall = { method: "POST", path: "auth/token/revoke-self", namespace: this.#authNamespace() };
      // A token that cannot be revoked now ends by itself; closing must not fail for it.
      await this.#send("RevokeSelf", session, call, AbortSignal.timeout(5_000)).catch(() => undefined);
    }
    session.http.close();
  }

  async #session(signal: AbortSignal): Promise<Session> {
    this.#closing.signal.throwIfAborted();
    const current = this.#current ?? this.#start();
    const session = await abortable(current, signal);
    const now = this.#nowMs();
    if (now >= session.expiresAtMs) {
      await this.#drop(session);
      return this.#session(signal);
    }
    if (now >= session.renewAtMs && this.#renewal === undefined) {
      this.#renewal = this.#renew(session).finally(() => {
        this.#renewal = undefined;
      });
    }
    return session;
  }

  /** One login for all who wait for it; a failed one is forgotten, so that the next caller tries again. */
  #start(): Promise<Session> {
    const login = this.#logIn(this.#closing.signal);
    this.#current = login;
    login.catch(() => {
      if (this.#current === login) this.#current = undefined;
    });
    return login;
  }

  async #drop(session: Session): Promise<void> {
    if ((await this.#current?.catch(() => undefined)) !== session) return;
    this.#current = undefined;
    session.http.close();
  }

  /** What the manifest refers to is resolved anew for each login, so that a replaced CA or credential is taken up. */
  async #logIn(signal: AbortSignal): Promise<Session> {
    const http = new HttpClient({
      displayName: this.#context.displayName,
      tls: await this.#tls(signal),
      egress: this.#context.egress ?? denyLinkLocal,
      timeoutMs: this.#context.callTimeoutMs ?? CALL_TIMEOUT_MS,
    });
    try {
      return await this.#authenticate(http, signal);
    } catch (error) {
      http.close();
      throw error;
    }
  }

  async #authenticate(http: HttpClient, signal: AbortSignal): Promise<Session> {
    const { auth } = this.#spec;
    const startedAtMs = this.#nowMs();
    if (auth.method === "token") {
      const token = trimmed(await this.#context.references.secretKey(auth.token, signal));
      return { http, token, startedAtMs, expiresAtMs: Infinity, renewAtMs: Infinity, renewable: false, ours: false };
    }
    const { path, body, doing, remedy } = await prepareLogin(auth, this.#context, signal);
    const answer = await this.#count("Login", () =>
      this.#api.send(http, { method: "POST", path, body, namespace: this.#authNamespace() }, signal),
    );
    const granted = member(answer.json, "auth");
    const token = text(member(granted, "client_token"));
    if (answer.status !== 200 || token === undefined) {
      throw this.#api.refusal(loginRefusal(answer, body), doing, remedy);
    }
    const ttlMs = leaseMs(granted);
    return {
      http,
      token,
      startedAtMs,
      expiresAtMs: startedAtMs + ttlMs,
      renewAtMs: startedAtMs + (ttlMs * 2) / 3,
      renewable: member(granted, "renewable")?.kind === "true",
      ours: text(member(granted, "token_type")) !== "batch",
    };
  }

  /** Reads go on with the old token meanwhile; if it cannot be renewed it is replaced before it ends. */
  async #renew(session: Session): Promise<void> {
    const now = this.#nowMs();
    const call: VaultCall = {
      method: "POST",
      path: "auth/token/renew-self",
      body: {},
      namespace: this.#authNamespace(),
    };
    const answer = session.renewable
      ? await this.#send("RenewSelf", session, call, this.#closing.signal).catch(() => undefined)
      : undefined;
    const ttlMs = answer?.status === 200 ? leaseMs(member(answer.json, "auth")) : 0;
    if (now + ttlMs <= session.expiresAtMs) {
      // Not renewable, or at the end of its longest life.
      await this.#replace(session);
      return;
    }
    session.expiresAtMs = now + ttlMs;
    session.renewAtMs = now + (ttlMs * 2) / 3;
  }

  /** Logs in anew while reads go on with the old token, which ends by itself. */
  async #replace(session: Session): Promise<void> {
    const fresh = await this.#logIn(this.#closing.signal).catch(() => undefined);
    if (fresh === undefined) {
      session.renewAtMs = this.#nowMs() + TOKEN_TRUSTED_MS;
    } else if ((await this.#current?.catch(() => undefined)) === session) {
      this.#current = Promise.resolve(fresh);
      session.http.close();
    } else fresh.http.close();
  }

  async #tls(signal: AbortSignal): Promise<TlsMaterial> {
    const { references } = this.#context;
    const { caBundle, caProvider, clientTls, auth } = this.#spec;
    const ca = caBundle ?? (caProvider === undefined ? undefined : await references.caBundle(caProvider, signal));
    const pair = auth.method === "cert" ? { cert: auth.clientCert, key: auth.clientKey } : clientTls;
    if (pair === undefined) return ca === undefined ? {} : { ca };
    const [cert, key] = await Promise.all([
      references.secretKey(pair.cert, signal),
      references.secretKey(pair.key, signal),
    ]);
    return { ...(ca === undefined ? {} : { ca }), cert: cert.reveal(), key: key.reveal() };
  }

  #send(name: CallName, session: Session, call: VaultCall, signal: AbortSignal): Promise<VaultAnswer> {
    return this.#count(name, () => this.#api.send(session.http, { ...call, token: session.token }, signal));
  }

  async #count(name: CallName, send: () => Promise<VaultAnswer>): Promise<VaultAnswer> {
    const metrics = this.#context.metrics ?? noMetrics;
    try {
      const answer = await send();
      metrics.apiCall(VAULT_PROVIDER, name, answer.status < 400 || answer.status === 404 ? "success" : "error");
      return answer;
    } catch (error) {
      metrics.apiCall(VAULT_PROVIDER, name, "error");
      throw error;
    }
  }

  #authNamespace(): string {
    const { auth, namespace } = this.#spec;
    return auth.method === "token" ? namespace : (auth.namespace ?? namespace);
  }

  #nowMs(): number {
    return (this.#context.clock ?? systemClock).nowMs();
  }
}

/** Members of a login that are secret. */
const CREDENTIALS = ["jwt", "secret_id", "password"];

/**
 * Vault answers 400 for unknown roles, wrong secret IDs and wrong passwords, and 404 for an auth method that is not there; to
 * the operator these are one thing: denied. What it says is dropped if it repeats what was sent.
 */
function loginRefusal(answer: VaultAnswer, sent: Readonly<Record<string, string>>): VaultAnswer {
  const secrets = CREDENTIALS.flatMap((name) => sent[name] ?? []);
  const errors = answer.errors?.filter((error) => !secrets.some((secret) => error.includes(secret)));
  return { ...answer, errors, status: answer.status === 400 || answer.status === 404 ? 403 : answer.status };
}

/** `lease_duration` is in seconds; 0 means that the token does not end. */
function leaseMs(auth: Parameters<typeof member>[0]): number {
  const seconds = number(member(auth, "lease_duration")) ?? 0;
  return seconds === 0 ? Infinity : seconds * 1000;
}

/** Waits for something shared without keeping a caller who gives up. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = () => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
