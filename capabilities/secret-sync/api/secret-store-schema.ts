import type { Schema } from "@tegata/kube-types/schema";
import { conditionsSchema, type ServedVersion } from "./external-secret-schema.ts";
import {
  anything,
  exactlyOne,
  flag,
  integer,
  listOf,
  mapOf,
  object,
  oneOfTexts,
  text,
  withDefault,
} from "./schema-builder.ts";

/**
 * Providers of External Secrets whose manifests are accepted as they are, and for which this version has no store: such a
 * SecretStore says so in its condition. reference: eso.md section 3.
 */
export const PROVIDERS_WITHOUT_STORE = [
  "akeyless",
  "aws",
  "azurekv",
  "barbican",
  "beyondtrust",
  "beyondtrustworkloadcredentials",
  "bitwardensecretsmanager",
  "chef",
  "cloudrusm",
  "conjur",
  "crd",
  "delinea",
  "doppler",
  "dvls",
  "fortanix",
  "gcpsm",
  "github",
  "gitlab",
  "ibm",
  "infisical",
  "keepersecurity",
  "nebiusmysterybox",
  "ngrok",
  "onboardbase",
  "onepassword",
  "onepasswordSDK",
  "openBao",
  "oracle",
  "ovh",
  "passbolt",
  "passworddepot",
  "previder",
  "pulumi",
  "scaleway",
  "secretserver",
  "senhasegura",
  "volcengine",
  "yandexcertificatemanager",
  "yandexlockbox",
] as const;

/** Providers that existed before `v1` only. */
const PROVIDERS_OF_V1BETA1 = ["alibaba", "device42"] as const;

/** Schema of `spec` of a SecretStore and a ClusterSecretStore. */
export function secretStoreSpecSchema(version: ServedVersion): Schema {
  return object(
    {
      controller: text("Class of the controller that serves this store. Empty means any."),
      "provider*": exactlyOne(providerSchemas(version), "Exactly one provider."),
      retrySettings: object(
        {
          maxRetries: integer("How often a failed call is repeated.", { format: "int32" }),
          retryInterval: text("Wait between two calls, as a Go duration."),
        },
        "How failed calls are repeated.",
      ),
      refreshInterval: {
        description: "How often the store is checked: seconds, or a Go duration.",
        "x-kubernetes-int-or-string": true,
        anyOf: [{ type: "integer" }, { type: "string" }],
      },
      conditions: listOf(
        object(
          {
            namespaceSelector: labelSelectorSchema(),
            namespaces: listOf(text("A namespace.", { minLength: 1, maxLength: 63 }), "Namespaces by name."),
            namespaceRegexes: listOf(text("RE2 expression."), "Namespaces by RE2 expression."),
          },
          "Namespaces that may use the store.",
        ),
        "ClusterSecretStore only: which namespaces may use it. Empty means all.",
      ),
    },
    "How to reach a secret store, and as whom.",
  );
}

/** Schema of `status` of a SecretStore and a ClusterSecretStore. */
export function secretStoreStatusSchema(): Schema {
  return object(
    { conditions: conditionsSchema(), capabilities: text("ReadOnly, WriteOnly or ReadWrite.") },
    "Whether the store can be used.",
  );
}

function providerSchemas(version: ServedVersion): Record<string, Schema> {
  const others = version === "v1" ? PROVIDERS_WITHOUT_STORE : [...PROVIDERS_WITHOUT_STORE, ...PROVIDERS_OF_V1BETA1];
  return {
    vault: vaultSchema(),
    kubernetes: kubernetesSchema(),
    webhook: webhookSchema(),
    fake: fakeSchema(),
    ...Object.fromEntries(
      others.map((name) => [name, anything("Accepted as it is; this version of Tegata has no such store.")]),
    ),
  };
}

function labelSelectorSchema(): Schema {
  return object(
    {
      matchLabels: mapOf(text("Value of the label."), "Labels that must all be there."),
      matchExpressions: listOf(
        object(
          {
            "key*": text("The label."),
            "operator*": text("In, NotIn, Exists or DoesNotExist."),
            values: listOf(text("A value."), "Values for In and NotIn."),
          },
          "One requirement.",
        ),
        "Requirements that must all hold.",
      ),
    },
    "Selects by labels.",
    { "x-kubernetes-map-type": "atomic" },
  );
}

/** A key of a Secret. */
function secretKeySelector(description: string): Schema {
  return object(
    {
      name: text("Name of the Secret.", { minLength: 1, maxLength: 253 }),
      namespace: text(
        "ClusterSecretStore only: namespace of the Secret. Unset means the namespace of the ExternalSecret.",
        {
          minLength: 1,
          maxLength: 63,
        },
      ),
      key: text("Key in the Secret.", { minLength: 1, maxLength: 253 }),
    },
    description,
  );
}

function serviceAccountSelector(): Schema {
  return object(
    {
      "name*": text("Name of the ServiceAccount.", { minLength: 1, maxLength: 253 }),
      namespace: text("ClusterSecretStore only: its namespace. Unset means the namespace of the ExternalSecret.", {
        minLength: 1,
        maxLength: 63,
      }),
      audiences: listOf(text("An audience."), "Audiences of the token that is requested."),
    },
    "A ServiceAccount whose token is used.",
  );
}

function caProviderSchema(): Schema {
  return object(
    {
      "type*": oneOfTexts(["Secret", "ConfigMap"], "Where the CA lies."),
      "name*": text("Name of the object.", { minLength: 1, maxLength: 253 }),
      key: text("Key in the object.", { minLength: 1, maxLength: 253 }),
      namespace: text("Namespace of the object: required in a ClusterSecretStore, forbidden in a SecretStore.", {
        minLength: 1,
        maxLength: 63,
      }),
    },
    "A CA to trust, from a Secret or ConfigMap.",
  );
}

const caBundle = text("CAs to trust, PEM, in base64.", { format: "byte" });

function vaultSchema(): Schema {
  const selector = secretKeySelector;
  const serviceAccount = serviceAccountSelector();
  const auth = object(
    {
      namespace: text("Vault namespace to log in to, if it is another."),
      tokenSecretRef: selector("A Vault token."),
      appRole: object(
        {
          "path*": withDefault(text("Mount path of the method."), "approle"),
          roleId: text("Role id."),
          roleRef: selector("Role id, from a Secret."),
          "secretRef*": selector("Secret id."),
        },
        "AppRole.",
      ),
      kubernetes: object(
        {
          "mountPath*": withDefault(text("Mount path of the method."), "kubernetes"),
          "role*": text("Vault role."),
          serviceAccountRef: serviceAccount,
          secretRef: selector("A ServiceAccount token; key token unless said otherwise."),
        },
        "A ServiceAccount's token.",
      ),
      ldap: object(
        {
          "path*": withDefault(text("Mount path."), "ldap"),
          "username*": text("User."),
          secretRef: selector("Password."),
        },
        "LDAP.",
      ),
      userPass: object(
        {
          "path*": withDefault(text("Mount path."), "userpass"),
          "username*": text("User."),
          secretRef: selector("Password."),
        },
        "User and password.",
      ),
      jwt: object(
        {
          "path*": withDefault(text("Mount path."), "jwt"),
          role: text("Vault role."),
          secretRef: selector("A JWT."),
          kubernetesServiceAccountToken: object(
            {
              "serviceAccountRef*": serviceAccount,
              audiences: listOf(text("An audience."), "Deprecated: use serviceAccountRef.audiences."),
              expirationSeconds: integer("Deprecated. Life of the token.", { format: "int64" }),
            },
            "A token that is requested for a ServiceAccount.",
          ),
        },
        "A JWT.",
      ),
      cert: object(
        {
          path: withDefault(text("Mount path."), "cert"),
          vaultRole: text("Vault role."),
          clientCert: selector("Client certificate."),
          secretRef: selector("Its private key."),
        },
        "A client certificate.",
      ),
      iam: anything("AWS IAM. Accepted as it is; not in this version."),
      gcp: anything("Google Cloud. Accepted as it is; not in this version."),
    },
    "How to log in. The first that is set counts.",
  );
  return object(
    {
      "server*": text("Address of the server, e.g. https://vault.example.com:8200."),
      path: text("Mount path of the KV engine, e.g. secret."),
      version: withDefault(oneOfTexts(["v1", "v2"], "Version of the KV engine."), "v2"),
      namespace: text("Vault namespace."),
      auth,
      caBundle,
      caProvider: caProviderSchema(),
      tls: object(
        { certSecretRef: selector("Client certificate."), keySecretRef: selector("Its private key.") },
        "Mutual TLS.",
      ),
      readYourWrites: flag("Wait until a replica has seen this session's writes."),
      forwardInconsistent: flag("Have a replica forward to the active node."),
      headers: mapOf(text("Value."), "Further headers of every request."),
      checkAndSet: object({ required: flag("Write with check-and-set.") }, "Check-and-set of PushSecret."),
    },
    "HashiCorp Vault or OpenBao, KV engine version 1 or 2.",
  );
}

function kubernetesSchema(): Schema {
  const selector = secretKeySelector;
  return object(
    {
      server: object(
        {
          url: withDefault(text("Address of the API server."), "kubernetes.default"),
          caBundle,
          caProvider: caProviderSchema(),
        },
        "The cluster to read from.",
      ),
      auth: exactlyOne(
        {
          cert: object(
            { clientCert: selector("Client certificate."), clientKey: selector("Its private key.") },
            "A client certificate.",
          ),
          token: object({ bearerToken: selector("A bearer token.") }, "A bearer token."),
          serviceAccount: serviceAccountSelector(),
        },
        "How to sign in.",
      ),
      authRef: selector("A kubeconfig."),
      remoteNamespace: withDefault(text("Namespace to read from.", { minLength: 1, maxLength: 63 }), "default"),
    },
    "Secrets of a Kubernetes cluster.",
  );
}

function webhookSchema(): Schema {
  return object(
    {
      "url*": text("Address; a Go template over .remoteRef and the secrets below."),
      method: text("HTTP method. Unset means GET."),
      headers: mapOf(text("Go template."), "Headers of the request."),
      body: text("Body of the request; a Go template."),
      timeout: text("Longest wait, as a Go duration."),
      auth: object(
        {
          ntlm: object(
            { "usernameSecret*": secretKeySelector("User."), "passwordSecret*": secretKeySelector("Password.") },
            "NTLM.",
          ),
        },
        "How to sign in.",
      ),
      "result*": object(
        { jsonPath: text("Where the value is in the answer; a JSONPath, and a Go template.") },
        "How to read the answer.",
      ),
      secrets: listOf(
        object(
          { "name*": text("Name in the templates."), "secretRef*": secretKeySelector("The Secret.") },
          "A Secret for the templates.",
        ),
        "Secrets for the templates. Each must have the label external-secrets.io/type=webhook.",
      ),
      caBundle,
      caProvider: caProviderSchema(),
    },
    "Any HTTP API.",
  );
}

function fakeSchema(): Schema {
  return object(
    {
      "data*": listOf(
        object({ "key*": text("Key."), "value*": text("Value."), version: text("Version.") }, "One secret."),
        "The secrets.",
      ),
      validationResult: integer("What the validation of the store says: 0 valid, 1 unknown, 255 error."),
    },
    "Secrets that stand in the manifest: for tests.",
  );
}
