import type { MessagePackage } from "../message-package.ts";

/** The Pod and what it runs. Read {@link MessagePackage.table} for the notation. */
export const POD: MessagePackage = {
  definitions: "io.k8s.api.core.v1",
  group: "",
  version: "v1",
  table: `
Pod kind # Containers that run together on one node.
  1 metadata ObjectMeta # Standard metadata.
  2 spec PodSpec # What is to run.
  3 status PodStatus # What runs.
PodSpec
  1 volumes []Volume strategy=merge,retainKeys merge=name map=name # Volumes that the containers can mount.
  20 initContainers []Container merge=name map=name # Containers that run to their end, one after the other, before the others start.
  2 containers []Container! merge=name map=name # Containers that run side by side. At least one.
  34 ephemeralContainers []EphemeralContainer merge=name map=name # Containers that were added for debugging.
  3 restartPolicy string default="Always" # Always, OnFailure or Never.
  4 terminationGracePeriodSeconds *int64 default=30 # How long the containers may take to end when asked to, in seconds.
  5 activeDeadlineSeconds *int64
  6 dnsPolicy string default="ClusterFirst"
  7 nodeSelector {}string atomic # Labels that a node must have.
  8 serviceAccountName string # ServiceAccount whose identity the Pod has.
  9 serviceAccount string # Older name of serviceAccountName.
  21 automountServiceAccountToken *bool # Whether the Pod gets a token of its ServiceAccount without asking.
  10 nodeName string # Node that runs the Pod.
  11 hostNetwork bool # Whether the Pod uses the node's network.
  12 hostPID bool
  13 hostIPC bool
  27 shareProcessNamespace *bool
  14 securityContext *PodSecurityContext default={} # With which rights all containers run.
  15 imagePullSecrets []LocalObjectReference merge=name map=name # Secrets with which images are pulled.
  16 hostname string
  17 subdomain string
  18 affinity *Affinity # Near what the Pod is to run, and far from what.
  19 schedulerName string default="default-scheduler"
  22 tolerations []Toleration atomic # Taints of nodes that the Pod puts up with.
  23 hostAliases []HostAlias merge=ip map=ip
  24 priorityClassName string # PriorityClass of the Pod.
  25 priority *int32
  26 dnsConfig *PodDNSConfig
  28 readinessGates []PodReadinessGate atomic
  29 runtimeClassName *string
  30 enableServiceLinks *bool
  31 preemptionPolicy *string
  32 overhead {}Quantity
  33 topologySpreadConstraints []TopologySpreadConstraint merge=topologyKey map=topologyKey,whenUnsatisfiable
  35 setHostnameAsFQDN *bool
  36 os *PodOS
  37 hostUsers *bool
  38 schedulingGates []PodSchedulingGate merge=name map=name
  39 resourceClaims []PodResourceClaim strategy=merge,retainKeys merge=name map=name
  40 resources *ResourceRequirements
  41 hostnameOverride *string
ObjectFieldSelector atomic
  1 apiVersion string default="v1"
  2 fieldPath string!
ResourceFieldSelector atomic
  1 containerName string
  2 resource string!
  3 divisor Quantity
Container # One program in a Pod, with its image.
  1 name string! # Name of the container, unique in the Pod; a DNS label.
  2 image string # Image that is run.
  3 command []string atomic # Program that is run in place of the image's.
  4 args []string atomic # Arguments of the program.
  5 workingDir string # Folder in which the program starts.
  6 ports []ContainerPort merge=containerPort map=containerPort,protocol # Ports on which the program listens.
  19 envFrom []EnvFromSource atomic # ConfigMaps and Secrets whose keys become environment variables.
  7 env []EnvVar merge=name map=name # Environment variables.
  8 resources ResourceRequirements default={} # How much CPU, memory and the like it gets.
  23 resizePolicy []ContainerResizePolicy atomic
  24 restartPolicy *string
  25 restartPolicyRules []ContainerRestartRule atomic
  9 volumeMounts []VolumeMount merge=mountPath map=mountPath # Which volumes it sees, and where.
  21 volumeDevices []VolumeDevice merge=devicePath map=devicePath
  10 livenessProbe *Probe # Check after whose failure the container is restarted.
  11 readinessProbe *Probe # Check while whose failure the Pod gets no traffic.
  22 startupProbe *Probe # Check that must succeed once before the others begin.
  12 lifecycle *Lifecycle
  13 terminationMessagePath string default="/dev/termination-log"
  20 terminationMessagePolicy string default="File"
  14 imagePullPolicy string # Always, IfNotPresent or Never. Always if the tag is latest or absent, else IfNotPresent.
  15 securityContext *SecurityContext # With which rights the container runs.
  16 stdin bool
  17 stdinOnce bool
  18 tty bool
ContainerPort
  1 name string # Name by which Services refer to the port.
  2 hostPort int32 # Port of the node that leads to it.
  3 containerPort int32! # Number of the port, 1 to 65535.
  4 protocol string default="TCP" # TCP, UDP or SCTP.
  5 hostIP string # Address of the node on which hostPort is opened.
EnvFromSource
  1 prefix string
  2 configMapRef *ConfigMapEnvSource
  3 secretRef *SecretEnvSource
ConfigMapEnvSource
  1 - LocalObjectReference
  2 optional *bool
SecretEnvSource
  1 - LocalObjectReference
  2 optional *bool
EnvVar # An environment variable.
  1 name string! # Name of the variable.
  2 value string # Its value; $(NAME) stands for another variable.
  3 valueFrom *EnvVarSource # Where its value comes from, in place of value.
EnvVarSource
  1 fieldRef *ObjectFieldSelector # A field of the Pod.
  2 resourceFieldRef *ResourceFieldSelector # How much of a resource the container gets.
  3 configMapKeyRef *ConfigMapKeySelector # A key of a ConfigMap.
  4 secretKeyRef *SecretKeySelector # A key of a Secret.
  5 fileKeyRef *FileKeySelector
ConfigMapKeySelector atomic
  1 - LocalObjectReference
  2 key string!
  3 optional *bool
SecretKeySelector atomic
  1 - LocalObjectReference
  2 key string! # Key in the Secret.
  3 optional *bool # Whether the Secret or the key may be missing.
FileKeySelector atomic
  1 volumeName string!
  2 path string!
  3 key string!
  4 optional *bool
ResourceRequirements
  1 limits {}Quantity
  2 requests {}Quantity
  3 claims []ResourceClaim map=name
ResourceClaim
  1 name string!
  2 request string
ContainerResizePolicy
  1 resourceName string!
  2 restartPolicy string!
ContainerRestartRule
  1 action string
  2 exitCodes *ContainerRestartRuleOnExitCodes
ContainerRestartRuleOnExitCodes
  1 operator string
  2 values []int32 set
VolumeMount
  1 name string! # Name of the volume.
  2 readOnly bool # Whether the container may only read.
  7 recursiveReadOnly *string
  3 mountPath string! # Where the container sees it.
  4 subPath string # Folder or file in the volume that is mounted in place of its root.
  5 mountPropagation *string
  6 subPathExpr string
  8 bindMountOptions []string set
VolumeDevice
  1 name string!
  2 devicePath string!
Probe
  1 - ProbeHandler
  2 initialDelaySeconds int32
  3 timeoutSeconds int32 default=1
  4 periodSeconds int32 default=10
  5 successThreshold int32 default=1
  6 failureThreshold int32 default=3
  7 terminationGracePeriodSeconds *int64
ProbeHandler
  1 exec *ExecAction
  2 httpGet *HTTPGetAction
  3 tcpSocket *TCPSocketAction
  4 grpc *GRPCAction
ExecAction
  1 command []string atomic
HTTPGetAction
  1 path string default="/"
  2 port IntOrString!
  3 host string
  4 scheme string default="HTTP"
  5 httpHeaders []HTTPHeader atomic
  6 protocol *string
HTTPHeader
  1 name string!
  2 value string!
TCPSocketAction
  1 port IntOrString!
  2 host string
GRPCAction
  1 port int32!
  2 service *string
  3 mode *string
Lifecycle
  1 postStart *LifecycleHandler
  2 preStop *LifecycleHandler
  3 stopSignal *string
LifecycleHandler
  1 exec *ExecAction
  2 httpGet *HTTPGetAction
  3 tcpSocket *TCPSocketAction
  4 sleep *SleepAction
SleepAction
  1 seconds int64!
SecurityContext
  1 capabilities *Capabilities
  2 privileged *bool
  3 seLinuxOptions *SELinuxOptions
  10 windowsOptions *WindowsSecurityContextOptions
  4 runAsUser *int64
  8 runAsGroup *int64
  5 runAsNonRoot *bool
  6 readOnlyRootFilesystem *bool
  7 allowPrivilegeEscalation *bool
  9 procMount *string
  11 seccompProfile *SeccompProfile
  12 appArmorProfile *AppArmorProfile
Capabilities
  1 add []string atomic
  2 drop []string atomic
SELinuxOptions
  1 user string
  2 role string
  3 type string
  4 level string
WindowsSecurityContextOptions
  1 gmsaCredentialSpecName *string
  2 gmsaCredentialSpec *string
  3 runAsUserName *string
  4 hostProcess *bool
SeccompProfile
  1 type string!
  2 localhostProfile *string
AppArmorProfile
  1 type string!
  2 localhostProfile *string
EphemeralContainer
  1 - EphemeralContainerCommon
  2 targetContainerName string
EphemeralContainerCommon
  1 name string!
  2 image string
  3 command []string atomic
  4 args []string atomic
  5 workingDir string
  6 ports []ContainerPort merge=containerPort map=containerPort,protocol
  19 envFrom []EnvFromSource atomic
  7 env []EnvVar merge=name map=name
  8 resources ResourceRequirements default={}
  23 resizePolicy []ContainerResizePolicy atomic
  24 restartPolicy *string
  25 restartPolicyRules []ContainerRestartRule atomic
  9 volumeMounts []VolumeMount merge=mountPath map=mountPath
  21 volumeDevices []VolumeDevice merge=devicePath map=devicePath
  10 livenessProbe *Probe
  11 readinessProbe *Probe
  22 startupProbe *Probe
  12 lifecycle *Lifecycle
  13 terminationMessagePath string default="/dev/termination-log"
  20 terminationMessagePolicy string default="File"
  14 imagePullPolicy string
  15 securityContext *SecurityContext
  16 stdin bool
  17 stdinOnce bool
  18 tty bool
PodSecurityContext
  1 seLinuxOptions *SELinuxOptions
  8 windowsOptions *WindowsSecurityContextOptions
  2 runAsUser *int64
  6 runAsGroup *int64
  3 runAsNonRoot *bool
  4 supplementalGroups []int64 atomic
  12 supplementalGroupsPolicy *string
  5 fsGroup *int64
  7 sysctls []Sysctl atomic
  9 fsGroupChangePolicy *string
  10 seccompProfile *SeccompProfile
  11 appArmorProfile *AppArmorProfile
  13 seLinuxChangePolicy *string
Sysctl
  1 name string!
  2 value string!
Affinity
  1 nodeAffinity *NodeAffinity
  2 podAffinity *PodAffinity
  3 podAntiAffinity *PodAntiAffinity
NodeAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution *NodeSelector
  2 preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm atomic
NodeSelector atomic
  1 nodeSelectorTerms []NodeSelectorTerm! atomic
NodeSelectorTerm atomic
  1 matchExpressions []NodeSelectorRequirement atomic
  2 matchFields []NodeSelectorRequirement atomic
NodeSelectorRequirement
  1 key string!
  2 operator string!
  3 values []string atomic
PreferredSchedulingTerm
  1 weight int32!
  2 preference NodeSelectorTerm!
PodAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm atomic
  2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm atomic
PodAffinityTerm
  1 labelSelector *LabelSelector
  2 namespaces []string atomic
  3 topologyKey string!
  4 namespaceSelector *LabelSelector
  5 matchLabelKeys []string atomic
  6 mismatchLabelKeys []string atomic
WeightedPodAffinityTerm
  1 weight int32!
  2 podAffinityTerm PodAffinityTerm!
PodAntiAffinity
  1 requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm atomic
  2 preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm atomic
Toleration
  1 key string
  2 operator string
  3 value string
  4 effect string
  5 tolerationSeconds *int64
HostAlias
  1 ip string!
  2 hostnames []string atomic
PodDNSConfig
  1 nameservers []string atomic
  2 searches []string atomic
  3 options []PodDNSConfigOption atomic
PodDNSConfigOption
  1 name string
  2 value *string
PodReadinessGate
  1 conditionType string!
TopologySpreadConstraint
  1 maxSkew int32!
  2 topologyKey string!
  3 whenUnsatisfiable string!
  4 labelSelector *LabelSelector
  5 minDomains *int32
  6 nodeAffinityPolicy *string
  7 nodeTaintsPolicy *string
  8 matchLabelKeys []string atomic
PodOS
  1 name string!
PodSchedulingGate
  1 name string!
PodResourceClaim
  1 name string!
  3 resourceClaimName *string
  4 resourceClaimTemplateName *string
PodTemplateSpec
  1 metadata ObjectMeta # Labels and annotations of the Pods.
  2 spec PodSpec # What the Pods are to run.
Binding kind
  1 metadata ObjectMeta
  2 target ObjectReference!
TopologySelectorTerm atomic
  1 matchLabelExpressions []TopologySelectorLabelRequirement atomic
TopologySelectorLabelRequirement
  1 key string!
  2 values []string! atomic
`,
};
