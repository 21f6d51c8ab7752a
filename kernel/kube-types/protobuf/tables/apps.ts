import type { MessagePackage } from "../message-package.ts";

/** The kinds of `apps/v1`. Read {@link MessagePackage.table} for the notation. */
export const APPS: MessagePackage = {
  definitions: "io.k8s.api.apps.v1",
  group: "apps",
  version: "v1",
  table: `
Deployment kind # Keeps a number of equal Pods running and replaces them step by step when their template changes.
  1 metadata ObjectMeta # Standard metadata.
  2 spec DeploymentSpec # What is to run.
  3 status DeploymentStatus # What runs.
DeploymentSpec
  1 replicas *int32 default=1 # How many Pods are wanted.
  2 selector *LabelSelector! # Which Pods belong to it. Must match the labels of the template, and never changes.
  3 template PodTemplateSpec! # What the Pods are made from.
  4 strategy DeploymentStrategy strategy=retainKeys # How Pods are replaced.
  5 minReadySeconds int32 # How long a new Pod must be ready before it counts as available.
  6 revisionHistoryLimit *int32 default=10 # How many old ReplicaSets are kept.
  7 paused bool # Whether changes of the template wait.
  9 progressDeadlineSeconds *int32 default=600 # After how long without progress it is reported as failed, in seconds.
DeploymentStrategy
  1 type string # RollingUpdate or Recreate.
  2 rollingUpdate *RollingUpdateDeployment # How many Pods may be missing and how many may be too many during a rolling update.
RollingUpdateDeployment
  1 maxUnavailable *IntOrString # How many Pods may be missing: a number, or a share such as 25%.
  2 maxSurge *IntOrString # How many Pods there may be above those wanted: a number, or a share such as 25%.
DeploymentStatus
  1 observedGeneration int64
  2 replicas int32
  3 updatedReplicas int32
  7 readyReplicas int32
  4 availableReplicas int32
  5 unavailableReplicas int32
  9 terminatingReplicas *int32
  6 conditions []DeploymentCondition merge=type map=type
  8 collisionCount *int32
DeploymentCondition
  1 type string!
  2 status string!
  6 lastUpdateTime Time
  7 lastTransitionTime Time
  4 reason string
  5 message string
ReplicaSet kind # Keeps a number of equal Pods running. Usually made by a Deployment.
  1 metadata ObjectMeta
  2 spec ReplicaSetSpec
  3 status ReplicaSetStatus
ReplicaSetSpec
  1 replicas *int32 default=1
  4 minReadySeconds int32
  2 selector *LabelSelector!
  3 template PodTemplateSpec
ReplicaSetStatus
  1 replicas int32!
  2 fullyLabeledReplicas int32
  4 readyReplicas int32
  5 availableReplicas int32
  7 terminatingReplicas *int32
  3 observedGeneration int64
  6 conditions []ReplicaSetCondition merge=type map=type
ReplicaSetCondition
  1 type string!
  2 status string!
  3 lastTransitionTime Time
  4 reason string
  5 message string
StatefulSet kind # Keeps Pods running that each have a name and volumes of their own.
  1 metadata ObjectMeta
  2 spec StatefulSetSpec
  3 status StatefulSetStatus
StatefulSetSpec
  1 replicas *int32 default=1
  2 selector *LabelSelector!
  3 template PodTemplateSpec!
  4 volumeClaimTemplates []PersistentVolumeClaim atomic
  5 serviceName string!
  6 podManagementPolicy string default="OrderedReady"
  7 updateStrategy StatefulSetUpdateStrategy
  8 revisionHistoryLimit *int32 default=10
  9 minReadySeconds int32
  10 persistentVolumeClaimRetentionPolicy *StatefulSetPersistentVolumeClaimRetentionPolicy
  11 ordinals *StatefulSetOrdinals
StatefulSetUpdateStrategy
  1 type string
  2 rollingUpdate *RollingUpdateStatefulSetStrategy
RollingUpdateStatefulSetStrategy
  1 partition *int32
  2 maxUnavailable *IntOrString
StatefulSetPersistentVolumeClaimRetentionPolicy
  1 whenDeleted string
  2 whenScaled string
StatefulSetOrdinals
  1 start int32!
StatefulSetStatus
  1 observedGeneration int64
  2 replicas int32!
  3 readyReplicas int32
  4 currentReplicas int32
  5 updatedReplicas int32
  6 currentRevision string
  7 updateRevision string
  9 collisionCount *int32
  10 conditions []StatefulSetCondition merge=type map=type
  11 availableReplicas int32!
StatefulSetCondition
  1 type string!
  2 status string!
  3 lastTransitionTime Time
  4 reason string
  5 message string
DaemonSet kind # Keeps one Pod running on every node that it selects.
  1 metadata ObjectMeta
  2 spec DaemonSetSpec
  3 status DaemonSetStatus
DaemonSetSpec
  1 selector *LabelSelector!
  2 template PodTemplateSpec!
  3 updateStrategy DaemonSetUpdateStrategy
  4 minReadySeconds int32
  6 revisionHistoryLimit *int32 default=10
DaemonSetUpdateStrategy
  1 type string
  2 rollingUpdate *RollingUpdateDaemonSet
RollingUpdateDaemonSet
  1 maxUnavailable *IntOrString
  2 maxSurge *IntOrString
DaemonSetStatus
  1 currentNumberScheduled int32!
  2 numberMisscheduled int32!
  3 desiredNumberScheduled int32!
  4 numberReady int32!
  5 observedGeneration int64
  6 updatedNumberScheduled int32
  7 numberAvailable int32
  8 numberUnavailable int32
  9 collisionCount *int32
  10 conditions []DaemonSetCondition merge=type map=type
DaemonSetCondition
  1 type string!
  2 status string!
  3 lastTransitionTime Time
  4 reason string
  5 message string
ControllerRevision kind
  1 metadata ObjectMeta
  2 data RawExtension!
  3 revision int64!
`,
};
