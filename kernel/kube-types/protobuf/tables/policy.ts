import type { MessagePackage } from "../message-package.ts";

/** The kinds of `policy/v1`. Read {@link MessagePackage.table} for the notation. */
export const POLICY: MessagePackage = {
  definitions: "io.k8s.api.policy.v1",
  group: "policy",
  version: "v1",
  table: `
PodDisruptionBudget kind # How many Pods may be missing at a time when nodes are emptied.
  1 metadata ObjectMeta
  2 spec PodDisruptionBudgetSpec
  3 status PodDisruptionBudgetStatus
PodDisruptionBudgetSpec
  1 minAvailable *IntOrString
  2 selector *LabelSelector strategy=replace
  3 maxUnavailable *IntOrString
  4 unhealthyPodEvictionPolicy *string
PodDisruptionBudgetStatus
  1 observedGeneration int64
  2 disruptedPods {}Time
  3 disruptionsAllowed int32!
  4 currentHealthy int32!
  5 desiredHealthy int32!
  6 expectedPods int32!
  7 conditions []Condition merge=type map=type
Eviction kind
  1 metadata ObjectMeta
  2 deleteOptions *DeleteOptions
`,
};
