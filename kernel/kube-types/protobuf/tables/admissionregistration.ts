import type { MessagePackage } from "../message-package.ts";

/** The kinds of `admissionregistration.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const ADMISSIONREGISTRATION: MessagePackage = {
  definitions: "io.k8s.api.admissionregistration.v1",
  group: "admissionregistration.k8s.io",
  version: "v1",
  table: `
MutatingWebhookConfiguration kind # Webhooks that may change what is written.
  1 metadata ObjectMeta # Standard metadata.
  2 webhooks []MutatingWebhook merge=name map=name # The webhooks.
MutatingWebhook
  1 name string! # Name, a domain with at least three labels, e.g. webhook.example.org.
  2 clientConfig WebhookClientConfig! # How the webhook is reached.
  3 rules []RuleWithOperations atomic # Which writes it is asked about.
  4 failurePolicy *string default="Fail" # Fail or Ignore: what happens to the write if the webhook does not answer.
  9 matchPolicy *string default="Equivalent" # Equivalent, or Exact for the named versions only.
  5 namespaceSelector *LabelSelector default={} # Labels of the namespaces whose objects it is asked about.
  11 objectSelector *LabelSelector default={} # Labels of the objects that it is asked about.
  6 sideEffects *string! # None, or NoneOnDryRun.
  7 timeoutSeconds *int32 default=10 # How long it may take, in seconds; 1 to 30.
  8 admissionReviewVersions []string! atomic # Versions of AdmissionReview that it understands, the best one first.
  10 reinvocationPolicy *string default="Never" # Never or IfNeeded: whether it is asked again after others changed the object.
  12 matchConditions []MatchCondition merge=name map=name # CEL expressions that must all hold for it to be asked.
WebhookClientConfig
  3 url *string # Address, https only. Either this or service.
  1 service *ServiceReference # Service in the cluster. Either this or url.
  2 caBundle bytes # Roots that the webhook's certificate must chain to, PEM in base64.
ServiceReference
  1 namespace string! # Namespace of the Service.
  2 name string! # Name of the Service.
  3 path *string # Path of the webhook.
  4 port *int32 default=443 # Port of the Service.
RuleWithOperations
  1 operations []string atomic # CREATE, UPDATE, DELETE, CONNECT, or * for all.
  2 - Rule
Rule
  1 apiGroups []string atomic # Groups, or * for all.
  2 apiVersions []string atomic # Versions, or * for all.
  3 resources []string atomic # Plural names, with a subresource as pods/status; * for all, */* with subresources.
  4 scope *string default="*" # Cluster, Namespaced, or * for both.
MatchCondition
  1 name string! # Name of the condition.
  2 expression string! # CEL expression over object, oldObject, request and authorizer.
ValidatingWebhookConfiguration kind # Webhooks that may refuse what is written.
  1 metadata ObjectMeta # Standard metadata.
  2 webhooks []ValidatingWebhook merge=name map=name # The webhooks.
ValidatingWebhook
  1 name string! # Name, a domain with at least three labels, e.g. webhook.example.org.
  2 clientConfig WebhookClientConfig! # How the webhook is reached.
  3 rules []RuleWithOperations atomic # Which writes it is asked about.
  4 failurePolicy *string default="Fail" # Fail or Ignore: what happens to the write if the webhook does not answer.
  9 matchPolicy *string default="Equivalent" # Equivalent, or Exact for the named versions only.
  5 namespaceSelector *LabelSelector default={} # Labels of the namespaces whose objects it is asked about.
  10 objectSelector *LabelSelector default={} # Labels of the objects that it is asked about.
  6 sideEffects *string! # None, or NoneOnDryRun.
  7 timeoutSeconds *int32 default=10 # How long it may take, in seconds; 1 to 30.
  8 admissionReviewVersions []string! atomic # Versions of AdmissionReview that it understands, the best one first.
  11 matchConditions []MatchCondition merge=name map=name # CEL expressions that must all hold for it to be asked.
`,
};
