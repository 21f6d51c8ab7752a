import type { FieldError, JsonValue } from "@tegata/kube-types";
import { forbiddenError, invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import type { CrdConversion, CrdWebhookClient } from "./types.ts";
import { labelProblem } from "./validate-names.ts";

/** Checks how a CRD's objects are converted between its versions. */
export function checkConversion(conversion: CrdConversion | undefined, path: string): FieldError[] {
  if (conversion === undefined) return [];
  const { strategy, webhook } = conversion;
  if (strategy === "") return [requiredError(`${path}.strategy`)];
  if (strategy !== "None" && strategy !== "Webhook") {
    return [notSupportedError(`${path}.strategy`, strategy, ["None", "Webhook"])];
  }
  if (strategy === "None") {
    if (webhook === undefined) return [];
    return [forbiddenError(`${path}.webhook`, "should not be set when strategy is not set to Webhook")];
  }
  if (webhook?.clientConfig === undefined) {
    return [requiredError(`${path}.webhookClientConfig`, "required when strategy is set to Webhook")];
  }
  return [
    ...checkClient(webhook.clientConfig, `${path}.webhookClientConfig`),
    ...checkReviewVersions(webhook.conversionReviewVersions ?? [], `${path}.conversionReviewVersions`),
  ];
}

function checkClient({ url, service }: CrdWebhookClient, path: string): FieldError[] {
  if ((url === undefined) === (service === undefined)) {
    return [requiredError(path, "exactly one of url or service is required")];
  }
  if (url === undefined) return [];
  const field = `${path}.url`;
  const parsed = URL.parse(url);
  if (parsed === null) return [requiredError(field, "url must be a valid URL")];
  if (parsed.protocol !== "https:") {
    return [
      invalidError(
        field,
        parsed.protocol.slice(0, -1),
        "'https' is the only allowed URL scheme; desired format: https://host[/path]",
      ),
    ];
  }
  const extras = ["username", "search", "hash"] as const;
  return extras
    .filter((part) => parsed[part] !== "")
    .map((part) =>
      invalidError(
        field,
        parsed[part],
        "user information, query parameters and fragments are not permitted in the URL",
      ),
    );
}

function checkReviewVersions(versions: readonly string[], path: string): FieldError[] {
  if (versions.length === 0) return [requiredError(path)];
  const errors = versions.flatMap((version, i) => {
    if (versions.indexOf(version) < i) return [invalidError(`${path}[${i}]`, version, "duplicate version")];
    const problem = labelProblem(version);
    return problem === "" ? [] : [invalidError(`${path}[${i}]`, version, problem)];
  });
  if (versions.some((version) => version === "v1" || version === "v1beta1")) return errors;
  const list: JsonValue = [...versions];
  return [...errors, invalidError(path, list, "must include at least one of v1, v1beta1")];
}
