import type { MessagePackage } from "../message-package.ts";

/** The kinds of `coordination.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const COORDINATION: MessagePackage = {
  definitions: "io.k8s.api.coordination.v1",
  group: "coordination.k8s.io",
  version: "v1",
  table: `
Lease kind # Something that at most one of several candidates holds at a time.
  1 metadata ObjectMeta # Standard metadata.
  2 spec LeaseSpec # Who holds it, and since when.
LeaseSpec
  1 holderIdentity *string # Who holds it; empty if it was given back.
  2 leaseDurationSeconds *int32 # For how long after renewTime others leave it alone, in seconds.
  3 acquireTime *MicroTime # When the holder got it.
  4 renewTime *MicroTime # When the holder last renewed it.
  5 leaseTransitions *int32 # How often it changed hands.
  6 strategy *string # How a holder is chosen, where a coordinator does it.
  7 preferredHolder *string # Who should hold it, where a coordinator chooses.
`,
};
