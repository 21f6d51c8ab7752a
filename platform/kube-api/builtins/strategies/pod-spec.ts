import type { FieldError, JsonObject } from "@tegata/kube-types";
import { duplicateError, invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import { fieldAt, objectsAt, textAt } from "../fields.ts";
import { checkDnsLabel } from "./names.ts";

const CONTAINER_LISTS = ["containers", "initContainers", "ephemeralContainers"] as const;
const RESTART_POLICIES = ["Always", "OnFailure", "Never"];

/** Fills in the defaults of a Pod's spec that depend on other fields, in place. */
export function settlePodSpec(spec: JsonObject): void {
  for (const list of CONTAINER_LISTS) {
    for (const container of objectsAt(spec, list)) {
      container.imagePullPolicy ||= isLatest(textAt(container, "image")) ? "Always" : "IfNotPresent";
    }
  }
  for (const volume of objectsAt(spec, "volumes")) {
    if (Object.keys(volume).every((key) => key === "name")) volume.emptyDir = {};
  }
  // The older name of the field is still read by many.
  const account = textAt(spec, "serviceAccountName") || textAt(spec, "serviceAccount");
  if (account !== "") Object.assign(spec, { serviceAccountName: account, serviceAccount: account });
}

function isLatest(image: string): boolean {
  if (image.includes("@")) return false;
  const tag = image.slice(image.lastIndexOf("/") + 1).split(":")[1];
  return tag === undefined || tag === "latest";
}

/** @returns what is wrong with a Pod's spec: containers and volumes that cannot be told apart, or have no name or image. */
export function validatePodSpec(spec: JsonObject, field: string, policies = RESTART_POLICIES): FieldError[] {
  const containers = objectsAt(spec, "containers");
  const policy = textAt(spec, "restartPolicy");
  return [
    ...validateNames(objectsAt(spec, "volumes"), `${field}.volumes`),
    ...(containers.length === 0 ? [requiredError(`${field}.containers`)] : []),
    ...validateContainers(containers, `${field}.containers`),
    ...validateContainers(objectsAt(spec, "initContainers"), `${field}.initContainers`),
    ...(policies.includes(policy) ? [] : [notSupportedError(`${field}.restartPolicy`, policy, policies)]),
  ];
}

function validateContainers(containers: readonly JsonObject[], field: string): FieldError[] {
  const images = containers.flatMap((container, index) =>
    textAt(container, "image") === "" ? [requiredError(`${field}[${index}].image`)] : [],
  );
  const ports = containers.flatMap((container, index) => validatePorts(container, `${field}[${index}].ports`));
  return [...validateNames(containers, field), ...images, ...ports];
}

function validatePorts(container: JsonObject, field: string): FieldError[] {
  return objectsAt(container, "ports").flatMap((port, index) => {
    const number = fieldAt(port, "containerPort");
    if (number === undefined || number === 0) return [requiredError(`${field}[${index}].containerPort`)];
    const isPort = typeof number === "number" && number >= 1 && number <= 65535;
    const why = "must be between 1 and 65535, inclusive";
    return isPort ? [] : [invalidError(`${field}[${index}].containerPort`, number, why)];
  });
}

function validateNames(items: readonly JsonObject[], field: string): FieldError[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const name = textAt(item, "name");
    const at = `${field}[${index}].name`;
    if (name === "") return [requiredError(at)];
    if (seen.has(name)) return [duplicateError(at, name)];
    seen.add(name);
    return checkDnsLabel(name).map((problem) => invalidError(at, name, problem));
  });
}
