import type { MessagePackage } from "../message-package.ts";

/** The kinds of `coordination.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const COORDINATION: MessagePackage = {
  definitions: "io.k8s.api.coordination.v1",
  group: "coordination.k8s.io",
  version: "v1",
  table: `
Lease kind
  1 metadata ObjectMeta
  2 spec LeaseSpec
LeaseSpec
  1 holderIdentity *string
  2 leaseDurationSeconds *int32
  3 acquireTime *MicroTime
  4 renewTime *MicroTime
  5 leaseTransitions *int32
  6 strategy *string
  7 preferredHolder *string
`,
};
