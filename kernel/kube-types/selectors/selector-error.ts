import { TegataError } from "@tegata/errors";

/** A selector that cannot be read. `message` is the text that Kubernetes gives. */
export function selectorInvalid(message: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "KUBE_SELECTOR_INVALID",
    message,
    remedy:
      "See https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors for the syntax.",
  });
}

/** Longest selector that is read, in characters. A request's head is limited to about as much. */
export const MAX_SELECTOR_LENGTH = 65_536;
