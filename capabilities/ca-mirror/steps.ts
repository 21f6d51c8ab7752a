import type { TegataError } from "@tegata/errors";
import type { ErrorReason, Step } from "./plan-types.ts";

/** The step after a write that the API server refused or did not answer. */
export function stepAfterWriteFailure(step: Step, error: TegataError): Step {
  return failedStep(
    step.subject,
    step.secretName,
    "SecretWriteFailed",
    `could not write Secret "${step.secretName}": ${error.text}`,
    error,
  );
}

/** A step that writes nothing, because of this. */
export function failedStep(
  subject: Step["subject"],
  secretName: string,
  reason: ErrorReason,
  message: string,
  error?: TegataError,
): Step {
  return {
    subject,
    secretName,
    write: undefined,
    condition: { type: subject, status: "False", reason, message },
    events: [{ type: "Warning", reason, message }],
    failure: { reason, ...(error === undefined ? {} : { error }) },
  };
}
