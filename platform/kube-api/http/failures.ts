import { asTegataError, ERROR_KINDS } from "@tegata/errors";
import { PatchError, type PatchErrorCode } from "@tegata/kube-types/patch";
import type { StatusReason } from "@tegata/kube-types";
import { ApiError } from "../http-errors.ts";

/** What is answered to a failure. Of one that is not meant for the caller, nothing is told but that it happened. */
export function toApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  if (thrown instanceof PatchError) return patchRefused(thrown);
  const error = asTegataError(thrown);
  if (error === undefined) return new ApiError(500, "InternalError", "Internal error occurred");
  const code = ERROR_KINDS[error.kind].httpStatus;
  return new ApiError(code, REASONS[code] ?? "InternalError", error.message);
}

const REASONS: Readonly<Record<number, StatusReason>> = {
  400: "BadRequest",
  403: "Forbidden",
  409: "Conflict",
  422: "Invalid",
  503: "ServiceUnavailable",
};

const PATCH_CODES: Readonly<Record<PatchErrorCode, readonly [code: number, reason: StatusReason]>> = {
  PATCH_MALFORMED: [400, "BadRequest"],
  PATCH_TOO_LARGE: [413, "RequestEntityTooLarge"],
  PATCH_NOT_APPLICABLE: [422, "Invalid"],
  PATCH_FAILED: [500, ""],
  APPLY_CONFLICT: [409, "Conflict"],
};

function patchRefused({ code: problem, message, causes }: PatchError): ApiError {
  const [code, reason] = PATCH_CODES[problem];
  // The real server does not say which operation failed.
  const text =
    problem === "PATCH_NOT_APPLICABLE" ? "the server rejected our request due to an error in our request" : message;
  return new ApiError(code, reason, text, causes.length === 0 ? undefined : { causes: [...causes] });
}
