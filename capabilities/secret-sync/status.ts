import { equalJson, formatTimestamp } from "@tegata/kube";
import type { Condition } from "@tegata/kube-types";
import type { ExternalSecret, ExternalSecretStatus } from "./api/external-secret.ts";
import { refreshIntervalMs } from "./checks.ts";
import { syncedResourceVersion } from "./object-hash.ts";
import type { Plan, Readiness } from "./plan.ts";

/** Shortest age of `status.refreshTime`, in milliseconds, at which it alone is worth a write. */
const REFRESH_TIME_WRITE_MS = 600_000;
/** And in intervals: with an interval of one hour the time is written every four hours. */
const REFRESH_TIME_WRITE_INTERVALS = 4;
/** Longest condition message that the Kubernetes API accepts, in characters. */
const LONGEST_MESSAGE = 32_768;

/**
 * The status after a plan was carried out. A failure leaves `refreshTime` and `syncedResourceVersion` as they were, so
 * that the next try is not put off.
 *
 * @see reference eso.md sections 1.2 and 2.7
 */
export function statusAfter({ metadata, status = {} }: ExternalSecret, plan: Plan, now: Date): ExternalSecretStatus {
  const conditions = withReady(status.conditions ?? [], plan.ready, now);
  const binding = plan.binding === undefined ? status.binding : { name: plan.binding };
  return {
    ...status,
    ...(binding === undefined ? {} : { binding }),
    conditions,
    ...(plan.ready.status === "True"
      ? { refreshTime: formatTimestamp(now), syncedResourceVersion: syncedResourceVersion(metadata) }
      : {}),
  };
}

/**
 * Whether a new status is worth a write: anything but the refresh time always, the refresh time alone only when the
 * written one has become old. What this process knows better it keeps in memory.
 */
export function isWorthWriting({ spec, status = {} }: ExternalSecret, next: ExternalSecretStatus): boolean {
  const { refreshTime: before, ...restBefore } = status;
  const { refreshTime: after, ...restAfter } = next;
  if (!equalJson(restBefore, restAfter)) return true;
  if (before === after) return false;
  if (typeof before !== "string" || typeof after !== "string") return true;
  const oldest = Math.max(
    REFRESH_TIME_WRITE_MS,
    REFRESH_TIME_WRITE_INTERVALS * refreshIntervalMs(spec.refreshInterval),
  );
  return Date.parse(after) - Date.parse(before) >= oldest;
}

function withReady(
  conditions: readonly Condition[],
  { status, reason, text, detail }: Readiness,
  now: Date,
): Condition[] {
  const message = (detail === "" ? text : `${text}: ${detail}`).slice(0, LONGEST_MESSAGE);
  const former = conditions.find(({ type }) => type === "Ready");
  const lastTransitionTime =
    former?.status === status ? (former.lastTransitionTime ?? formatTimestamp(now)) : formatTimestamp(now);
  const ready: Condition = { type: "Ready", status, reason, message, lastTransitionTime };
  return former === undefined
    ? [...conditions, ready]
    : conditions.map((condition) => (condition.type === "Ready" ? ready : condition));
}
