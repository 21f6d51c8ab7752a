import type { MessagePackage } from "../message-package.ts";

/** Configuration and identity. Read {@link MessagePackage.table} for the notation. */
export const CORE: MessagePackage = {
  definitions: "io.k8s.api.core.v1",
  group: "",
  version: "v1",
  table: `
Namespace kind # A space for names. Most kinds live in one, and deleting it deletes them.
  1 metadata ObjectMeta # Standard metadata.
  2 spec NamespaceSpec # How the namespace behaves.
  3 status NamespaceStatus # State of the namespace.
NamespaceSpec
  1 finalizers []string atomic # Who must finish before a deleted namespace goes. Changed at the subresource finalize only.
NamespaceStatus
  1 phase string # Active, or Terminating while its objects are being deleted.
  2 conditions []NamespaceCondition merge=type map=type # What keeps a namespace from going, while it is being deleted.
NamespaceCondition
  1 type string! # Name of the aspect.
  2 status string! # True, False or Unknown.
  4 lastTransitionTime Time # When the status last changed.
  5 reason string # Why, in one word.
  6 message string # Why, in a sentence.
Secret kind # Secret bytes under keys, at most 1 MiB in all.
  1 metadata ObjectMeta # Standard metadata.
  5 immutable *bool # If true, neither data nor this field may ever change again.
  2 data {}bytes # The bytes, in standard base64. Keys consist of letters, digits, dots, dashes and underscores.
  4 stringData {}string # Text that the server encodes and merges into data when it is written. Never read back.
  3 type string default="Opaque" # What the data is for, e.g. Opaque or kubernetes.io/tls. Fixed once the Secret exists; some types require certain keys.
ConfigMap kind # Configuration under keys, at most 1 MiB in all. Not for secrets.
  1 metadata ObjectMeta # Standard metadata.
  4 immutable *bool # If true, neither the data nor this field may ever change again.
  2 data {}string # Texts. Keys consist of letters, digits, dots, dashes and underscores.
  3 binaryData {}bytes # Bytes that are not UTF-8, in standard base64. Keys must differ from those of data.
ServiceAccount kind # An identity for what runs in Pods.
  1 metadata ObjectMeta # Standard metadata.
  2 secrets []ObjectReference merge=name map=name # Secrets that Pods with this account may use, where that is restricted.
  3 imagePullSecrets []LocalObjectReference atomic # Secrets with which images are pulled for Pods with this account.
  4 automountServiceAccountToken *bool # Whether Pods get a token without asking. A Pod may override it.
ObjectReference atomic # Points to an object.
  1 kind string # Kind of the object.
  2 namespace string # Namespace of the object.
  3 name string # Name of the object.
  4 uid string # UID of the object.
  5 apiVersion string # Group and version of the object.
  6 resourceVersion string # Version of the object that is meant.
  7 fieldPath string # Part of the object that is meant, e.g. spec.containers{web}.
LocalObjectReference atomic # Points to an object in the same namespace.
  1 name string # Name of the object.
TypedLocalObjectReference atomic
  1 apiGroup *string
  2 kind string!
  3 name string!
TypedObjectReference
  1 apiGroup *string
  2 kind string!
  3 name string!
  4 namespace *string
Event kind # A report that something happened to an object. Events are kept for a while only.
  1 metadata ObjectMeta! # Standard metadata.
  2 involvedObject ObjectReference! # The object that the Event is about.
  3 reason string # What happened, in one CamelCase word for programs.
  4 message string # What happened, in a sentence for people.
  5 source EventSource # The component that reported it.
  6 firstTimestamp Time # When it first happened.
  7 lastTimestamp Time # When it last happened.
  8 count int32 # How often it happened.
  9 type string # Normal or Warning.
  10 eventTime MicroTime # When it first happened, to the microsecond.
  11 series *EventSeries # How often it went on happening.
  12 action string # What was done about the object.
  13 related *ObjectReference # A second object that has to do with it.
  14 reportingComponent string! # The controller that reported it, e.g. example.org/operator.
  15 reportingInstance string! # Which instance of the controller reported it.
EventSource
  1 component string # Name of the component.
  2 host string # Node on which the component runs.
EventSeries
  1 count int32
  2 lastObservedTime MicroTime
SecretReference atomic
  1 name string
  2 namespace string
`,
};
