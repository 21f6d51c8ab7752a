import type { MessagePackage } from "../message-package.ts";

/** Nodes, Services, quotas and other kinds of the core group. Read {@link MessagePackage.table} for the notation. */
export const CLUSTER: MessagePackage = {
  definitions: "io.k8s.api.core.v1",
  group: "",
  version: "v1",
  table: `
Node kind # A machine that runs Pods.
  1 metadata ObjectMeta
  2 spec NodeSpec
  3 status NodeStatus
NodeSpec
  1 podCIDR string
  7 podCIDRs []string merge set
  3 providerID string
  4 unschedulable bool
  5 taints []Taint atomic
  6 configSource *NodeConfigSource
  2 externalID string
  8 podPreemptionPolicy *NodePodPreemptionPolicy
Taint
  1 key string!
  2 value string
  3 effect string!
  4 timeAdded *Time
NodeConfigSource
  2 configMap *ConfigMapNodeConfigSource
ConfigMapNodeConfigSource
  1 namespace string!
  2 name string!
  3 uid string
  4 resourceVersion string
  5 kubeletConfigKey string!
NodePodPreemptionPolicy
  1 disableResizePreemption []string set
NodeStatus
  1 capacity {}Quantity
  2 allocatable {}Quantity
  3 phase string
  4 conditions []NodeCondition merge=type map=type
  5 addresses []NodeAddress merge=type map=type
  6 daemonEndpoints NodeDaemonEndpoints
  7 nodeInfo NodeSystemInfo
  8 images []ContainerImage atomic
  9 volumesInUse []string atomic
  10 volumesAttached []AttachedVolume atomic
  11 config *NodeConfigStatus
  12 runtimeHandlers []NodeRuntimeHandler atomic
  13 features *NodeFeatures
  14 declaredFeatures []string atomic
NodeCondition
  1 type string!
  2 status string!
  3 lastHeartbeatTime Time
  4 lastTransitionTime Time
  5 reason string
  6 message string
NodeAddress
  1 type string!
  2 address string!
NodeDaemonEndpoints
  1 kubeletEndpoint DaemonEndpoint
DaemonEndpoint
  1 Port int32!
NodeSystemInfo
  1 machineID string!
  2 systemUUID string!
  3 bootID string!
  4 kernelVersion string!
  5 osImage string!
  6 containerRuntimeVersion string!
  7 kubeletVersion string!
  8 kubeProxyVersion string!
  9 operatingSystem string!
  10 architecture string!
  11 swap *NodeSwapStatus
NodeSwapStatus
  1 capacity *int64
ContainerImage
  1 names []string! atomic
  2 sizeBytes int64
AttachedVolume
  1 name string!
  2 devicePath string!
NodeConfigStatus
  1 assigned *NodeConfigSource
  2 active *NodeConfigSource
  3 lastKnownGood *NodeConfigSource
  4 error string
NodeRuntimeHandler
  1 name string!
  2 features *NodeRuntimeHandlerFeatures
NodeRuntimeHandlerFeatures
  1 recursiveReadOnlyMounts *bool
  2 userNamespaces *bool
NodeFeatures
  1 supplementalGroupsPolicy *bool
Service kind # A name and an address for a set of Pods. It is stored; nothing here routes to it.
  1 metadata ObjectMeta
  2 spec ServiceSpec # How the Pods are reached.
  3 status ServiceStatus
ServiceSpec
  1 ports []ServicePort merge=port map=port,protocol # Ports of the Service.
  2 selector {}string atomic # Labels of the Pods behind it.
  3 clusterIP string # Its address; None for a Service without one.
  18 clusterIPs []string atomic
  4 type string default="ClusterIP" # ClusterIP, NodePort, LoadBalancer or ExternalName.
  5 externalIPs []string atomic
  7 sessionAffinity string default="None"
  8 loadBalancerIP string
  9 loadBalancerSourceRanges []string atomic
  10 externalName string # DNS name that an ExternalName Service stands for.
  11 externalTrafficPolicy string
  12 healthCheckNodePort int32
  13 publishNotReadyAddresses bool
  14 sessionAffinityConfig *SessionAffinityConfig
  19 ipFamilies []string atomic
  17 ipFamilyPolicy *string
  20 allocateLoadBalancerNodePorts *bool
  21 loadBalancerClass *string
  22 internalTrafficPolicy *string
  23 trafficDistribution *string
ServicePort
  1 name string # Name of the port; required if there are several.
  2 protocol string default="TCP" # TCP, UDP or SCTP.
  6 appProtocol *string
  3 port int32! # Number of the port.
  4 targetPort IntOrString # Number or name of the Pods' port. As port if it is not given.
  5 nodePort int32
SessionAffinityConfig
  1 clientIP *ClientIPConfig
ClientIPConfig
  1 timeoutSeconds *int32
ServiceStatus
  1 loadBalancer LoadBalancerStatus
  2 conditions []Condition merge=type map=type
LoadBalancerStatus
  1 ingress []LoadBalancerIngress atomic
LoadBalancerIngress
  1 ip string
  2 hostname string
  3 ipMode *string
  4 ports []PortStatus atomic
PortStatus
  1 port int32!
  2 protocol string!
  3 error *string
Endpoints kind
  1 metadata ObjectMeta
  2 subsets []EndpointSubset atomic
EndpointSubset
  1 addresses []EndpointAddress atomic
  2 notReadyAddresses []EndpointAddress atomic
  3 ports []EndpointPort atomic
EndpointAddress atomic
  1 ip string!
  3 hostname string
  4 nodeName *string
  2 targetRef *ObjectReference
EndpointPort atomic
  1 name string
  2 port int32!
  3 protocol string default="TCP"
  4 appProtocol *string
ResourceQuota kind
  1 metadata ObjectMeta
  2 spec ResourceQuotaSpec
  3 status ResourceQuotaStatus
ResourceQuotaSpec
  1 hard {}Quantity
  2 scopes []string atomic
  3 scopeSelector *ScopeSelector
ScopeSelector atomic
  1 matchExpressions []ScopedResourceSelectorRequirement atomic
ScopedResourceSelectorRequirement
  1 scopeName string!
  2 operator string!
  3 values []string atomic
ResourceQuotaStatus
  1 hard {}Quantity
  2 used {}Quantity
LimitRange kind
  1 metadata ObjectMeta
  2 spec LimitRangeSpec
LimitRangeSpec
  1 limits []LimitRangeItem! atomic
LimitRangeItem
  1 type string!
  2 max {}Quantity
  3 min {}Quantity
  4 default {}Quantity
  5 defaultRequest {}Quantity
  6 maxLimitRequestRatio {}Quantity
ReplicationController kind
  1 metadata ObjectMeta
  2 spec ReplicationControllerSpec
  3 status ReplicationControllerStatus
ReplicationControllerSpec
  1 replicas *int32 default=1
  4 minReadySeconds int32
  2 selector {}string atomic
  3 template *PodTemplateSpec
ReplicationControllerStatus
  1 replicas int32!
  2 fullyLabeledReplicas int32
  4 readyReplicas int32
  5 availableReplicas int32
  3 observedGeneration int64
  6 conditions []ReplicationControllerCondition merge=type map=type
ReplicationControllerCondition
  1 type string!
  2 status string!
  3 lastTransitionTime Time
  4 reason string
  5 message string
`,
};
