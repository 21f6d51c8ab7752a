import { randomUUID } from "node:crypto";
import { managerOf } from "@tegata/kube-types/apply";
import type { Logger } from "@tegata/telemetry";
import type { RequestAuthenticator } from "../authn/index.ts";
import { accessForbidden, type AccessAttributes, type Authorizer } from "../authz/index.ts";
import type { DiscoveryAnswer } from "../discovery/index.ts";
import { ApiError } from "../http-errors.ts";
import type { RequestContext, RestServices } from "../registry/context.ts";
import { selectedName } from "../registry/selection.ts";
import type { UserInfo } from "../registry/types.ts";
import type { HttpRequest } from "./body.ts";
import { clientCertificateOf } from "./client-certificate.ts";
import { type Exchange, PAGE_NOT_FOUND, PageNotFoundError } from "./exchange.ts";
import { toApiError } from "./failures.ts";
import { RequestSignals } from "./request-signals.ts";
import { parseRequestInfo, pathSegments, type RequestInfo } from "./request-info.ts";
import { serveResource } from "./resource-routes.ts";
import { breakOff, type HttpResponse, writeBytes, writeJson, writeText } from "./respond.ts";

/** A document outside of the resources, such as discovery. */
export type PathRoute = (request: {
  readonly path: string;
  readonly accept: string | undefined;
  readonly query: URLSearchParams;
}) => DiscoveryAnswer | undefined;

/** What the HTTP side needs of the server. */
export interface HandlerOptions {
  readonly services: RestServices;
  readonly authenticator: RequestAuthenticator;
  readonly authorizer: Authorizer;
  /** Tried in order for paths that are no resources. */
  readonly paths: readonly PathRoute[];
  readonly now: () => Date;
  readonly logger: Logger | undefined;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** Paths that real servers answer to anybody, so that probes and clients' version checks need no credentials. */
const OPEN_PATHS: ReadonlySet<string> = new Set(["/healthz", "/livez", "/readyz", "/version"]);

interface HandlerParts extends HandlerOptions {
  readonly signals: RequestSignals;
}

/** Makes the function that answers every request. It never throws. */
export function requestHandler(options: HandlerOptions): (request: HttpRequest, response: HttpResponse) => void {
  const parts: HandlerParts = { ...options, signals: new RequestSignals(options.stopping) };
  return (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      // Not even the failure could be told: the client broke off while it was written.
      options.logger?.debug("an answer could not be written", { error });
      breakOff(response);
    });
  };
}

async function answer(options: HandlerParts, request: HttpRequest, response: HttpResponse): Promise<void> {
  const auditId = randomUUID();
  response.setHeader("Audit-Id", auditId);
  response.setHeader("Cache-Control", "no-cache, private");
  // An error of the connection ends the response, which its signal tells the work of.
  response.on("error", () => undefined);
  try {
    await route(options, request, response);
  } catch (thrown) {
    writeFailure(options, request, response, thrown, auditId);
  }
}

async function route(options: HandlerParts, request: HttpRequest, response: HttpResponse): Promise<void> {
  const { path, query } = parseUrl(request.url ?? "/");
  const segments = pathSegments(path);
  if (segments === undefined) throw new ApiError(400, "BadRequest", "the path cannot be decoded");
  const info = parseRequestInfo(request.method ?? "GET", path, segments, query);
  const user = await options.authenticator.authenticate({
    headers: request.headers,
    clientCertificateDer: clientCertificateOf(request),
  });
  authorize(options.authorizer, user, info, query);
  const context = requestContext(options, request, response, user);
  const exchange: Exchange = { request, response, path, query, context };
  if (info.kind === "path") return servePath(options, exchange);
  await serveResource(options.services, exchange, info);
}

/** The Status that says what is wrong; nothing can be said when the answer has already begun. */
function writeFailure(
  { logger }: HandlerOptions,
  request: HttpRequest,
  response: HttpResponse,
  thrown: unknown,
  auditId: string,
): void {
  if (thrown instanceof PageNotFoundError) return writeText(response, 404, PAGE_NOT_FOUND);
  const error = toApiError(thrown);
  const isGone = request.destroyed && !request.readableEnded;
  if (error.code >= 500 && !(thrown instanceof ApiError) && !isGone) {
    const path = request.url?.split("?")[0];
    logger?.error("request failed", { method: request.method, path, auditId, error: thrown });
  }
  if (response.headersSent) return breakOff(response);
  const retryAfter = error.details?.retryAfterSeconds;
  if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
  // What is left of a body that was refused is not read; the client has to use another connection.
  if (error.code === 413 && request.httpVersionMajor === 1) response.setHeader("Connection", "close");
  writeJson(response, error.code, error.toStatus());
}

function servePath({ paths }: HandlerOptions, { request, response, path, query }: Exchange): void {
  const { accept } = request.headers;
  const trimmed = path.length > 1 ? path.replace(/\/+$/, "") : path;
  for (const serve of paths) {
    const document = serve({ path: trimmed, accept, query });
    if (document === undefined) continue;
    response.setHeader("Cache-Control", document.cacheControl);
    if (document.etag !== "") response.setHeader("ETag", document.etag);
    if (document.etag !== "" && request.headers["if-none-match"]?.includes(document.etag)) {
      response.statusCode = 304;
      response.end();
      return;
    }
    return writeBytes(response, 200, document.contentType, Buffer.from(document.body));
  }
  throw new PageNotFoundError();
}

function requestContext(
  { now, signals }: HandlerParts,
  { headers }: HttpRequest,
  response: HttpResponse,
  user: UserInfo,
): RequestContext {
  const warnings = new Set<string>();
  let signal: AbortSignal | undefined;
  return {
    user,
    now: now(),
    // Made when it is asked for, which few requests do.
    get signal() {
      return (signal ??= signals.signalOf(response));
    },
    userAgent: managerOf(undefined, headers["user-agent"] ?? "") || "unknown",
    warn(text) {
      if (warnings.has(text) || response.headersSent) return;
      warnings.add(text);
      response.setHeader("Warning", [...warnings].map(formatWarning));
    },
  };
}

/** RFC 9111 §5.5 (obsoleted there, alive in Kubernetes). Header values hold no control characters. */
function formatWarning(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]/g, "?").replace(/["\\]/g, "\\$&");
  return `299 - "${printable}"`;
}

function authorize(authorizer: Authorizer, user: UserInfo, info: RequestInfo, query: URLSearchParams): void {
  if (info.kind === "path" && OPEN_PATHS.has(info.path.replace(/\/+$/, ""))) return;
  const attributes = accessAttributes(user, info, query);
  const decision = authorizer.authorize(attributes);
  if (!decision.allowed) throw accessForbidden(attributes, decision);
}

function accessAttributes(user: UserInfo, info: RequestInfo, query: URLSearchParams): AccessAttributes {
  if (info.kind === "path") return { ...info, user };
  // A Namespace counts as part of itself, so that a Role in it can say who may see it.
  const namespace = info.group === "" && info.resource === "namespaces" ? info.name : info.namespace;
  // A list or watch of one name is allowed to who may list that name.
  const isMany =
    info.name === "" && (info.verb === "list" || info.verb === "watch" || info.verb === "deletecollection");
  return { ...info, user, namespace, name: isMany ? selectedName(query) : info.name };
}

function parseUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf("?");
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}
