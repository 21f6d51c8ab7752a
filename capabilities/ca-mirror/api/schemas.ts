import type { Schema } from "@tegata/kube-types/schema";

type Properties = Readonly<Record<string, Schema>>;

/** An object; fields that are not named here are kept as they are: CAPT's objects may be newer than this schema. */
function open(description: string, properties: Properties, required: readonly string[] = []): Schema {
  return {
    type: "object",
    description,
    properties,
    ...(required.length === 0 ? {} : { required: [...required] }),
    "x-kubernetes-preserve-unknown-fields": true,
  };
}

const text = (description: string): Schema => ({ type: "string", description });
const flag = (description: string): Schema => ({ type: "boolean", description });
const listOf = (items: Schema, description: string): Schema => ({ type: "array", description, items });
const textMap = (description: string): Schema => ({
  type: "object",
  description,
  additionalProperties: { type: "string" },
});
const minutes = (description: string, value: number): Schema => ({
  type: "integer",
  description,
  minimum: 1,
  default: value,
});
const reference = (description: string): Schema =>
  open(description, { name: text("Name of the object."), namespace: text("Its namespace.") }, ["name"]);

const conditions: Schema = listOf(
  open(
    "One condition.",
    {
      type: text("What it is about."),
      status: { type: "string", description: "True, False or Unknown.", enum: ["True", "False", "Unknown"] },
      reason: text("Why, in one word."),
      message: text("Why, for people."),
      lastTransitionTime: { type: "string", format: "date-time", description: "When the status changed last." },
      observedGeneration: { type: "integer", format: "int64", description: "The generation that it speaks of." },
    },
    ["type", "status"],
  ),
  "Conditions.",
);

/** `spec` of a CAPTControlPlane. The region is any text: CAPT's pattern refuses us-gov-west-1 and us-iso-east-1. */
export const controlPlaneSpecSchema: Schema = open(
  "What the control plane should be.",
  {
    version: text("Kubernetes version."),
    workspaceTemplateRef: reference("The WorkspaceTemplate that makes the cluster."),
    controlPlaneConfig: open(
      "Settings of the cluster.",
      {
        region: { type: "string", minLength: 1, description: "Region of the cloud." },
        endpointAccess: open("Who reaches the API server.", {
          public: flag("From everywhere, or from publicCIDRs."),
          private: flag("From within the network."),
          publicCIDRs: listOf(text("A CIDR block."), "Blocks from which the public endpoint is reached."),
        }),
        addons: listOf(
          open("An add-on.", { name: text("Name."), version: text("Version."), configurationValues: text("JSON.") }, [
            "name",
          ]),
          "Add-ons of the cluster.",
        ),
        timeouts: open("Longest waits, in minutes.", {
          controlPlaneTimeout: minutes("For the control plane.", 30),
          vpcReadyTimeout: minutes("For the network.", 15),
        }),
      },
      ["region"],
    ),
    additionalTags: textMap("Tags of everything that is made."),
    controlPlaneEndpoint: open("Where the API server is.", {
      host: text("Host."),
      port: { type: "integer", format: "int32", description: "Port." },
    }),
    workspaceTemplateApplyName: text("The WorkspaceTemplateApply that makes the cluster. Written by the controller."),
  },
  ["version", "workspaceTemplateRef"],
);

/** `status` of a CAPTControlPlane. */
export const controlPlaneStatusSchema: Schema = open("What the control plane is.", {
  ready: flag("The control plane serves requests."),
  initialized: flag("It has served requests once."),
  secretsReady: { ...flag("The cluster's Secrets are there."), default: false },
  phase: { type: "string", description: "Phase.", enum: ["Creating", "Ready", "Failed"] },
  failureReason: text("Why it failed, in one word."),
  failureMessage: text("Why it failed, for people."),
  workspaceTemplateStatus: open("State of the template.", {}),
  workspaceStatus: open("State of the workspace.", {}),
  conditions,
  mirror: open("What Tegata has mirrored.", {
    provider: { type: "string", description: "The cloud.", enum: ["eks", "aks", "gke"] },
    endpoint: text("The API server."),
    certificateAuthorityNotAfter: {
      type: "string",
      format: "date-time",
      description: "The earliest end among the mirrored CA certificates.",
    },
    certificates: listOf(
      open("A mirrored CA certificate.", {
        subject: text("Subject."),
        sha256: text("SHA-256 of the certificate, hexadecimal."),
        notBefore: { type: "string", format: "date-time", description: "Begin of its validity." },
        notAfter: { type: "string", format: "date-time", description: "End of its validity." },
      }),
      "The mirrored CA certificates, the one in use first.",
    ),
  }),
});

const workspaceSpec: Schema = open("Spec of the Workspace (tf.upbound.io).", {
  forProvider: open("The Terraform module and its variables.", {}),
  providerConfigRef: open("Configuration of the provider.", {}),
  writeConnectionSecretToRef: open("Where the outputs are written.", {}),
});

/** `spec` of a WorkspaceTemplate. */
export const templateSpecSchema: Schema = open(
  "The Workspace that is made.",
  {
    template: open(
      "Template of a Workspace.",
      {
        metadata: open("What the template is.", {
          description: text("For people."),
          version: text("Version of the template."),
          tags: textMap("Tags."),
        }),
        spec: workspaceSpec,
      },
      ["spec"],
    ),
    writeConnectionSecretToRef: reference("Where the outputs are written."),
  },
  ["template"],
);

/** `status` of a WorkspaceTemplate. */
export const templateStatusSchema: Schema = open("State of the template.", {
  workspaceName: text("The Workspace."),
  conditions,
});

/** `spec` of a WorkspaceTemplateApply. */
export const applySpecSchema: Schema = open(
  "Which template is applied, and how.",
  {
    templateRef: reference("The WorkspaceTemplate."),
    writeConnectionSecretToRef: reference("Where the outputs are written."),
    variables: textMap("Values of the template's variables."),
    waitForSecrets: listOf(reference("A Secret."), "Secrets that must be there first."),
    waitForWorkspaces: listOf(reference("A Workspace."), "Workspaces that must be ready first."),
    retainWorkspaceOnDelete: flag("The Workspace outlives the apply."),
  },
  ["templateRef"],
);

/** `status` of a WorkspaceTemplateApply. */
export const applyStatusSchema: Schema = open("How far the apply has come.", {
  workspaceName: text("The Workspace."),
  applied: flag("The Workspace was made."),
  lastAppliedTime: { type: "string", format: "date-time", description: "When it was made." },
  conditions,
});
