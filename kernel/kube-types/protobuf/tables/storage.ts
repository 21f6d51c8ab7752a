import type { MessagePackage } from "../message-package.ts";

/** The kinds of `storage.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const STORAGE: MessagePackage = {
  definitions: "io.k8s.api.storage.v1",
  group: "storage.k8s.io",
  version: "v1",
  table: `
CSIDriver kind # How the cluster is to treat a CSI driver.
  1 metadata ObjectMeta # Standard metadata. The name is the driver's.
  2 spec CSIDriverSpec! # What the driver needs.
CSIDriverSpec
  1 attachRequired *bool default=true # Whether volumes are attached to a node before they are mounted.
  2 podInfoOnMount *bool default=false # Whether the driver is told for which Pod it mounts.
  3 volumeLifecycleModes []string set default=["Persistent"] # Persistent, Ephemeral, or both.
  4 storageCapacity *bool default=false # Whether Pods are placed by the capacity that the driver reports.
  5 fsGroupPolicy *string default="ReadWriteOnceWithFSType" # When the files' group is changed to the Pod's.
  6 tokenRequests []TokenRequest atomic # Audiences of the ServiceAccount tokens that the driver is given at each mount.
  7 requiresRepublish *bool default=false # Whether the driver is called again and again, so that it can renew what it mounted.
  8 seLinuxMount *bool default=false # Whether volumes can be mounted with an SELinux label.
  9 nodeAllocatableUpdatePeriodSeconds *int64
  10 serviceAccountTokenInSecrets *bool
  11 preventPodSchedulingIfMissing *bool
TokenRequest
  1 audience string! # For whom the token is meant.
  2 expirationSeconds *int64 # For how long the token is wanted, in seconds.
CSINode kind # The CSI drivers of one node.
  1 metadata ObjectMeta
  2 spec CSINodeSpec!
  3 status CSINodeStatus
CSINodeSpec
  1 drivers []CSINodeDriver! merge=name map=name
CSINodeDriver
  1 name string!
  2 nodeID string!
  3 topologyKeys []string! atomic
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
StorageClass kind # A kind of volumes, and what makes them.
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
