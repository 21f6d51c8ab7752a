import type { KubeObject } from "@tegata/kube-types";

/** Writes Events (core `v1`). Repeats of one (object, type, reason, message) count up one Event; a flood is held back. */
export interface EventRecorder {
  /** Never throws and never waits: an Event that cannot be written is counted and logged. */
  event(
    object: Pick<KubeObject, "apiVersion" | "kind" | "metadata">,
    type: "Normal" | "Warning",
    reason: string,
    message: string,
  ): void;
}
