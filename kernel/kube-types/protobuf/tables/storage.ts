import type { MessagePackage } from "../message-package.ts";

/** The kinds of `storage.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const STORAGE: MessagePackage = {
  definitions: "io.k8s.api.storage.v1",
  group: "storage.k8s.io",
  version: "v1",
  table: `
CSIDriver kind
  1 metadata ObjectMeta
  2 spec CSIDriverSpec!
CSIDriverSpec
  1 attachRequired *bool default=true
  2 podInfoOnMount *bool default=false
  3 volumeLifecycleModes []string set default=["Persistent"]
  4 storageCapacity *bool default=false
  5 fsGroupPolicy *string default="ReadWriteOnceWithFSType"
  6 tokenRequests []TokenRequest atomic
  7 requiresRepublish *bool default=false
  8 seLinuxMount *bool default=false
  9 nodeAllocatableUpdatePeriodSeconds *int64
  10 serviceAccountTokenInSecrets *bool
  11 preventPodSchedulingIfMissing *bool
TokenRequest
  1 audience string!
  2 expirationSeconds *int64
CSINode kind
  1 metadata ObjectMeta
  2 spec CSINodeSpec!
  3 status CSINodeStatus
CSINodeSpec
  1 drivers []CSINodeDriver! merge=name map=name
CSINodeDriver
  1 name string!
  2 nodeID string!
  3 topologyKeys []string atomic
  4 allocatable *VolumeNodeResources
VolumeNodeResources
  1 count *int32
CSINodeStatus
  1 storageHealth []StorageHealth merge=name map=name
StorageHealth
  1 name string!
  2 healthConditions []StorageHealthCondition atomic
StorageHealthCondition
  1 status string!
  2 reason string!
  3 message string
  4 accessMode *string
  5 volumeMode *string
  6 lastTransitionTime Time
StorageClass kind
  1 metadata ObjectMeta
  2 provisioner string!
  3 parameters {}string
  4 reclaimPolicy *string default="Delete"
  5 mountOptions []string atomic
  6 allowVolumeExpansion *bool
  7 volumeBindingMode *string default="Immediate"
  8 allowedTopologies []TopologySelectorTerm atomic
VolumeAttachment kind
  1 metadata ObjectMeta
  2 spec VolumeAttachmentSpec!
  3 status VolumeAttachmentStatus
VolumeAttachmentSpec
  1 attacher string!
  2 source VolumeAttachmentSource!
  3 nodeName string!
VolumeAttachmentSource
  1 persistentVolumeName *string
  2 inlineVolumeSpec *PersistentVolumeSpec
VolumeAttachmentStatus
  1 attached bool!
  2 attachmentMetadata {}string
  3 attachError *VolumeError
  4 detachError *VolumeError
VolumeError
  1 time Time
  2 message string
  3 errorCode *int32
`,
};
