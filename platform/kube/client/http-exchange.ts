import type { Readable } from "node:stream";
import type { Logger } from "@tegata/telemetry";
import type { ClusterAccess, Identity, RequestHeaders } from "../config/cluster-access.ts";
import { TransportError } from "./connection.ts";
import { kubeApiErrorFromAnswer, noAnswerError, type RequestSubject, timeoutError } from "./kube-api-error.ts";
import { readBody } from "./read-body.ts";
import type { RequestMetrics } from "./request-metrics.ts";
import { parseRetryAfterMs, retryDelayMs, waitMs } from "./retry.ts";
import { startTimeLimit, type TimeLimit } from "./time-limit.ts";
import type { HttpAnswer, Transport } from "./transport.ts";

/** A request as the methods of the client describe it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly body?: string | undefined;
  readonly subject: RequestSubject;
  /** Does no harm when it is sent twice. */
  readonly repeatable: boolean;
}

/** An answer, read whole. */
export interface ExchangeResult {
  readonly status: number;
  readonly body: Buffer;
}

/** What {@link Exchanger} needs. All of it is set. */
export interface ExchangerOptions {
  readonly access: ClusterAccess;
  readonly transport: Transport;
  readonly timeoutMs: number;
  /** Of every request. */
  readonly headers: RequestHeaders;
  readonly metrics: RequestMetrics | undefined;
  readonly logger: Logger | undefined;
  /** 0 to 1. */
  readonly random: () => number;
}

/** What requests go through: identity, connections, time limits, retries, metrics. */
export class Exchanger {
  readonly #options: ExchangerOptions;
  /** Of a server that stands below a path, such as Rancher's. */
  readonly #basePath: string;

  constructor(options: ExchangerOptions) {
    this.#options = options;
    this.#basePath = new URL(options.access.server).pathname.replace(/\/$/, "");
  }

  /** @throws KubeApiError for anything but 2xx */
  exchange(exchange: Exchange, signal: AbortSignal | undefined): Promise<ExchangeResult> {
    return this.#withRetries(exchange, signal, () => this.#once(exchange, signal, isSuccess));
  }

  /** An answer with any status but 401 and 429. @throws KubeApiError for those, and if there is none */
  exchangeRaw(exchange: Exchange, signal: AbortSignal | undefined): Promise<ExchangeResult> {
    const accept = (status: number) => status !== 401 && status !== 429;
    return this.#withRetries(exchange, signal, () => this.#once(exchange, signal, accept));
  }

  /** Opens a stream, which lasts until the signal aborts. @throws KubeApiError for anything but 2xx */
  open(exchange: Exchange, signal: AbortSignal): Promise<Readable> {
    return this.#withRetries(exchange, signal, () => this.#openOnce(exchange, signal));
  }

  async #withRetries<R>(exchange: Exchange, signal: AbortSignal | undefined, attempt: () => Promise<R>): Promise<R> {
    const { access, logger, random } = this.#options;
    let reauthenticated = false;
    for (let attempts = 1; ; attempts++) {
      try {
        return await attempt();
      } catch (error) {
        if (isUnauthorized(error) && !reauthenticated && access.invalidate()) {
          reauthenticated = true;
          continue;
        }
        const repeatable = exchange.repeatable || wasNeverSent(error);
        const delayMs = retryDelayMs(error, { attempt: attempts, repeatable, random: random() });
        if (delayMs === undefined) throw error;
        logger?.debug("request to the API server is repeated", { error, attempts, delayMs });
        await waitMs(delayMs, signal);
      }
    }
  }

  async #once(
    exchange: Exchange,
    signal: AbortSignal | undefined,
    accept: (status: number) => boolean,
  ): Promise<ExchangeResult> {
    signal?.throwIfAborted();
    // Before the clock starts: a credential plugin may wait for somebody to sign in.
    const identity = await this.#options.access.identity(signal);
    const limit = this.#limit(exchange.subject, signal);
    try {
      const answer = await this.#send(exchange, identity, "request", limit.signal);
      if (!accept(answer.status)) return await refuse(exchange, answer, limit.signal);
      return { status: answer.status, body: await readBody(answer.body, exchange.subject, limit.signal) };
    } finally {
      limit.release();
    }
  }

  async #openOnce(exchange: Exchange, signal: AbortSignal): Promise<Readable> {
    const identity = await this.#options.access.identity(signal);
    const limit = this.#limit(exchange.subject, signal);
    try {
      const answer = await this.#send(exchange, identity, "watch", limit.signal);
      if (!isSuccess(answer.status)) return await refuse(exchange, answer, limit.signal);
      limit.stopClock();
      answer.body.once("close", () => limit.release());
      return answer.body;
    } catch (error) {
      limit.release();
      throw error;
    }
  }

  async #send(
    exchange: Exchange,
    { tls, headers: own }: Identity,
    purpose: "request" | "watch",
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { transport, metrics } = this.#options;
    const { method, body, subject } = exchange;
    const startedAt = performance.now();
    let code = "<error>";
    try {
      const headers = { ...this.#options.headers, ...own, ...exchange.headers };
      const path = this.#basePath + exchange.path;
      const answer = await transport.send({ method, path, body, headers, tls }, purpose, signal);
      code = String(answer.status);
      return answer;
    } catch (error) {
      throw error instanceof TransportError ? noAnswerError(subject, error.message, error) : error;
    } finally {
      metrics?.observe(method, subject.verb, code, (performance.now() - startedAt) / 1000);
    }
  }

  #limit(subject: RequestSubject, signal: AbortSignal | undefined): TimeLimit {
    const { timeoutMs } = this.#options;
    return startTimeLimit(signal, timeoutMs, () => timeoutError(subject, timeoutMs));
  }
}

/** @throws KubeApiError */
async function refuse({ subject }: Exchange, answer: HttpAnswer, signal: AbortSignal): Promise<never> {
  const body = await readBody(answer.body, subject, signal);
  const retryAfterMs = parseRetryAfterMs(answer.headers["retry-after"]);
  throw kubeApiErrorFromAnswer(subject, answer.status, body.toString("utf8"), retryAfterMs);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "KUBE_UNAUTHORIZED";
}

function wasNeverSent(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof TransportError && !error.cause.maybeSent;
}
