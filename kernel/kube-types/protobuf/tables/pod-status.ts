import type { MessagePackage } from "../message-package.ts";

/** What a node reports of a Pod. Read {@link MessagePackage.table} for the notation. */
export const POD_STATUS: MessagePackage = {
  definitions: "io.k8s.api.core.v1",
  group: "",
  version: "v1",
  table: `
PodStatus
  17 observedGeneration int64
  1 phase string
  2 conditions []PodCondition merge=type map=type
  3 message string
  4 reason string
  11 nominatedNodeName string
  5 hostIP string
  16 hostIPs []HostIP merge=ip atomic
  6 podIP string
  12 podIPs []PodIP merge=ip map=ip
  7 startTime *Time
  10 initContainerStatuses []ContainerStatus atomic
  8 containerStatuses []ContainerStatus atomic
  9 qosClass string
  13 ephemeralContainerStatuses []ContainerStatus atomic
  14 resize string
  15 resourceClaimStatuses []PodResourceClaimStatus strategy=merge,retainKeys merge=name map=name
  19 allocatedResources {}Quantity
  20 resources *ResourceRequirements
PodCondition
  1 type string!
  7 observedGeneration int64
  2 status string!
  3 lastProbeTime Time
  4 lastTransitionTime Time
  5 reason string
  6 message string
HostIP
  1 ip string!
PodIP
  1 ip string!
ContainerStatus
  1 name string!
  2 state ContainerState
  3 lastState ContainerState
  4 ready bool!
  5 restartCount int32!
  6 image string!
  7 imageID string!
  8 containerID string
  9 started *bool
  10 allocatedResources {}Quantity
  11 resources *ResourceRequirements
  12 volumeMounts []VolumeMountStatus merge=mountPath map=mountPath
  13 user *ContainerUser
  14 allocatedResourcesStatus []ResourceStatus merge=name map=name
  15 stopSignal *string
ContainerState
  1 waiting *ContainerStateWaiting
  2 running *ContainerStateRunning
  3 terminated *ContainerStateTerminated
ContainerStateWaiting
  1 reason string
  2 message string
ContainerStateRunning
  1 startedAt Time
ContainerStateTerminated
  1 exitCode int32!
  2 signal int32
  3 reason string
  4 message string
  5 startedAt Time
  6 finishedAt Time
  7 containerID string
VolumeMountStatus
  1 name string!
  2 mountPath string!
  3 readOnly bool
  4 recursiveReadOnly *string
  5 volumeStatus *VolumeStatus
VolumeStatus
  1 image *ImageVolumeStatus
ImageVolumeStatus
  1 imageRef string
ContainerUser
  1 linux *LinuxContainerUser
LinuxContainerUser
  1 uid int64!
  2 gid int64!
  3 supplementalGroups []int64 atomic
ResourceStatus
  1 name string!
  2 resources []ResourceHealth map=resourceID
ResourceHealth
  1 resourceID string!
  2 health string
  6 message *string
PodResourceClaimStatus
  1 name string!
  2 resourceClaimName *string
`,
};
