import type { Schema } from "@tegata/kube-types/schema";
import { exactlyOne, flag, integer, listOf, mapOf, object, oneOfTexts, text, withDefault } from "./schema-builder.ts";

/** The two served versions differ in their defaults only. reference: eso.md section 1. */
export type ServedVersion = "v1" | "v1beta1";

const DNS_SUBDOMAIN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
const SECRET_KEY = "^[-._a-zA-Z0-9]+$";
const objectName: Pick<Schema, "minLength" | "maxLength" | "pattern"> = {
  minLength: 1,
  maxLength: 253,
  pattern: DNS_SUBDOMAIN,
};

/** Kinds that a `generatorRef` may name. */
export const GENERATOR_KINDS = [
  "ACRAccessToken",
  "BeyondtrustWorkloadCredentialsDynamicSecret",
  "CloudsmithAccessToken",
  "ClusterGenerator",
  "ECRAuthorizationToken",
  "Fake",
  "GCRAccessToken",
  "GithubAccessToken",
  "GitlabDeployToken",
  "Grafana",
  "MFA",
  "Password",
  "QuayAccessToken",
  "SSHKey",
  "STSSessionToken",
  "UUID",
  "VaultDynamicSecret",
  "Webhook",
] as const;

/** Schema of `spec` of an ExternalSecret, also the `externalSecretSpec` of a ClusterExternalSecret. */
export function externalSecretSpecSchema(version: ServedVersion): Schema {
  const strategies = valueStrategies(version);
  const storeRef = storeRefSchema();
  return object(
    {
      secretStoreRef: storeRef,
      refreshPolicy: oneOfTexts(
        ["CreatedOnce", "Periodic", "OnChange"],
        "When the values are read again. Unset means Periodic.",
      ),
      refreshInterval: withDefault(
        text("How often the values are read again, as a Go duration such as 30m. 0 reads them once."),
        "1h0m0s",
      ),
      syncWindows: syncWindowsSchema(),
      target: withDefault(targetSchema(), { creationPolicy: "Owner", deletionPolicy: "Retain" }),
      data: listOf(dataEntrySchema(strategies, storeRef), "Which remote values become which keys of the Secret."),
      dataFrom: listOf(
        dataFromSchema(strategies, storeRef),
        "Remote secrets, searches and generators that give many keys at once.",
      ),
    },
    "What to read, from where, and which Secret to keep with it.",
  );
}

interface ValueStrategies {
  readonly metadataPolicy: Schema;
  readonly conversionStrategy: Schema;
  readonly decodingStrategy: Schema;
  readonly nullBytePolicy: Schema;
}

function valueStrategies(version: ServedVersion): ValueStrategies {
  // Since v1 these have no default in the schema, so that GitOps tools see no drift (ESO #6797).
  const defaulted = (schema: Schema, value: string): Schema => (version === "v1" ? schema : withDefault(schema, value));
  return {
    metadataPolicy: defaulted(
      oneOfTexts(["None", "Fetch"], "Fetch reads labels, tags or custom metadata in place of the value."),
      "None",
    ),
    conversionStrategy: defaulted(
      oneOfTexts(["Default", "Unicode"], "How characters that a Secret key may not have are replaced."),
      "Default",
    ),
    decodingStrategy: defaulted(
      oneOfTexts(["Auto", "Base64", "Base64URL", "None"], "How the value is decoded before it is kept."),
      "None",
    ),
    nullBytePolicy: oneOfTexts(["Ignore", "Fail"], "Whether a value with a NUL byte is an error."),
  };
}

function storeRefSchema(): Schema {
  return object(
    {
      name: text("Name of the store.", objectName),
      kind: oneOfTexts(["SecretStore", "ClusterSecretStore"], "Kind of the store. Unset means SecretStore."),
    },
    "The SecretStore or ClusterSecretStore to read from.",
  );
}

function generatorRefSchema(): Schema {
  return object(
    {
      apiVersion: withDefault(text("API version of the generator."), "generators.external-secrets.io/v1alpha1"),
      "kind*": oneOfTexts(GENERATOR_KINDS, "Kind of the generator."),
      "name*": text("Name of the generator.", objectName),
    },
    "A generator whose output becomes keys.",
  );
}

function sourceRefSchema(storeRef: Schema): Schema {
  return exactlyOne({ storeRef, generatorRef: generatorRefSchema() }, "Another source than spec.secretStoreRef.");
}

function remoteRefSchema(strategies: ValueStrategies): Schema {
  return object(
    {
      "key*": text("Key of the secret in the store."),
      property: text("Part of the secret: a field of it, or a path into its JSON."),
      version: text("Version of the secret, as the store names it."),
      ...strategies,
    },
    "A secret in the store.",
  );
}

function dataEntrySchema(strategies: ValueStrategies, storeRef: Schema): Schema {
  return object(
    {
      "secretKey*": text("Key in the Secret.", { minLength: 1, maxLength: 253, pattern: SECRET_KEY }),
      "remoteRef*": remoteRefSchema(strategies),
      sourceRef: sourceRefSchema(storeRef),
    },
    "One key of the Secret.",
  );
}

function dataFromSchema(strategies: ValueStrategies, storeRef: Schema): Schema {
  const { conversionStrategy, decodingStrategy, nullBytePolicy } = strategies;
  return object(
    {
      extract: remoteRefSchema(strategies),
      find: object(
        {
          path: text("Where the search begins."),
          name: object({ regexp: text("RE2 expression that the name must match.") }, "By name."),
          tags: mapOf(text("Value of the tag."), "By tags: all of them must match."),
          conversionStrategy,
          decodingStrategy,
          nullBytePolicy,
        },
        "Every secret of the store that matches.",
      ),
      rewrite: listOf(rewriteSchema(), "Changes of the key names, in this order."),
      sourceRef: sourceRefSchema(storeRef),
    },
    "Many keys at once: exactly one of extract, find and sourceRef.generatorRef.",
  );
}

function rewriteSchema(): Schema {
  return exactlyOne(
    {
      regexp: object(
        { "source*": text("RE2 expression."), "target*": text("What a match becomes; $1 is the first group.") },
        "Replace what matches in each key.",
      ),
      transform: object({ "template*": text("Go template over .value, the key.") }, "Compute each key."),
      merge: object(
        {
          into: text("Key that gets the merged JSON, with strategy JSON."),
          priority: listOf(text("A key."), "Keys that win over the others, the last one most."),
          priorityPolicy: withDefault(
            oneOfTexts(["Strict", "IgnoreNotFound"], "Whether a priority key must exist."),
            "Strict",
          ),
          conflictPolicy: withDefault(
            oneOfTexts(["Error", "Ignore"], "Whether the same name in two secrets is an error."),
            "Error",
          ),
          strategy: withDefault(
            oneOfTexts(["Extract", "JSON"], "Extract makes keys of the fields, JSON makes one value."),
            "Extract",
          ),
        },
        "Merge the JSON objects that were found into one.",
      ),
    },
    "One change of the key names.",
  );
}

function syncWindowsSchema(): Schema {
  return object(
    {
      "kind*": oneOfTexts(["allow", "deny"], "Whether the windows allow or deny a refresh."),
      windows: listOf(
        object(
          {
            "schedule*": text("Cron expression with five fields, a macro such as @daily, or @every 1h; in UTC."),
            "duration*": text("How long the window stays open, as a Go duration."),
          },
          "One window.",
        ),
        "When the windows open and for how long.",
      ),
    },
    "When a periodic refresh may happen.",
  );
}

function targetSchema(): Schema {
  return object(
    {
      name: text("Name of the Secret. Unset means the ExternalSecret's own.", { ...objectName }),
      creationPolicy: withDefault(
        oneOfTexts(
          ["Owner", "Orphan", "Merge", "None", "CreateOrMerge"],
          "Who makes the Secret, and whether others may have keys in it.",
        ),
        "Owner",
      ),
      deletionPolicy: withDefault(
        oneOfTexts(["Delete", "Merge", "Retain"], "What happens when the remote values are gone."),
        "Retain",
      ),
      immutable: flag("Make the Secret immutable. Its values are then never changed."),
      manifest: object(
        { "apiVersion*": text("API version, e.g. v1."), "kind*": text("Kind, e.g. ConfigMap.") },
        "Another kind than Secret; must be allowed by the operator.",
      ),
      template: templateSchema(),
    },
    "The Secret to keep.",
  );
}

function templateSchema(): Schema {
  return object(
    {
      engineVersion: withDefault(oneOfTexts(["v2"], "Version of the template engine."), "v2"),
      type: text("Type of the Secret, e.g. kubernetes.io/tls."),
      mergePolicy: withDefault(
        oneOfTexts(["Replace", "Merge"], "Merge keeps the remote values beside the templated ones."),
        "Replace",
      ),
      metadata: object(
        {
          annotations: mapOf(text("Go template."), "Annotations of the Secret."),
          labels: mapOf(text("Go template."), "Labels of the Secret."),
          finalizers: listOf(text("A finalizer."), "Finalizers of the Secret."),
        },
        "Metadata of the Secret. With a template, nothing is copied from the ExternalSecret.",
      ),
      data: mapOf(text("Go template over the values read."), "Keys of the Secret."),
      templateFrom: listOf(templateFromSchema(), "Templates that lie elsewhere."),
    },
    "How the Secret is made of the values read.",
  );
}

function templateFromSchema(): Schema {
  const source = (kind: string): Schema =>
    object(
      {
        "name*": text(`Name of the ${kind}, in the ExternalSecret's namespace.`, objectName),
        "items*": listOf(
          object(
            {
              "key*": text("Key that holds the template.", { minLength: 1, maxLength: 253, pattern: SECRET_KEY }),
              templateAs: withDefault(
                oneOfTexts(
                  ["Values", "KeysAndValues"],
                  "KeysAndValues: the rendered text is a YAML map of keys and values.",
                ),
                "Values",
              ),
            },
            "One template.",
          ),
          "Keys that hold templates.",
        ),
      },
      `A ${kind} that holds templates.`,
    );
  return object(
    {
      configMap: source("ConfigMap"),
      secret: source("Secret"),
      literal: text("The template itself: a YAML map of keys and values when rendered."),
      target: withDefault(text("What the rendered keys become: Data, Annotations or Labels."), "Data"),
      valuesDecodingStrategy: oneOfTexts(
        ["Auto", "Base64", "Base64URL", "None"],
        "How every rendered value is decoded.",
      ),
    },
    "Templates in a ConfigMap, in a Secret, or here.",
  );
}

/** Schema of `status` of an ExternalSecret. */
export function externalSecretStatusSchema(): Schema {
  return object(
    {
      refreshTime: { ...text("When the values were last read.", { format: "date-time", nullable: true }) },
      syncedResourceVersion: text(
        "Which state of the ExternalSecret was synced: its generation and a hash of its labels and annotations.",
      ),
      conditions: conditionsSchema(),
      binding: withDefaultName(),
    },
    "What was last done, and how it went.",
  );
}

/** Schema of `status.conditions` of every External Secrets kind. */
export function conditionsSchema(): Schema {
  return listOf(
    object(
      {
        "type*": text("Type of the condition."),
        "status*": text("True, False or Unknown."),
        reason: text("One word for programs."),
        message: text("What happened, why, and what to do."),
        lastTransitionTime: text("When the status last changed.", { format: "date-time" }),
        observedGeneration: integer("Generation that the condition speaks of.", { format: "int64" }),
      },
      "One condition.",
    ),
    "Conditions.",
  );
}

function withDefaultName(): Schema {
  return object(
    { name: withDefault(text("Name of the Secret."), "") },
    "The Secret, as the Service Binding specification names it.",
    {
      "x-kubernetes-map-type": "atomic",
    },
  );
}
