import type {
  ExternalSecret,
  ExternalSecretDataFrom,
  ExternalSecretTemplate,
  TargetManifest,
} from "./api/external-secret.ts";
import { parseGoDurationMs } from "./duration.ts";

const SERVICE_ACCOUNT_TOKEN = "kubernetes.io/service-account-token";
const SERVICE_ACCOUNT_NAME = "kubernetes.io/service-account.name";
const BOOTSTRAP_TOKEN = "bootstrap.kubernetes.io/token";
const SECRET_TEMPLATE_TARGETS = ["Data", "Annotations", "Labels"];

/**
 * What an ExternalSecret must hold to beyond its schema. The webhook asks before it is stored, the controller before it
 * is acted on (a cluster may run without the webhook). The texts are External Secrets' own.
 *
 * @returns one text for each broken rule; empty if none is.
 * @see reference eso.md section 2.9
 */
export function externalSecretProblems({ spec }: Pick<ExternalSecret, "spec">): string[] {
  const { data = [], dataFrom = [], target = {} } = spec;
  const problems = [...policyProblems(target.creationPolicy ?? "Owner", target.deletionPolicy ?? "Retain")];
  if (data.length === 0 && dataFrom.length === 0) problems.push("either data or dataFrom should be specified");
  problems.push(...templateProblems(target.template, target.manifest === undefined || isSecretKind(target.manifest)));
  for (const entry of dataFrom) problems.push(...dataFromProblems(entry));
  if ((target.deletionPolicy ?? "Retain") === "Retain")
    problems.push(...duplicateKeys(data.map(({ secretKey }) => secretKey)));
  problems.push(...intervalProblems(spec.refreshInterval));
  return problems;
}

function policyProblems(creationPolicy: string, deletionPolicy: string): string[] {
  if (deletionPolicy === "Delete" && ["Merge", "None", "CreateOrMerge"].includes(creationPolicy)) {
    return [
      "deletionPolicy=Delete must not be used when the controller doesn't own the secret. Please set creationPolicy=Owner",
    ];
  }
  if (deletionPolicy === "Merge" && creationPolicy === "None") {
    return ["deletionPolicy=Merge must not be used with creationPolicy=None. There is no Secret to merge with"];
  }
  return [];
}

/** Whether a `target.manifest` names the kind that is written without one, too. */
export function isSecretKind({ apiVersion, kind }: TargetManifest): boolean {
  return apiVersion === "v1" && kind === "Secret";
}

/**
 * Refuses templates that would have the API server mint a credential (CVE-2026-42876), or that would reach fields of the
 * Secret other than its data, labels and annotations.
 */
export function templateProblems(template: ExternalSecretTemplate | undefined, targetIsSecret: boolean): string[] {
  if (template === undefined || !targetIsSecret) return [];
  const { type, metadata, templateFrom = [] } = template;
  const problems: string[] = [];
  if (type === BOOTSTRAP_TOKEN) problems.push(`template.type="${type}" is not allowed`);
  if (type === SERVICE_ACCOUNT_TOKEN) {
    if (metadata?.annotations !== undefined && Object.hasOwn(metadata.annotations, SERVICE_ACCOUNT_NAME)) {
      problems.push(`template.type="${type}" with annotation "${SERVICE_ACCOUNT_NAME}" is not allowed`);
    }
    if (templateFrom.some(({ target = "" }) => target.toLowerCase() === "annotations")) {
      problems.push(`template.type="${type}" with templateFrom target="Annotations" is not allowed`);
    }
  }
  for (const { target = "" } of templateFrom) {
    if (target === "" || SECRET_TEMPLATE_TARGETS.some((allowed) => allowed.toLowerCase() === target.toLowerCase()))
      continue;
    problems.push(
      `templateFrom target="${target}" is not allowed when targeting a Secret, must be one of "Data", "Annotations" or "Labels"`,
    );
  }
  return problems;
}

function dataFromProblems({ extract, find, sourceRef }: ExternalSecretDataFrom): string[] {
  const problems: string[] = [];
  const sources = [extract, find, sourceRef?.generatorRef].filter((source) => source !== undefined);
  if (sources.length > 1) problems.push("extract, find, or generatorRef cannot be set at the same time");
  if (extract === undefined && find === undefined && sourceRef === undefined) {
    problems.push("either extract, find, or sourceRef must be set to dataFrom");
  }
  if (sourceRef !== undefined && sourceRef.generatorRef === undefined && sourceRef.storeRef === undefined) {
    problems.push("generatorRef or storeRef must be set when using sourceRef in dataFrom");
  }
  return problems;
}

function duplicateKeys(keys: readonly string[]): string[] {
  const duplicates = keys.filter((key, index) => keys.indexOf(key) !== index);
  return duplicates.map((key) => `duplicate secretKey found: ${key}`);
}

function intervalProblems(interval: string | undefined): string[] {
  if (interval === undefined) return [];
  try {
    parseGoDurationMs(interval);
    return [];
  } catch (error) {
    return [`refreshInterval: ${error instanceof Error ? error.message : "invalid"}`];
  }
}
