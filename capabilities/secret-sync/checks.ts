import { syncedResourceVersion } from "./object-hash.ts";
import type { ExternalSecret } from "./api/external-secret.ts";
import { parseGoDurationMs } from "./duration.ts";
import { syncWindowsPermit } from "./sync-windows.ts";

/** Default of `spec.refreshInterval`, in milliseconds. */
export const REFRESH_INTERVAL_MS = 3_600_000;
/**
 * A refresh comes up to this part of the interval early, so that objects made together drift apart. Objects that want the
 * same secret have the same draw: they stay together, and one read serves them all.
 */
const JITTER = 0.1;
/** A value that another's refresh read within this part of the interval, and this time, is good enough for a periodic one. */
const SHARED_PART = 0.05;
const SHARED_MS = 15_000;

/** Why the remote values are to be read now. `reason` is one word for logs, `message` a sentence for `tegata explain`. */
export interface RefreshCause {
  readonly reason:
    | "FirstSync"
    | "Changed"
    | "InputsChanged"
    | "TargetChanged"
    | "IntervalElapsed"
    | "ClockWentBack"
    | "TargetMissing";
  readonly message: string;
}

/** What the question "is a refresh due?" looks at. */
export interface RefreshQuestion {
  readonly externalSecret: ExternalSecret;
  /** When the values were last read: the later of `status.refreshTime` and what this process did since. */
  readonly lastRefresh: Date | undefined;
  /** Whether the Secret is there and holds what was last written. */
  readonly target: "valid" | "changed" | "missing";
  /** Whether a store, a template source or a referenced object changed since the last refresh by this process. */
  readonly inputsChanged: boolean;
  readonly now: Date;
}

type Check = (question: RefreshQuestion) => RefreshCause | undefined;

const firstSync: Check = ({ externalSecret: { status }, lastRefresh }) =>
  (status?.syncedResourceVersion ?? "") === "" || lastRefresh === undefined
    ? { reason: "FirstSync", message: "it was never synced" }
    : undefined;

const changed: Check = ({ externalSecret: { metadata, status } }) =>
  status?.syncedResourceVersion === syncedResourceVersion(metadata)
    ? undefined
    : { reason: "Changed", message: "its spec, labels or annotations changed since the last sync" };

const inputsChanged: Check = ({ inputsChanged: isChanged }) =>
  isChanged
    ? { reason: "InputsChanged", message: "its store or a template source changed since the last sync" }
    : undefined;

const targetDrifted: Check = ({ target }) => {
  if (target === "missing") return { reason: "TargetMissing", message: "the Secret is not there" };
  if (target === "changed") return { reason: "TargetChanged", message: "the Secret was changed by someone else" };
  return undefined;
};

const clockWentBack: Check = ({ lastRefresh, now }) =>
  lastRefresh !== undefined && lastRefresh > now
    ? { reason: "ClockWentBack", message: "the last refresh lies in the future" }
    : undefined;

const intervalElapsed: Check = ({ externalSecret, lastRefresh, now }) => {
  const dueMs = effectiveIntervalMs(externalSecret);
  if (lastRefresh === undefined || now.getTime() - lastRefresh.getTime() < dueMs) return undefined;
  if (!syncWindowsPermit(externalSecret.spec.syncWindows, now)) return undefined;
  return {
    reason: "IntervalElapsed",
    message: `spec.refreshInterval (${externalSecret.spec.refreshInterval ?? "1h0m0s"}) has passed`,
  };
};

/**
 * Decides whether the remote values are to be read now. The first check that has an answer wins.
 *
 * An interval of 0 reads once; unlike in External Secrets, changing the spec or an annotation (`force-sync`) reads again
 * (ESO #4447).
 *
 * @returns `undefined` if nothing is to be read.
 * @see reference eso.md sections 2.2 and 2.3
 */
export function refreshCause(question: RefreshQuestion): RefreshCause | undefined {
  for (const check of checksOf(question.externalSecret)) {
    const cause = check(question);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

function checksOf({ spec }: ExternalSecret): readonly Check[] {
  switch (spec.refreshPolicy ?? "Periodic") {
    case "CreatedOnce":
      return [firstSync, targetDrifted];
    case "OnChange":
      return [firstSync, changed, inputsChanged, targetDrifted];
    case "Periodic":
      return refreshIntervalMs(spec.refreshInterval) <= 0
        ? [firstSync, changed, targetDrifted]
        : [firstSync, changed, inputsChanged, targetDrifted, clockWentBack, intervalElapsed];
  }
}

/** `spec.refreshInterval` in milliseconds; one that does not parse counts as the default (admission refuses it). */
export function refreshIntervalMs(interval: string | undefined): number {
  if (interval === undefined) return REFRESH_INTERVAL_MS;
  try {
    return parseGoDurationMs(interval);
  } catch {
    return REFRESH_INTERVAL_MS;
  }
}

/** How old a value may be, in milliseconds, that a periodic refresh takes over from another's read. */
export function sharedAgeMs({ spec }: Pick<ExternalSecret, "spec">): number {
  return Math.min(SHARED_MS, SHARED_PART * Math.max(0, refreshIntervalMs(spec.refreshInterval)));
}

/** The interval of this object, shortened so that with jitter and sharing no value is older than the interval asks. */
export function effectiveIntervalMs(externalSecret: Pick<ExternalSecret, "spec" | "metadata">): number {
  const interval = refreshIntervalMs(externalSecret.spec.refreshInterval);
  return interval * (1 - JITTER * shareOf(jitterSeed(externalSecret))) - sharedAgeMs(externalSecret);
}

function jitterSeed({ spec, metadata }: Pick<ExternalSecret, "spec" | "metadata">): string {
  const key = spec.data?.[0]?.remoteRef.key ?? spec.dataFrom?.[0]?.extract?.key;
  return key === undefined
    ? (metadata.uid ?? "")
    : `${spec.secretStoreRef?.kind ?? ""}/${spec.secretStoreRef?.name ?? ""}/${key}`;
}

/** A fixed number between 0 and 1 for each text. */
function shareOf(text: string): number {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  return (hash >>> 0) / 2 ** 32;
}

/** How long until the next periodic refresh, in milliseconds; `undefined` if there is none. */
export function untilNextRefreshMs(externalSecret: ExternalSecret, lastRefresh: Date, now: Date): number | undefined {
  if ((externalSecret.spec.refreshPolicy ?? "Periodic") !== "Periodic") return undefined;
  if (refreshIntervalMs(externalSecret.spec.refreshInterval) <= 0) return undefined;
  const remaining = effectiveIntervalMs(externalSecret) - (now.getTime() - lastRefresh.getTime());
  // A closed sync window is asked about again each minute: windows open on whole minutes.
  return remaining > 0 ? remaining : 60_000;
}
