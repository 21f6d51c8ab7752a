import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError } from "@tegata/kube-types/schema";
import { fieldAt } from "../fields.ts";

/** @returns what is wrong with a Lease. reference: k8s.io/kubernetes `pkg/apis/coordination/validation` */
export function validateLease(lease: KubeObject): FieldError[] {
  const duration = fieldAt(lease, "spec.leaseDurationSeconds");
  const transitions = fieldAt(lease, "spec.leaseTransitions");
  const errors: FieldError[] = [];
  if (typeof duration === "number" && duration <= 0)
    errors.push(invalidError("spec.leaseDurationSeconds", duration, "must be greater than 0"));
  if (typeof transitions === "number" && transitions < 0)
    errors.push(invalidError("spec.leaseTransitions", transitions, "must be greater than or equal to 0"));
  return errors;
}
