import type { JsonObject } from "@tegata/kube-types";
import { noAnswerError, type RequestSubject } from "./kube-api-error.ts";

/**
 * Parses an answer's body.
 *
 * @throws KubeApiError `KUBE_NO_ANSWER` if it is no JSON object. The parser's own message would quote the body, which may be
 *   a Secret.
 */
export function parseJson(body: Buffer, subject: RequestSubject): JsonObject {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch {
    // Said below, in the same words as for JSON of another shape.
  }
  throw noAnswerError(subject, "the answer is not a JSON object", undefined);
}
