import type { ErrorKind } from "@tegata/errors";
import type { StatusReason } from "@tegata/kube-types";

/** What an answer other than 2xx means to us. */
export interface Judgement {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly reason: StatusReason;
  readonly remedy: string;
}

const BY_STATUS: Readonly<Record<number, Judgement>> = {
  400: bad("BadRequest"),
  401: {
    kind: "denied",
    code: "KUBE_UNAUTHORIZED",
    reason: "Unauthorized",
    remedy: "Check the kubeconfig's user: its certificate or token may have expired, or belong to another cluster.",
  },
  403: {
    kind: "denied",
    code: "KUBE_FORBIDDEN",
    reason: "Forbidden",
    remedy: "Grant the verb to this user with a Role and a RoleBinding.",
  },
  404: {
    kind: "not-ready",
    code: "KUBE_NOT_FOUND",
    reason: "NotFound",
    remedy: "Create the object, or its namespace or CustomResourceDefinition if that is missing.",
  },
  405: bad("MethodNotAllowed"),
  406: bad("NotAcceptable"),
  409: {
    kind: "not-ready",
    code: "KUBE_CONFLICT",
    reason: "Conflict",
    remedy: "Read the object again and repeat the change on what it is now.",
  },
  410: {
    kind: "not-ready",
    code: "KUBE_EXPIRED",
    reason: "Expired",
    remedy: "List the objects again: the API server no longer keeps changes that old.",
  },
  413: bad("RequestEntityTooLarge", "Make the object smaller: API servers take up to 1 MiB of data per Secret."),
  415: bad("UnsupportedMediaType"),
  422: {
    kind: "invalid-input",
    code: "KUBE_INVALID",
    reason: "Invalid",
    remedy: "Correct the fields that it names.",
  },
  429: {
    kind: "unavailable",
    code: "KUBE_THROTTLED",
    reason: "TooManyRequests",
    remedy: "Wait, or raise the API server's limits for this user's priority level.",
  },
};

function bad(reason: StatusReason, remedy = "Check the manifest against the API server's version."): Judgement {
  return { kind: "invalid-input", code: "KUBE_BAD_REQUEST", reason, remedy };
}

const SERVER_ERROR: Judgement = {
  kind: "unavailable",
  code: "KUBE_SERVER_ERROR",
  reason: "InternalError",
  remedy: "See the API server's log; the request is repeated.",
};

/**
 * Looks an answer up.
 *
 * @param reason - as the server gave it; it names the kind of conflict that a status code leaves open.
 */
export function judge(status: number, reason: StatusReason | undefined): Judgement {
  const judgement = BY_STATUS[status] ?? (status >= 500 ? SERVER_ERROR : bad(""));
  if (reason === "AlreadyExists") {
    return { ...judgement, code: "KUBE_ALREADY_EXISTS", reason, remedy: "Choose another name, or update the object." };
  }
  return reason === undefined || reason === "" ? judgement : { ...judgement, reason };
}
