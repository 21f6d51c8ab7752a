export type {
  Condition,
  GroupVersionKind,
  GroupVersionResource,
  JsonArray,
  JsonObject,
  JsonValue,
  KubeList,
  KubeObject,
  LabelSelector,
  LabelSelectorRequirement,
  ListMeta,
  ManagedFieldsEntry,
  ObjectMeta,
  OwnerReference,
  PartialObjectMetadata,
} from "./objects.ts";
export { formatGroupVersion, namespacedName, parseGroupVersion, parseNamespacedName } from "./names.ts";
export type { FieldError, FieldErrorType, KubeStatus, StatusCause, StatusDetails, StatusReason } from "./status.ts";
export type { ConfigMap, Event, Lease, Namespace, Secret, ServiceAccount } from "./core.ts";
