import type { Readable } from "node:stream";
import type { Logger } from "@tegata/telemetry";
import type { ClusterAccess, RequestHeaders } from "../config/cluster-access.ts";
import { TransportError } from "./connection.ts";
import { abortError } from "./http2-transport.ts";
import { type KubeApiError, kubeApiErrorFromAnswer, noAnswerError, type RequestSubject } from "./kube-api-error.ts";
import type { RequestMetrics } from "./request-metrics.ts";
import { parseRetryAfterMs, retryDelayMs, waitMs } from "./retry.ts";
import type { HttpAnswer, Transport } from "./transport.ts";

/** Longest body in bytes that is read whole. A chunk of 500 Secrets of 1 MiB would be above it; ask for smaller chunks. */
export const MAX_BODY_BYTES = 256 * 1024 * 1024;

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

/** An answer of 2xx, read whole. */
export interface ExchangeResult {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** What requests go through: identity, connections, time limits, retries, metrics. */
export interface Exchanger {
  /** @throws KubeApiError for anything but 2xx */
  exchange(exchange: Exchange, signal: AbortSignal | undefined): Promise<ExchangeResult>;
  /** One answer with any status. @throws KubeApiError if there is none */
  exchangeRaw(exchange: Exchange, signal: AbortSignal | undefined): Promise<ExchangeResult>;
  /** Opens a stream. @throws KubeApiError for anything but 2xx */
  open(exchange: Exchange, signal: AbortSignal): Promise<Readable>;
}

/** What {@link createExchanger} needs. */
export interface ExchangerOptions {
  readonly access: ClusterAccess;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly headers: RequestHeaders;
  readonly metrics: RequestMetrics | undefined;
  readonly logger: Logger | undefined;
  readonly random: () => number;
}

/** Makes an {@link Exchanger}. */
export function createExchanger(options: ExchangerOptions): Exchanger {
  const { access, timeoutMs, logger } = options;
  const basePath = new URL(access.server).pathname.replace(/\/$/, "");

  async function withRetries<R>(
    exchange: Exchange,
    signal: AbortSignal | undefined,
    attemptOnce: () => Promise<R>,
  ): Promise<R> {
    let reauthenticated = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await attemptOnce();
      } catch (error) {
        if (isUnauthorized(error) && !reauthenticated && access.invalidate()) {
          reauthenticated = true;
          continue;
        }
        const neverSent = error instanceof Error && error.cause instanceof TransportError && !error.cause.maybeSent;
        const repeatable = exchange.repeatable || neverSent;
        const delayMs = retryDelayMs(error, { attempt, repeatable, random: options.random() });
        if (delayMs === undefined) throw error;
        logger?.debug("request to the API server is repeated", { error, attempt, delayMs });
        await waitMs(delayMs, signal);
      }
    }
  }

  async function send(exchange: Exchange, purpose: "request" | "watch", signal: AbortSignal): Promise<HttpAnswer> {
    const { method, body, subject } = exchange;
    const path = basePath + exchange.path;
    const startedAt = performance.now();
    let code = "<error>";
    try {
      const { tls, headers } = await access.identity(signal);
      const all = { ...options.headers, ...headers, ...exchange.headers };
      const answer = await options.transport.send({ method, path, body, headers: all, tls }, purpose, signal);
      code = String(answer.status);
      return answer;
    } catch (error) {
      throw error instanceof TransportError ? noAnswerError(subject, error.message, error) : error;
    } finally {
      options.metrics?.observe(method, subject.verb, code, (performance.now() - startedAt) / 1000);
    }
  }

  async function sendAndRead(
    exchange: Exchange,
    signal: AbortSignal | undefined,
  ): Promise<ExchangeResult & { retryAfterMs: number | undefined }> {
    signal?.throwIfAborted();
    const limit = limitTime(exchange.subject, signal);
    try {
      const answer = await send(exchange, "request", limit.signal);
      const body = await readBody(answer.body, exchange.subject, limit.signal);
      const contentType = answer.headers["content-type"] ?? "";
      return {
        status: answer.status,
        contentType,
        body,
        retryAfterMs: parseRetryAfterMs(answer.headers["retry-after"]),
      };
    } finally {
      limit.stopClock();
      limit.release();
    }
  }

  // One controller and one timer per request: AbortSignal.any() and AbortSignal.timeout() cost several times as much.
  function limitTime(subject: RequestSubject, signal: AbortSignal | undefined) {
    const controller = new AbortController();
    const onAbort = () => controller.abort(signal === undefined ? undefined : abortError(signal));
    const timedOut = () =>
      controller.abort(noAnswerError(subject, `no answer within ${timeoutMs / 1000} s`, undefined));
    const timer = setTimeout(timedOut, timeoutMs);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort, { once: true });
    return {
      signal: controller.signal,
      stopClock: () => clearTimeout(timer),
      release: () => signal?.removeEventListener("abort", onAbort),
    };
  }

  function refuse(exchange: Exchange, status: number, body: Buffer, retryAfterMs: number | undefined): KubeApiError {
    return kubeApiErrorFromAnswer(exchange.subject, status, body.toString("utf8"), retryAfterMs);
  }

  return {
    exchange: (exchange, signal) =>
      withRetries(exchange, signal, async () => {
        const { retryAfterMs, ...result } = await sendAndRead(exchange, signal);
        if (!isSuccess(result.status)) throw refuse(exchange, result.status, result.body, retryAfterMs);
        return result;
      }),
    exchangeRaw: (exchange, signal) =>
      withRetries(exchange, signal, async () => {
        const { retryAfterMs, ...result } = await sendAndRead(exchange, signal);
        if (result.status === 401 || result.status === 429) {
          throw refuse(exchange, result.status, result.body, retryAfterMs);
        }
        return result;
      }),
    open: (exchange, signal) =>
      withRetries(exchange, signal, async () => {
        const limit = limitTime(exchange.subject, signal);
        try {
          const answer = await send(exchange, "watch", limit.signal);
          answer.body.once("close", limit.release);
          if (isSuccess(answer.status)) return answer.body;
          const body = await readBody(answer.body, exchange.subject, limit.signal);
          throw refuse(exchange, answer.status, body, parseRetryAfterMs(answer.headers["retry-after"]));
        } catch (error) {
          limit.release();
          throw error;
        } finally {
          limit.stopClock();
        }
      }),
  };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "KUBE_UNAUTHORIZED";
}

function readBody(body: Readable, subject: RequestSubject, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    body.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BODY_BYTES) body.destroy(new Error("the answer is longer than 256 MiB"));
    });
    body.once("end", () =>
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length)),
    );
    body.once("error", (error) =>
      reject(
        signal.aborted
          ? abortError(signal)
          : noAnswerError(subject, "the connection was lost before the answer's end", error),
      ),
    );
    body.once("close", () => {
      if (!body.readableEnded)
        reject(noAnswerError(subject, "the connection was lost before the answer's end", undefined));
    });
  });
}
