import type { MessagePackage } from "../message-package.ts";

/** The kinds of `admissionregistration.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const ADMISSIONREGISTRATION: MessagePackage = {
  definitions: "io.k8s.api.admissionregistration.v1",
  group: "admissionregistration.k8s.io",
  version: "v1",
  table: `
MutatingWebhookConfiguration kind
  1 metadata ObjectMeta
  2 webhooks []MutatingWebhook merge=name map=name
MutatingWebhook
  1 name string!
  2 clientConfig WebhookClientConfig!
  3 rules []RuleWithOperations atomic
  4 failurePolicy *string default="Fail"
  9 matchPolicy *string default="Equivalent"
  5 namespaceSelector *LabelSelector default={}
  11 objectSelector *LabelSelector default={}
  6 sideEffects *string!
  7 timeoutSeconds *int32 default=10
  8 admissionReviewVersions []string! atomic
  10 reinvocationPolicy *string default="Never"
  12 matchConditions []MatchCondition merge=name map=name
WebhookClientConfig
  3 url *string
  1 service *ServiceReference
  2 caBundle bytes
ServiceReference
  1 namespace string!
  2 name string!
  3 path *string
  4 port *int32 default=443
RuleWithOperations
  1 operations []string atomic
  2 - Rule
Rule
  1 apiGroups []string atomic
  2 apiVersions []string atomic
  3 resources []string atomic
  4 scope *string default="*"
MatchCondition
  1 name string!
  2 expression string!
ValidatingWebhookConfiguration kind
  1 metadata ObjectMeta
  2 webhooks []ValidatingWebhook merge=name map=name
ValidatingWebhook
  1 name string!
  2 clientConfig WebhookClientConfig!
  3 rules []RuleWithOperations atomic
  4 failurePolicy *string default="Fail"
  9 matchPolicy *string default="Equivalent"
  5 namespaceSelector *LabelSelector default={}
  10 objectSelector *LabelSelector default={}
  6 sideEffects *string!
  7 timeoutSeconds *int32 default=10
  8 admissionReviewVersions []string! atomic
  11 matchConditions []MatchCondition merge=name map=name
`,
};
