import type { KubeObject } from "@tegata/kube-types";

/** Writes Events (core `v1`). Repeats of one (object, type, reason, message) count up one Event; a flood is held back. */
export interface EventRecorder {
  /**
   * Never throws and never waits: an Event that cannot be written is counted and logged.
   *
   * @param reason - upper camel case, e.g. `SecretSynced`.
   * @param message - for people; no secret values. Cut to 1,024 characters.
   */
  event(
    object: Pick<KubeObject, "apiVersion" | "kind" | "metadata">,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void;
}
