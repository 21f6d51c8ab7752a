import { evaluateCondition } from "@tegata/kube-types/cel";
import type { ResourceDefinition } from "../registry/types.ts";
import { admissionRequest } from "./admission-review.ts";
import type { AdmissionAttributes } from "./types.ts";
import { WebhookCallError } from "./webhook-call-error.ts";
import type { Webhook } from "./webhook-types.ts";

/**
 * Whether all match conditions of a webhook hold. A condition that is false decides even if another one fails.
 *
 * @throws WebhookCallError if none is false and one cannot be evaluated.
 */
export function matchesConditions(
  { matchConditions = [] }: Webhook,
  attributes: AdmissionAttributes,
  seenAs: ResourceDefinition,
): boolean {
  if (matchConditions.length === 0) return true;
  const variables = {
    object: attributes.object ?? null,
    oldObject: attributes.oldObject ?? null,
    request: admissionRequest(attributes, seenAs, ""),
  };
  const failures: string[] = [];
  for (const { name, expression } of matchConditions) {
    try {
      if (!evaluateCondition(expression, variables)) return false;
    } catch (error) {
      failures.push(
        `expression ${JSON.stringify(name)} resulted in error: ${error instanceof Error ? error.message : "unknown"}`,
      );
    }
  }
  if (failures.length > 0) throw new WebhookCallError(`failed to evaluate match conditions: ${failures.join(", ")}`);
  return true;
}
