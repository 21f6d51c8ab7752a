import type { MessagePackage } from "../message-package.ts";

/** What every kind shares. Read {@link MessagePackage.table} for the notation. */
export const META: MessagePackage = {
  definitions: "io.k8s.apimachinery.pkg.apis.meta.v1",
  group: "meta.k8s.io",
  version: "v1",
  table: `
ObjectMeta # What every object has beside its own fields: name, labels, owners, and what the server keeps of its life.
  1 name string # Name, unique among the objects of the kind in the namespace; fixed once the object exists.
  2 generateName string # Prefix to which the server adds five random characters, if no name is given.
  3 namespace string # Namespace of the object; empty for cluster-scoped kinds.
  4 selfLink string # No longer filled in.
  5 uid string # Identifier that no other object has or will ever have, even one of the same name. Set by the server.
  6 resourceVersion string # Version of the object. Sent back with an update, it makes the update fail if somebody else wrote in between.
  7 generation int64 # Counts the changes of the desired state. Set by the server.
  8 creationTimestamp Time # When the object was created. Set by the server.
  9 deletionTimestamp *Time # When deletion was asked for. The object stays until its finalizers are gone. Set by the server.
  10 deletionGracePeriodSeconds *int64 # How long the object may take to end, in seconds. Set by the server.
  11 labels {}string # Short texts by which objects are selected.
  12 annotations {}string # Any further texts that tools keep with the object.
  13 ownerReferences []OwnerReference merge=uid map=uid # Objects on which this one depends: it is deleted when all of them are gone.
  14 finalizers []string merge set # Names of those who have work to do before the object may go. Each removes its own.
  17 managedFields []ManagedFieldsEntry atomic # Who set which fields, for server-side apply. Kept by the server.
OwnerReference atomic # Points to an owner in the same namespace, or to a cluster-scoped one.
  5 apiVersion string! # Group and version of the owner.
  1 kind string! # Kind of the owner.
  3 name string! # Name of the owner.
  4 uid string! # UID of the owner, so that a later object of the same name is not mistaken for it.
  6 controller *bool # Whether the owner manages this object. At most one owner does.
  7 blockOwnerDeletion *bool # Whether a foreground deletion of the owner waits for this object.
ManagedFieldsEntry # The fields that one manager set in one way.
  1 manager string # Name of the client or controller.
  2 operation string # Apply or Update.
  3 apiVersion string # Version in which the fields are named.
  4 time *Time # When the manager last changed one of the fields.
  6 fieldsType string # Format of fieldsV1; there is only FieldsV1.
  7 fieldsV1 *FieldsV1 # The set of fields, as a tree.
  8 subresource string # Subresource through which the fields were set; empty for the object itself.
DeleteOptions kind
  1 gracePeriodSeconds *int64
  2 preconditions *Preconditions
  3 orphanDependents *bool
  4 propagationPolicy *string
  5 dryRun []string atomic
  6 ignoreStoreReadErrorWithClusterBreakingPotential *bool
Preconditions
  1 uid *string
  2 resourceVersion *string
LabelSelector atomic # Selects objects by their labels. All of it must hold; an empty selector selects everything.
  1 matchLabels {}string # Labels that must have exactly these values.
  2 matchExpressions []LabelSelectorRequirement atomic # Further requirements.
LabelSelectorRequirement
  1 key string! # Label that the requirement is about.
  2 operator string! # In, NotIn, Exists or DoesNotExist.
  3 values []string atomic # Values for In and NotIn; empty for the others.
Condition # One aspect of an object's state.
  1 type string! # Name of the aspect, e.g. Ready.
  2 status string! # True, False or Unknown.
  3 observedGeneration int64 # Generation of the object that the condition is about.
  4 lastTransitionTime Time! # When the status last changed.
  5 reason string! # Why, in one CamelCase word for programs.
  6 message string! # Why, in a sentence for people.
ListMeta
  1 selfLink string
  2 resourceVersion string
  3 continue string
  4 remainingItemCount *int64
Status kind
  1 metadata ListMeta
  2 status string
  3 message string
  4 reason string
  5 details *StatusDetails
  6 code int32
StatusDetails
  1 name string
  2 group string
  3 kind string
  6 uid string
  4 causes []StatusCause atomic
  5 retryAfterSeconds int32
StatusCause
  1 reason string
  2 message string
  3 field string
FieldSelectorRequirement
  1 key string!
  2 operator string!
  3 values []string atomic
`,
};
