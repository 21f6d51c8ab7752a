import type { MessagePackage } from "../message-package.ts";

/** Configuration and identity. Read {@link MessagePackage.table} for the notation. */
export const CORE: MessagePackage = {
  definitions: "io.k8s.api.core.v1",
  group: "",
  version: "v1",
  table: `
Namespace kind
  1 metadata ObjectMeta
  2 spec NamespaceSpec
  3 status NamespaceStatus
NamespaceSpec
  1 finalizers []string atomic
NamespaceStatus
  1 phase string
  2 conditions []NamespaceCondition merge=type map=type
NamespaceCondition
  1 type string!
  2 status string!
  4 lastTransitionTime Time
  5 reason string
  6 message string
Secret kind
  1 metadata ObjectMeta
  5 immutable *bool
  2 data {}bytes
  4 stringData {}string
  3 type string default="Opaque"
ConfigMap kind
  1 metadata ObjectMeta
  4 immutable *bool
  2 data {}string
  3 binaryData {}bytes
ServiceAccount kind
  1 metadata ObjectMeta
  2 secrets []ObjectReference merge=name map=name
  3 imagePullSecrets []LocalObjectReference atomic
  4 automountServiceAccountToken *bool
ObjectReference atomic
  1 kind string
  2 namespace string
  3 name string
  4 uid string
  5 apiVersion string
  6 resourceVersion string
  7 fieldPath string
LocalObjectReference atomic
  1 name string
TypedLocalObjectReference atomic
  1 apiGroup *string
  2 kind string!
  3 name string!
TypedObjectReference
  1 apiGroup *string
  2 kind string!
  3 name string!
  4 namespace *string
Event kind
  1 metadata ObjectMeta!
  2 involvedObject ObjectReference!
  3 reason string
  4 message string
  5 source EventSource
  6 firstTimestamp Time
  7 lastTimestamp Time
  8 count int32
  9 type string
  10 eventTime MicroTime
  11 series *EventSeries
  12 action string
  13 related *ObjectReference
  14 reportingComponent string
  15 reportingInstance string
EventSource
  1 component string
  2 host string
EventSeries
  1 count int32
  2 lastObservedTime MicroTime
SecretReference atomic
  1 name string
  2 namespace string
`,
};
