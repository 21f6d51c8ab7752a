import type { FieldError, KubeObject } from "@tegata/kube-types";
import { checkCondition } from "@tegata/kube-types/cel";
import { invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import type { Webhook, WebhookConfiguration } from "./webhook-types.ts";

/** Longest time that a webhook may be given, in seconds. */
const MAX_WEBHOOK_SECONDS = 30;
/** Time that a webhook is given if its configuration says nothing, in seconds. */
export const DEFAULT_WEBHOOK_SECONDS = 10;

/** Fills in the defaults of a webhook configuration, in place. reference: `admissionregistration/v1` `SetDefaults` */
export function defaultWebhookConfiguration(object: KubeObject): void {
  const isMutating = object.kind === "MutatingWebhookConfiguration";
  for (const webhook of (object as WebhookConfiguration).webhooks ?? []) {
    webhook.failurePolicy ??= "Fail";
    webhook.matchPolicy ??= "Equivalent";
    webhook.namespaceSelector ??= {};
    webhook.objectSelector ??= {};
    webhook.timeoutSeconds ??= DEFAULT_WEBHOOK_SECONDS;
    if (isMutating) webhook.reinvocationPolicy ??= "Never";
    for (const rule of webhook.rules ?? []) rule.scope ??= "*";
    if (webhook.clientConfig?.service !== undefined) webhook.clientConfig.service.port ??= 443;
  }
}

/** What is wrong with a webhook configuration. reference: k8s.io/kubernetes `apis/admissionregistration/validation` */
export function validateWebhookConfiguration(object: KubeObject): FieldError[] {
  const webhooks = (object as WebhookConfiguration).webhooks ?? [];
  const seen = new Set<string>();
  return webhooks.flatMap((webhook, i) => {
    const path = `webhooks[${i}]`;
    const errors = validateWebhook(webhook, path);
    if (seen.has(webhook.name))
      errors.push({
        type: "FieldValueDuplicate",
        field: `${path}.name`,
        message: `Duplicate value: ${JSON.stringify(webhook.name)}`,
      });
    seen.add(webhook.name);
    return errors;
  });
}

function validateWebhook(webhook: Webhook, path: string): FieldError[] {
  const { name, sideEffects, timeoutSeconds, failurePolicy, admissionReviewVersions = [] } = webhook;
  const errors: FieldError[] = [];
  if (name.split(".").length < 3)
    errors.push(
      invalidError(`${path}.name`, name, "should be a domain with at least three segments separated by dots"),
    );
  if (sideEffects !== "None" && sideEffects !== "NoneOnDryRun")
    errors.push(
      sideEffects === undefined
        ? requiredError(`${path}.sideEffects`, "must specify one of None, NoneOnDryRun")
        : notSupportedError(`${path}.sideEffects`, sideEffects, ["None", "NoneOnDryRun"]),
    );
  if (timeoutSeconds !== undefined && !(timeoutSeconds >= 1 && timeoutSeconds <= MAX_WEBHOOK_SECONDS))
    errors.push(
      invalidError(`${path}.timeoutSeconds`, timeoutSeconds, "the timeout value must be between 1 and 30 seconds"),
    );
  if (failurePolicy !== undefined && failurePolicy !== "Fail" && failurePolicy !== "Ignore")
    errors.push(notSupportedError(`${path}.failurePolicy`, failurePolicy, ["Fail", "Ignore"]));
  if (admissionReviewVersions.length === 0)
    errors.push(requiredError(`${path}.admissionReviewVersions`, "must specify one of v1, v1beta1"));
  for (const [i, { expression }] of (webhook.matchConditions ?? []).entries()) {
    const problem = checkCondition(expression);
    if (problem !== undefined)
      errors.push(invalidError(`${path}.matchConditions[${i}].expression`, expression, problem));
  }
  return [...errors, ...validateClientConfig(webhook, `${path}.clientConfig`)];
}

function validateClientConfig({ clientConfig }: Webhook, path: string): FieldError[] {
  const { url, service } = clientConfig ?? {};
  if ((url === undefined) === (service === undefined))
    return [requiredError(path, "exactly one of url or service is required")];
  if (url === undefined) return [];
  const parsed = URL.parse(url);
  if (parsed === null) return [requiredError(`${path}.url`, "url must be a valid URL")];
  const reasons = [
    parsed.protocol === "https:" ? "" : `'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    parsed.username === "" && parsed.password === "" ? "" : "user information is not permitted in the URL",
    parsed.search === "" ? "" : "query parameters are not permitted in the URL",
    parsed.hash === "" ? "" : "fragments are not permitted in the URL",
  ];
  return reasons
    .filter((reason) => reason !== "")
    .map((reason) => invalidError(`${path}.url`, safeUrl(parsed), reason));
}

/** The URL without what may be a password. */
function safeUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
