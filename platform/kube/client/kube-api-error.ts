import { type ErrorKind, TegataError } from "@tegata/errors";
import type { KubeStatus, StatusCause, StatusReason } from "@tegata/kube-types";
import type { Resource } from "../client-types.ts";
import { qualifiedPlural } from "../resources.ts";
import { isCertificateProblem } from "./connection.ts";
import { judge } from "./status-judgement.ts";

/** What a request was about, for messages: never the body. */
export interface RequestSubject {
  /** `get`, `list`, `watch`, `create`, `update`, `patch`, `apply`, `delete`, `post`. */
  readonly verb: string;
  /** Absent for a raw path. */
  readonly resource?: Resource;
  readonly namespace?: string | undefined;
  /** Name of the object, or the raw path. */
  readonly name?: string | undefined;
  readonly server: string;
}

/** What an API server said, or that it said nothing. */
export interface KubeApiErrorOptions {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly status: number;
  readonly reason: StatusReason;
  readonly causes: readonly StatusCause[];
  readonly saidByApi: boolean;
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/**
 * A request to an API server that failed. `kind` and `code` by what was answered:
 *
 * - `denied`: `KUBE_UNAUTHORIZED` (401), `KUBE_FORBIDDEN` (403);
 * - `invalid-input`: `KUBE_INVALID` (422), `KUBE_BAD_REQUEST` (400 and other 4xx);
 * - `not-ready`: `KUBE_NOT_FOUND` (404), `KUBE_ALREADY_EXISTS`, `KUBE_CONFLICT` (409), `KUBE_EXPIRED` (410);
 * - `unavailable`: `KUBE_NO_ANSWER`, `KUBE_TIMEOUT`, `KUBE_SERVER_UNTRUSTED`, `KUBE_THROTTLED` (429), `KUBE_SERVER_ERROR` (5xx).
 */
export class KubeApiError extends TegataError {
  /** HTTP status code; 0 if there was no answer. */
  readonly status: number;
  /** `reason` of the Status; empty if there was none. */
  readonly reason: StatusReason;
  /** Field by field, for 422. */
  readonly causes: readonly StatusCause[];
  /** Whether the answer was a `Status` of the API, and not, say, the page of a proxy. */
  readonly saidByApi: boolean;

  constructor(options: KubeApiErrorOptions) {
    const { kind, code, message, remedy, cause, retryAfterMs } = options;
    super({ kind, code, message, remedy, cause, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });
    this.status = options.status;
    this.reason = options.reason;
    this.causes = options.causes;
    this.saidByApi = options.saidByApi;
  }
}

/** Whether this is a {@link KubeApiError} with one of these reasons, e.g. `isKubeApiError(e, "Conflict")`. */
export function isKubeApiError(thrown: unknown, ...reasons: readonly StatusReason[]): thrown is KubeApiError {
  return thrown instanceof KubeApiError && (reasons.length === 0 || reasons.includes(thrown.reason));
}

/** `secrets "shop/db"`, `secrets in all namespaces`, `/version`. */
function describeSubject(subject: RequestSubject): string {
  const { resource, namespace = "", name = "" } = subject;
  if (resource === undefined) return name;
  const plural = qualifiedPlural(resource);
  if (name !== "") return `${plural} "${namespace === "" ? name : `${namespace}/${name}`}"`;
  if (!resource.namespaced) return plural;
  return namespace === "" ? `${plural} in all namespaces` : `${plural} in namespace "${namespace}"`;
}

/**
 * Makes the error for an answer other than 2xx.
 *
 * @param body - the answer's body: a `Status`, or plain text from a proxy (of which 200 characters are shown).
 * @param retryAfterMs - from the `Retry-After` header.
 */
export function kubeApiErrorFromAnswer(
  subject: RequestSubject,
  status: number,
  body: string,
  retryAfterMs?: number,
): KubeApiError {
  const said = parseStatus(body);
  return errorFrom(subject, said ?? plainStatus(status, body), { retryAfterMs, saidByApi: said !== undefined });
}

/** Makes the error for a `Status`, e.g. one from a watch's ERROR event. */
export function kubeApiErrorFromStatus(
  subject: RequestSubject,
  answer: Pick<KubeStatus, "message" | "reason" | "details" | "code">,
): KubeApiError {
  return errorFrom(subject, answer, { retryAfterMs: undefined, saidByApi: true });
}

function errorFrom(
  subject: RequestSubject,
  answer: Pick<KubeStatus, "message" | "reason" | "details" | "code">,
  { retryAfterMs, saidByApi }: { retryAfterMs: number | undefined; saidByApi: boolean },
): KubeApiError {
  const status = answer.code ?? 500;
  const { kind, code, reason, remedy } = judge(status, answer.reason);
  const all = answer.details?.causes ?? [];
  const quotes = mayQuoteSecret(subject, status, saidByApi);
  const causes = quotes ? all.map(({ reason: why = "", field = "" }) => ({ reason: why, field })) : all;
  const why = quotes ? fieldsOf(causes, reason) : (answer.message ?? reason);
  const afterMs = retryAfterMs ?? secondsToMs(answer.details?.retryAfterSeconds);
  return new KubeApiError({
    kind,
    code,
    message: `cannot ${subject.verb} ${describeSubject(subject)}: ${clip(why)} (HTTP ${status} from ${subject.server})`,
    remedy,
    status,
    reason,
    causes,
    saidByApi,
    retryAfterMs: kind === "unavailable" ? afterMs : undefined,
  });
}

/**
 * Makes the error for a request that got no answer: `KUBE_NO_ANSWER`, or `KUBE_SERVER_UNTRUSTED` if the server's certificate
 * was not accepted.
 *
 * @param cause - the TransportError, if there is one.
 */
export function noAnswerError(subject: RequestSubject, why: string, cause: unknown): KubeApiError {
  return isCertificateProblem(cause)
    ? silence(subject, why, { code: "KUBE_SERVER_UNTRUSTED", remedy: UNTRUSTED_REMEDY, cause })
    : silence(subject, why, { code: "KUBE_NO_ANSWER", remedy: UNREACHABLE_REMEDY, cause });
}

/** Makes the error for a request that was given up: `KUBE_TIMEOUT`. */
export function timeoutError(subject: RequestSubject, timeoutMs: number): KubeApiError {
  const why = `no answer within ${timeoutMs / 1000} s`;
  return silence(subject, why, { code: "KUBE_TIMEOUT", remedy: UNREACHABLE_REMEDY, cause: undefined });
}

const UNREACHABLE_REMEDY = "Check that the API server runs and can be reached from here.";
const UNTRUSTED_REMEDY = "Check certificate-authority in the kubeconfig, and that the server is the one that is meant.";

function silence(
  subject: RequestSubject,
  why: string,
  { code, remedy, cause }: { code: string; remedy: string; cause: unknown },
): KubeApiError {
  return new KubeApiError({
    kind: "unavailable",
    code,
    message: `cannot ${subject.verb} ${describeSubject(subject)}: ${why} (${subject.server})`,
    remedy,
    status: 0,
    reason: "",
    causes: [],
    saidByApi: false,
    cause,
  });
}

/** Refusals whose text names objects, users and fields only. */
const PLAIN_REFUSALS = new Set([401, 403, 404, 405, 409, 410, 429]);

// An API server's complaint about a Secret that was sent to it may quote the value that it complains about, and what stands
// before it may send back anything.
function mayQuoteSecret({ resource, verb }: RequestSubject, status: number, saidByApi: boolean): boolean {
  if (resource?.plural !== "secrets" || resource.group !== "") return false;
  if (!saidByApi) return true;
  return !["get", "list", "watch", "delete"].includes(verb) && !PLAIN_REFUSALS.has(status);
}

function fieldsOf(causes: readonly StatusCause[], reason: string): string {
  const fields = causes.map(({ field = "", reason: why = "" }) => `${field} (${why})`);
  const what = reason === "" ? "refused" : reason;
  return fields.length === 0 ? `${what}; the text is left out because it may quote the value` : fields.join(", ");
}

function parseStatus(body: string): KubeStatus | undefined {
  if (!body.startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    if (!isStatus(parsed)) return undefined;
    const causes: unknown = parsed.details?.causes;
    if (Array.isArray(causes) && causes.every((cause) => typeof cause === "object" && cause !== null)) return parsed;
    delete parsed.details?.causes;
    return parsed;
  } catch {
    return undefined;
  }
}

function isStatus(value: unknown): value is KubeStatus {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "Status";
}

function plainStatus(status: number, body: string): Pick<KubeStatus, "message" | "code"> {
  const text = body.trim().replace(/\s+/g, " ");
  return { code: status, message: text === "" ? "the answer has no body" : clip(text, 200) };
}

function clip(text: string, length = 2000): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

function secondsToMs(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}
