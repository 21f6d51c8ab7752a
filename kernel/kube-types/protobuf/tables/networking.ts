import type { MessagePackage } from "../message-package.ts";

/** The kinds of `networking.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const NETWORKING: MessagePackage = {
  definitions: "io.k8s.api.networking.v1",
  group: "networking.k8s.io",
  version: "v1",
  table: `
Ingress kind # Routes HTTP from outside to Services.
  1 metadata ObjectMeta
  2 spec IngressSpec
  3 status IngressStatus
IngressSpec
  4 ingressClassName *string
  1 defaultBackend *IngressBackend
  2 tls []IngressTLS atomic
  3 rules []IngressRule atomic
IngressBackend
  4 service *IngressServiceBackend
  3 resource *TypedLocalObjectReference
IngressServiceBackend
  1 name string!
  2 port ServiceBackendPort
ServiceBackendPort atomic
  1 name string
  2 number int32
IngressTLS
  1 hosts []string atomic
  2 secretName string
IngressRule
  1 host string
  2 - IngressRuleValue
IngressRuleValue
  1 http *HTTPIngressRuleValue
HTTPIngressRuleValue
  1 paths []HTTPIngressPath! atomic
HTTPIngressPath
  1 path string
  3 pathType *string!
  2 backend IngressBackend!
IngressStatus
  1 loadBalancer IngressLoadBalancerStatus
IngressLoadBalancerStatus
  1 ingress []IngressLoadBalancerIngress atomic
IngressLoadBalancerIngress
  1 ip string
  2 hostname string
  4 ports []IngressPortStatus atomic
IngressPortStatus
  1 port int32!
  2 protocol string!
  3 error *string
IngressClass kind
  1 metadata ObjectMeta
  2 spec IngressClassSpec
IngressClassSpec
  1 controller string
  2 parameters *IngressClassParametersReference
IngressClassParametersReference
  1 apiGroup *string
  2 kind string!
  3 name string!
  4 scope *string default="Cluster"
  5 namespace *string
NetworkPolicy kind # Which traffic Pods may receive and send.
  1 metadata ObjectMeta
  2 spec NetworkPolicySpec
NetworkPolicySpec
  1 podSelector LabelSelector!
  2 ingress []NetworkPolicyIngressRule atomic
  3 egress []NetworkPolicyEgressRule atomic
  4 policyTypes []string atomic
NetworkPolicyIngressRule
  1 ports []NetworkPolicyPort atomic
  2 from []NetworkPolicyPeer atomic
NetworkPolicyPort
  1 protocol *string default="TCP"
  2 port *IntOrString
  3 endPort *int32
NetworkPolicyPeer
  1 podSelector *LabelSelector
  2 namespaceSelector *LabelSelector
  3 ipBlock *IPBlock
IPBlock
  1 cidr string!
  2 except []string atomic
NetworkPolicyEgressRule
  1 ports []NetworkPolicyPort atomic
  2 to []NetworkPolicyPeer atomic
`,
};
