import type { MessagePackage } from "../message-package.ts";

/** The kinds of `scheduling.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const SCHEDULING: MessagePackage = {
  definitions: "io.k8s.api.scheduling.v1",
  group: "scheduling.k8s.io",
  version: "v1",
  table: `
PriorityClass kind # How important Pods are.
  1 metadata ObjectMeta
  2 value int32! # The priority; higher ones come first.
  3 globalDefault bool
  4 description string
  5 preemptionPolicy *string default="PreemptLowerPriority"
`,
};
