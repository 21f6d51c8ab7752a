import { randomUUID } from "node:crypto";
import http from "node:http";
import net from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import type { JsonValue } from "@tegata/kube-types";
import { acceptListVerb, socketBehind } from "./list-verb.ts";
import { type ApiAnswer, ApiRefusal, type ApiRequest, badRequest } from "./protocol.ts";
import type { Router } from "./router.ts";
import { isJsonObject, parseExactJson } from "./storage/exact-json.ts";

/** Longest body that is read: a secret of 1 MiB, escaped. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

/** PEM certificate and key to serve with, and, if clients may bring certificates, nothing more: roles decide of those. */
export interface ServerTls {
  readonly certPem: string;
  readonly keyPem: string;
}

/** What a test has a request suffer in place of its answer. */
export type Fault =
  | { readonly kind: "status"; readonly status: number; readonly retryAfterSeconds?: number }
  /** No answer comes, until the client gives up. */
  | { readonly kind: "hang" }
  /** The connection is cut; `truncated`: in the middle of the body. */
  | { readonly kind: "reset" }
  | { readonly kind: "truncated" };

/** One request that was answered, without its values. */
export interface RequestRecord {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly accessor: string;
  readonly displayName: string;
  readonly remoteAddress: string;
}

export interface ServerHooks {
  /** Asked for every request. */
  fault(request: { readonly method: string; readonly path: string }): Fault | undefined;
  record(record: RequestRecord): void;
}

/** Makes the HTTP(S) server, which is not listening yet. */
export function createApiServer(
  router: Router,
  tls: ServerTls | undefined,
  hooks: ServerHooks,
): net.Server & { closeAllConnections(): void } {
  const onRequest = (incoming: http.IncomingMessage, outgoing: http.ServerResponse) => {
    serve(router, hooks, incoming, outgoing).catch(() => outgoing.destroy());
  };
  const api = http.createServer(onRequest);
  const sockets = new Set<net.Socket>();
  const onConnection = (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    api.emit("connection", acceptListVerb(socket));
  };
  const server =
    tls === undefined
      ? net.createServer({ noDelay: true }, onConnection)
      : createTlsServer(
          {
            cert: tls.certPem,
            key: tls.keyPem,
            minVersion: "TLSv1.2",
            requestCert: true,
            rejectUnauthorized: false,
            noDelay: true,
          },
          onConnection,
        );
  return Object.assign(server, {
    closeAllConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
}

async function serve(
  router: Router,
  hooks: ServerHooks,
  incoming: http.IncomingMessage,
  outgoing: http.ServerResponse,
): Promise<void> {
  const target = new URL(incoming.url ?? "/", "http://localhost");
  const isList = incoming.method === "GET" && target.searchParams.get("list") === "true";
  const method = isList ? "LIST" : (incoming.method ?? "GET");
  const path = decodePath(incoming.url ?? "") ?? "";
  const token = bearerToken(incoming);
  const gone = new AbortController();
  outgoing.on("close", () => gone.abort(new Error("the client is gone")));
  let status = 0;
  try {
    const body = await readBody(incoming);
    const fault = hooks.fault({ method, path });
    if (fault !== undefined && fault.kind !== "truncated") return suffer(fault, outgoing);
    if (path === "") throw badRequest("path is not valid");
    const request: ApiRequest = {
      method,
      path,
      query: target.searchParams,
      body: parseBody(body),
      token,
      clientCertificate: clientCertificate(incoming),
    };
    const answer = await router.answer(request, gone.signal);
    const hasBody = answer.data !== undefined || answer.auth !== undefined || answer.plain !== undefined;
    status = answer.status ?? (hasBody ? 200 : 204);
    send(outgoing, status, hasBody ? (answer.plain ?? envelope(answer)) : undefined, fault);
  } catch (error) {
    // A bug of ours is answered like one of Vault's: 500, with nothing of the cause.
    const refusal = error instanceof ApiRefusal ? error : new ApiRefusal(500, ["internal error"]);
    status = refusal.status;
    send(outgoing, status, refusalBody(refusal));
  } finally {
    const caller = router.identify(token);
    hooks.record({
      time: new Date().toISOString(),
      method,
      path,
      status,
      accessor: caller?.entry.accessor ?? "",
      displayName: caller?.entry.displayName ?? "",
      remoteAddress: socketBehind(incoming.socket)?.remoteAddress ?? "",
    });
  }
}

/** @returns `undefined` if the URL is not below `/v1/` or its encoding is broken. */
function decodePath(url: string): string | undefined {
  const raw = url.split("?", 1)[0] ?? "";
  if (!raw.startsWith("/v1/")) return undefined;
  try {
    return decodeURIComponent(raw.slice("/v1/".length))
      .replace(/^\/+/, "")
      .replace(/\/{2,}/g, "/");
  } catch {
    return undefined;
  }
}

function bearerToken({ headers }: http.IncomingMessage): string {
  const own = headers["x-vault-token"];
  if (typeof own === "string") return own;
  return /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "";
}

function clientCertificate({ socket }: http.IncomingMessage): string | undefined {
  const behind = socketBehind(socket);
  return behind instanceof TLSSocket ? behind.getPeerX509Certificate()?.toString() : undefined;
}

async function readBody(incoming: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES)
      throw new ApiRefusal(413, ["failed to parse JSON input: http: request body too large"]);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseBody(text: string): Readonly<Record<string, JsonValue>> {
  if (text.trim() === "") return {};
  const parsed = parseExactJson(text);
  if (parsed === null) return {};
  if (!isJsonObject(parsed)) throw badRequest("failed to parse JSON input");
  return parsed;
}

function envelope(answer: ApiAnswer): Record<string, unknown> {
  return {
    request_id: randomUUID(),
    lease_id: "",
    renewable: false,
    lease_duration: 0,
    data: answer.data ?? null,
    wrap_info: null,
    warnings: answer.warnings ?? null,
    auth: answer.auth ?? null,
    mount_type: answer.mountType ?? "",
  };
}

function refusalBody({ errors, data, warnings }: ApiRefusal): Record<string, unknown> {
  if (data !== undefined) return envelope({ data });
  return warnings.length === 0 ? { errors } : { errors, warnings };
}

function send(outgoing: http.ServerResponse, status: number, body?: Record<string, unknown>, fault?: Fault): void {
  if (outgoing.headersSent || outgoing.destroyed) return;
  const text = body === undefined ? "" : `${JSON.stringify(body)}\n`;
  outgoing.setHeader("Cache-Control", "no-store");
  if (body !== undefined) outgoing.setHeader("Content-Type", "application/json");
  outgoing.setHeader("Content-Length", Buffer.byteLength(text));
  outgoing.writeHead(status);
  if (fault?.kind !== "truncated") {
    outgoing.end(text);
    return;
  }
  outgoing.write(text.slice(0, text.length / 2), () => outgoing.destroy());
}

function suffer(fault: Fault, outgoing: http.ServerResponse): void {
  if (fault.kind === "hang") return;
  if (fault.kind !== "status") {
    outgoing.destroy();
    return;
  }
  if (fault.retryAfterSeconds !== undefined) outgoing.setHeader("Retry-After", fault.retryAfterSeconds);
  const text = fault.status === 429 ? "request path rate limit quota exceeded" : "injected fault";
  send(outgoing, fault.status, { errors: [text] });
}
