import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError, requiredError } from "@tegata/kube-types/schema";
import { textAt } from "../fields.ts";

/**
 * @returns what is wrong with an Event of either group. An Event lies in the namespace of what it is about; one about a
 *   cluster-scoped object lies in `default`.
 */
export function validateEvent(event: KubeObject): FieldError[] {
  const isCore = event.apiVersion === "v1";
  const about = isCore ? "involvedObject" : "regarding";
  const { namespace = "" } = event.metadata;
  const aboutNamespace = textAt(event, `${about}.namespace`);
  const belongs =
    aboutNamespace === "" ? ["", "default", "kube-system"].includes(namespace) : aboutNamespace === namespace;
  return [
    ...(belongs ? [] : [invalidError(`${about}.namespace`, aboutNamespace, "does not match event.namespace")]),
    ...(isCore ? [] : validateReport(event)),
  ];
}

/** `events.k8s.io` asks for what the core group's Event leaves open, unless the Event was written there. */
function validateReport(event: KubeObject): FieldError[] {
  if (textAt(event, "eventTime") === "" && textAt(event, "deprecatedFirstTimestamp") !== "") return [];
  const required = ["eventTime", "reportingController", "reportingInstance", "action", "reason", "type"];
  return required.filter((field) => textAt(event, field) === "").map((field) => requiredError(field));
}
