import { TegataError } from "@tegata/errors";
import type { StatusCause } from "../status.ts";

/**
 * Why a patch was refused, and thereby what an API server answers:
 *
 * - `PATCH_MALFORMED`: 400, the patch itself is wrong, whatever the object;
 * - `PATCH_TOO_LARGE`: 413;
 * - `PATCH_NOT_APPLICABLE`: 422, the patch does not fit this object (a JSON patch's `test` or path fails);
 * - `PATCH_FAILED`: 500, as Kubernetes answers for a merge key that is missing, or a configuration against the schema;
 * - `APPLY_CONFLICT`: 409, other managers own the fields; {@link PatchError.causes} has one cause for each.
 */
export type PatchErrorCode =
  | "PATCH_MALFORMED"
  | "PATCH_TOO_LARGE"
  | "PATCH_NOT_APPLICABLE"
  | "PATCH_FAILED"
  | "APPLY_CONFLICT";

const REMEDIES: Readonly<Record<PatchErrorCode, string>> = {
  PATCH_MALFORMED: "Correct the patch.",
  PATCH_TOO_LARGE: "Split the patch.",
  PATCH_NOT_APPLICABLE: "Read the object again and make the patch against what it is now.",
  PATCH_FAILED: "Correct the patch to fit the kind's schema.",
  APPLY_CONFLICT: "Leave the fields out, set them to what they are now, or force the apply to take them over.",
};

/** A patch that was refused. `message` is the text that Kubernetes answers with, where it has one. */
export class PatchError extends TegataError {
  override readonly code: PatchErrorCode;
  /** For `APPLY_CONFLICT`: one `FieldManagerConflict` per field. */
  readonly causes: readonly StatusCause[];

  constructor(code: PatchErrorCode, message: string, causes: readonly StatusCause[] = []) {
    super({ kind: "invalid-input", code, message, remedy: REMEDIES[code] });
    this.code = code;
    this.causes = causes;
  }
}
