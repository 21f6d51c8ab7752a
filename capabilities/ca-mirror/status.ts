import { setCondition } from "@tegata/kube";
import type { CaptControlPlane, CaptControlPlaneStatus } from "./api/capt.ts";
import type { Plan, PlannedCondition } from "./plan-types.ts";

/**
 * The status after a plan was carried out. What CAPT says in it (`Ready`, `phase`, `initialized`) is left alone: two
 * writers of one condition make it flap (reference cluster-ca.md 1.4, defect 3).
 */
export function statusAfter(controlPlane: CaptControlPlane, plan: Plan, now: Date): CaptControlPlaneStatus {
  const { status = {}, metadata } = controlPlane;
  const planned = [...plan.steps.map(({ condition }) => condition), ...plan.conditions];
  const allGood = plan.steps.every(({ condition }) => condition.status === "True");
  return {
    ...status,
    conditions: [...withConditions(status.conditions, planned, metadata.generation, now)],
    secretsReady: status.secretsReady === true || allGood,
    ...(plan.mirror === undefined ? {} : { mirror: plan.mirror }),
  };
}

/** The status when the Secrets could not be read: what was so an hour ago may still be, so nothing is called wrong. */
export function statusWhenUnread(
  { status = {}, metadata }: CaptControlPlane,
  why: string,
  now: Date,
): CaptControlPlaneStatus {
  const condition: PlannedCondition = {
    type: "CertificateAuthorityReady",
    status: "Unknown",
    reason: "SecretsUnread",
    message: why,
  };
  return { ...status, conditions: [...withConditions(status.conditions, [condition], metadata.generation, now)] };
}

function withConditions(
  conditions: CaptControlPlaneStatus["conditions"],
  planned: readonly PlannedCondition[],
  generation: number | undefined,
  now: Date,
): NonNullable<CaptControlPlaneStatus["conditions"]> {
  let next = conditions ?? [];
  for (const condition of planned) {
    const observed = generation === undefined ? condition : { ...condition, observedGeneration: generation };
    next = [...setCondition(next, observed, now)];
  }
  return next;
}
