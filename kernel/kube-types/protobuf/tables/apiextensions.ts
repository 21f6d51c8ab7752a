import type { MessagePackage } from "../message-package.ts";

/** The kinds of `apiextensions.k8s.io/v1`. Read {@link MessagePackage.table} for the notation. */
export const APIEXTENSIONS: MessagePackage = {
  definitions: "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1",
  group: "apiextensions.k8s.io",
  version: "v1",
  table: `
CustomResourceDefinition kind # Makes the API server serve a kind of one's own.
  1 metadata ObjectMeta # Standard metadata. The name is the plural and the group, e.g. crontabs.example.org.
  2 spec CustomResourceDefinitionSpec! # What is served.
  3 status CustomResourceDefinitionStatus # What is being served.
CustomResourceDefinitionSpec
  1 group string! # API group of the kind.
  3 names CustomResourceDefinitionNames! # What the kind is called.
  4 scope string! # Namespaced or Cluster.
  7 versions []CustomResourceDefinitionVersion! atomic # Versions in which it is served.
  9 conversion *CustomResourceConversion default={"strategy":"None"} # How objects are converted between versions.
  10 preserveUnknownFields bool # Must be false.
CustomResourceDefinitionNames
  1 plural string! # Lower-case plural, as in paths.
  2 singular string # Lower-case singular.
  3 shortNames []string atomic # Abbreviations for the command line.
  4 kind string! # Kind, in CamelCase.
  5 listKind string # Kind of a list of them.
  6 categories []string atomic # Groups of kinds for the command line, e.g. all.
CustomResourceDefinitionVersion
  1 name string! # Name of the version, e.g. v1beta1.
  2 served bool! # Whether it is served.
  3 storage bool! # Whether objects are stored in it. Exactly one version is.
  7 deprecated bool # Whether its users are warned.
  8 deprecationWarning *string # The warning.
  4 schema *CustomResourceValidation # Which fields there are, and what may be in them.
  5 subresources *CustomResourceSubresources # Whether there are the subresources status and scale.
  6 additionalPrinterColumns []CustomResourceColumnDefinition atomic # What kubectl get prints beside the name.
  9 selectableFields []SelectableField atomic # Fields by which objects can be selected.
CustomResourceValidation
  1 openAPIV3Schema *JSONSchemaProps # A structural OpenAPI v3 schema.
JSONSchemaProps opaque
  1 id string
  2 $schema string
  3 $ref *string
  4 description string
  5 type string
  6 format string
  7 title string
  8 default *JSON
  9 maximum *double
  10 exclusiveMaximum bool
  11 minimum *double
  12 exclusiveMinimum bool
  13 maxLength *int64
  14 minLength *int64
  15 pattern string
  16 maxItems *int64
  17 minItems *int64
  18 uniqueItems bool
  19 multipleOf *double
  20 enum []JSON atomic
  21 maxProperties *int64
  22 minProperties *int64
  23 required []string atomic
  24 items *SchemaOrArray
  25 allOf []JSONSchemaProps atomic
  26 oneOf []JSONSchemaProps atomic
  27 anyOf []JSONSchemaProps atomic
  28 not *JSONSchemaProps
  29 properties {}JSONSchemaProps
  30 additionalProperties *SchemaOrBool
  31 patternProperties {}JSONSchemaProps
  32 dependencies {}SchemaOrStrings
  33 additionalItems *SchemaOrBool
  34 definitions {}JSONSchemaProps
  35 externalDocs *ExternalDocumentation
  36 example *JSON
  37 nullable bool
  38 x-kubernetes-preserve-unknown-fields *bool
  39 x-kubernetes-embedded-resource bool
  40 x-kubernetes-int-or-string bool
  41 x-kubernetes-list-map-keys []string atomic
  42 x-kubernetes-list-type *string
  43 x-kubernetes-map-type *string
  44 x-kubernetes-validations []ValidationRule merge=rule map=rule
ExternalDocumentation
  1 description string
  2 url string
ValidationRule
  1 rule string!
  2 message string
  3 messageExpression string
  4 reason *string
  5 fieldPath string
  6 optionalOldSelf *bool
CustomResourceSubresources
  1 status *CustomResourceSubresourceStatus # If present, status is written at its own path only.
  2 scale *CustomResourceSubresourceScale # If present, the kind can be scaled.
CustomResourceSubresourceStatus
CustomResourceSubresourceScale
  1 specReplicasPath string! # JSONPath of the number that is wanted.
  2 statusReplicasPath string! # JSONPath of the number that there is.
  3 labelSelectorPath *string # JSONPath of the label selector as text.
CustomResourceColumnDefinition
  1 name string! # Heading of the column.
  2 type string! # string, integer, number, boolean or date.
  3 format string # OpenAPI format of the type.
  4 description string # What the column shows.
  5 priority int32 # Above 0: shown with -o wide only.
  6 jsonPath string! # Where the value is.
SelectableField
  1 jsonPath string! # Where the value is.
CustomResourceConversion
  1 strategy string!
  2 webhook *WebhookConversion
WebhookConversion
  2 clientConfig *WebhookClientConfig
  3 conversionReviewVersions []string! atomic
WebhookClientConfig
  3 url *string
  1 service *ServiceReference
  2 caBundle bytes
ServiceReference
  1 namespace string!
  2 name string!
  3 path *string
  4 port *int32 default=443
CustomResourceDefinitionStatus
  1 conditions []CustomResourceDefinitionCondition! map=type
  2 acceptedNames CustomResourceDefinitionNames!
  3 storedVersions []string! atomic
  4 observedGeneration int64
CustomResourceDefinitionCondition
  1 type string!
  2 status string!
  3 lastTransitionTime Time
  4 reason string
  5 message string
  6 observedGeneration int64
SchemaOrBool either
  1 allows bool!
  2 schema *JSONSchemaProps
SchemaOrArray either
  1 schema *JSONSchemaProps
  2 jSONSchemas []JSONSchemaProps
SchemaOrStrings either
  1 schema *JSONSchemaProps
  2 property []string
`,
};
