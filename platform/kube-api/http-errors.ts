import type { FieldError, KubeStatus, StatusCause, StatusDetails, StatusReason } from "@tegata/kube-types";

/** A refusal that the API server answers with: an HTTP status code and the `Status` that is its body. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;

  constructor(code: number, reason: StatusReason, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The body of the answer. */
  toStatus(): KubeStatus {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message: this.message,
      ...(this.reason === "" ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

/** Which object an error is about. `group` and `plural` name its resource. */
export interface ErrorSubject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** 404 for an object, e.g. `secrets "a" not found`. */
export function notFound(subject: ErrorSubject, name: string): ApiError {
  return new ApiError(404, "NotFound", `${qualified(subject)} "${name}" not found`, detailsOf(subject, name));
}

/** 409 for a name that is taken. */
export function alreadyExists(subject: ErrorSubject, name: string): ApiError {
  return new ApiError(409, "AlreadyExists", `${qualified(subject)} "${name}" already exists`, detailsOf(subject, name));
}

/** 409 for a write whose precondition does not hold. */
export function conflict(subject: ErrorSubject, name: string, why: string): ApiError {
  return new ApiError(
    409,
    "Conflict",
    `Operation cannot be fulfilled on ${qualified(subject)} "${name}": ${why}`,
    detailsOf(subject, name),
  );
}

/** 409 for a stale `resourceVersion`. */
export function staleVersion(subject: ErrorSubject, name: string): ApiError {
  return conflict(
    subject,
    name,
    "the object has been modified; please apply your changes to the latest version and try again",
  );
}

/** 422 with one cause per field. */
export function invalid(subject: ErrorSubject, name: string, errors: readonly FieldError[]): ApiError {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  const causes: StatusCause[] = errors.map(({ type, field, message }) => ({ reason: type, message, field }));
  const subjectKind = subject.group === "" ? subject.kind : `${subject.kind}.${subject.group}`;
  const list = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
  return new ApiError(422, "Invalid", `${subjectKind} "${name}" is invalid: ${list}`, {
    name,
    ...(subject.group === "" ? {} : { group: subject.group }),
    kind: subject.kind,
    causes,
  });
}

/** 400. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, "BadRequest", message);
}

/** 403 for an object or a collection (`name` empty). */
export function forbidden(subject: ErrorSubject, name: string, why: string): ApiError {
  const target = name === "" ? qualified(subject) : `${qualified(subject)} "${name}"`;
  return new ApiError(403, "Forbidden", `${target} is forbidden: ${why}`, detailsOf(subject, name));
}

/** 405. */
export function methodNotAllowed(): ApiError {
  return new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
}

/** 415. @param accepted - the media types that would do. */
export function unsupportedMediaType(accepted: readonly string[]): ApiError {
  return new ApiError(
    415,
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`,
  );
}

/** Waits for work for which a refusal with one of these codes is an outcome like any other, e.g. 404 when deleting. */
export async function unlessRefused(work: Promise<unknown>, ...codes: readonly number[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ApiError && codes.includes(error.code))) throw error;
  }
}

function qualified({ group, plural }: ErrorSubject): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: ErrorSubject, name: string): StatusDetails {
  return { ...(name === "" ? {} : { name }), ...(group === "" ? {} : { group }), kind: plural };
}
