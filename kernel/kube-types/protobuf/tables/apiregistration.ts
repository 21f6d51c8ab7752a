import type { MessagePackage } from "../message-package.ts";

/** The kinds of `apiregistration.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const APIREGISTRATION: MessagePackage = {
  definitions: "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1",
  group: "apiregistration.k8s.io",
  version: "v1",
  table: `
APIService kind # A version of an API group, and who serves it.
  1 metadata ObjectMeta
  2 spec APIServiceSpec
  3 status APIServiceStatus
APIServiceSpec
  1 service *ServiceReference
  2 group string
  3 version string
  4 insecureSkipTLSVerify bool
  5 caBundle bytes atomic
  7 groupPriorityMinimum int32!
  8 versionPriority int32!
ServiceReference
  1 namespace string
  2 name string
  3 port *int32 default=443
APIServiceStatus
  1 conditions []APIServiceCondition merge=type map=type
APIServiceCondition
  1 type string!
  2 status string!
  3 lastTransitionTime Time
  4 reason string
  5 message string
`,
};
