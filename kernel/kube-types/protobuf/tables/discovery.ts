import type { MessagePackage } from "../message-package.ts";

/** The kinds of `discovery.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const DISCOVERY: MessagePackage = {
  definitions: "io.k8s.api.discovery.v1",
  group: "discovery.k8s.io",
  version: "v1",
  table: `
EndpointSlice kind # Some of the addresses behind a Service.
  1 metadata ObjectMeta
  4 addressType string!
  2 endpoints []Endpoint! atomic
  3 ports []EndpointPort! atomic
Endpoint
  1 addresses []string! set
  2 conditions EndpointConditions
  3 hostname *string
  4 targetRef *ObjectReference
  5 deprecatedTopology {}string
  6 nodeName *string
  7 zone *string
  8 hints *EndpointHints
EndpointConditions
  1 ready *bool
  2 serving *bool
  3 terminating *bool
EndpointHints
  1 forZones []ForZone atomic
  2 forNodes []ForNode atomic
ForZone
  1 name string!
ForNode
  1 name string!
EndpointPort atomic
  1 name *string
  2 protocol *string default="TCP"
  3 port *int32
  4 appProtocol *string
`,
};
