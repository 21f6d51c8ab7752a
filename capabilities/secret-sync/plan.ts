import { asTegataError, type TegataError } from "@tegata/errors";
import type { Secret } from "@tegata/kube-types";
import type { ExternalSecret } from "./api/external-secret.ts";
import type { MissingEntry } from "./assemble/assemble.ts";
import {
  buildTarget,
  foreignOwnerOf,
  type ForeignOwner,
  isOwnedBy,
  type RenderedTarget,
  targetNameOf,
} from "./target.ts";

/** What reading and rendering gave. */
export type Content =
  | {
      readonly kind: "ready";
      readonly rendered: RenderedTarget;
      readonly missing: readonly MissingEntry[];
      readonly isEmpty: boolean;
    }
  /** The store gave no answer, refused, or said that something required is absent. */
  | { readonly kind: "unread"; readonly error: TegataError }
  /** The target is no Secret, and nothing else is written. */
  | { readonly kind: "untargetable"; readonly error: TegataError }
  /** The values are there, and no Secret can be made of them. */
  | { readonly kind: "unrendered"; readonly error: TegataError };

/** The world as one ExternalSecret sees it. */
export interface Observed {
  readonly externalSecret: ExternalSecret;
  /** `undefined`: there is no such Secret. */
  readonly target: Secret | undefined;
  /** Other Secrets that this ExternalSecret owns: its target had another name before. */
  readonly formerTargets: readonly Secret[];
  readonly content: Content;
}

export type Action =
  | { readonly kind: "create"; readonly secret: Secret }
  | { readonly kind: "update"; readonly secret: Secret }
  | { readonly kind: "delete"; readonly secret: Secret };

export type ReadyReason = "SecretSynced" | "SecretDeleted" | "SecretMissing" | "SecretSyncedError";

/** The `Ready` condition. `text` is External Secrets' own; what is more to say follows in `detail`. */
export interface Readiness {
  readonly status: "True" | "False";
  readonly reason: ReadyReason;
  readonly text: string;
  readonly detail: string;
}

export interface PlannedEvent {
  readonly type: "Normal" | "Warning";
  readonly reason: "Created" | "Updated" | "Deleted" | "UpdateFailed" | "MissingProviderSecret";
  readonly message: string;
}

/** What one ExternalSecret needs. */
export interface Plan {
  readonly actions: readonly Action[];
  readonly ready: Readiness;
  readonly events: readonly PlannedEvent[];
  /** Set if nothing could be synced; says how soon to try again. */
  readonly failure: TegataError | undefined;
  /** Name of the Secret for `status.binding`; `undefined` leaves it as it is. */
  readonly binding: string | undefined;
}

/** Decides what one ExternalSecret needs. Pure: the same observation always gives the same plan. */
export function planSync(observed: Observed): Plan {
  const { content } = observed;
  switch (content.kind) {
    case "unread":
      // The last synced Secret stays: an outage of the store must not become an outage of the workload.
      return failed("could not get secret data from provider", content.error);
    case "untargetable":
      return failed("invalid generic target", content.error);
    case "unrendered":
      return planUnrendered(content.error);
    case "ready":
      return content.isEmpty
        ? planEmpty(observed, content.missing)
        : planContent(observed, content.rendered, content.missing);
  }
}

/**
 * Whatever a template needs is watched, so only an API server that gave no answer is asked again before the next interval
 * (reference eso.md 10.3, defect o).
 */
function planUnrendered(error: TegataError): Plan {
  return { ...failed("could not update secret", error), failure: error.kind === "unavailable" ? error : undefined };
}

/** The store answered, and there is nothing. reference: eso.md section 2.6 */
function planEmpty(observed: Observed, missing: readonly MissingEntry[]): Plan {
  const { externalSecret, target, content } = observed;
  switch (externalSecret.spec.target?.deletionPolicy ?? "Retain") {
    case "Retain":
      return {
        ...nothing(),
        ready: {
          status: "True",
          reason: "SecretSynced",
          text: "secret retained due to DeletionPolicy=Retain",
          detail: "the search in the store matched nothing",
        },
      };
    case "Delete":
      return planDeletion(externalSecret, target, missing);
    case "Merge":
      return content.kind === "ready" ? planContent(observed, content.rendered, missing) : nothing();
  }
}

function planDeletion(
  externalSecret: ExternalSecret,
  target: Secret | undefined,
  missing: readonly MissingEntry[],
): Plan {
  const foreign = target === undefined ? undefined : foreignOwnerOf(externalSecret, target);
  if (foreign !== undefined) return refusedBy(foreign, targetNameOf(externalSecret));
  // Deleting what this ExternalSecret did not make could lose what no store can give back.
  if (target !== undefined && !isOwnedBy(externalSecret, target)) {
    return failed(
      "could not delete secret",
      undefined,
      `the store has none of the values, and Secret "${targetNameOf(externalSecret)}" does not belong to this ExternalSecret; ` +
        "delete it by hand, or use creationPolicy: Owner",
    );
  }
  const ready: Readiness = {
    status: "True",
    reason: "SecretDeleted",
    text: "secret deleted due to DeletionPolicy=Delete",
    detail: "",
  };
  const events = missingEvents(missing);
  if (target === undefined) return { ...nothing(), ready, events };
  return {
    ...nothing(),
    actions: [{ kind: "delete", secret: target }],
    ready,
    events: [...events, event("Deleted", `Deleted Secret ${targetNameOf(externalSecret)}`)],
  };
}

function planContent(observed: Observed, rendered: RenderedTarget, missing: readonly MissingEntry[]): Plan {
  const { externalSecret, target } = observed;
  const policy = externalSecret.spec.target?.creationPolicy ?? "Owner";
  const events = missingEvents(missing);
  if (policy === "None") return { ...nothing(), events };
  if (policy === "Merge" && target === undefined) {
    return {
      ...nothing(),
      events,
      ready: {
        status: "True",
        reason: "SecretMissing",
        text: "secret will not be created due to CreationPolicy=Merge",
        detail: "",
      },
    };
  }
  const foreign = target === undefined ? undefined : foreignOwnerOf(externalSecret, target);
  if (foreign !== undefined) return refusedBy(foreign, targetNameOf(externalSecret));
  const wanted = buildTarget(externalSecret, target, rendered);
  if (target?.immutable === true && !sameContent(wanted, target)) return planImmutable(wanted, target);
  const cleanUp = planFormerTargets(observed);
  const synced = { ...nothing(), binding: targetNameOf(externalSecret) };
  if (target === undefined) {
    return {
      ...synced,
      actions: [...cleanUp.actions, { kind: "create", secret: wanted }],
      events: [...events, ...cleanUp.events, event("Created", `Created Secret ${targetNameOf(externalSecret)}`)],
    };
  }
  if (sameSecret(wanted, target))
    return { ...synced, actions: cleanUp.actions, events: [...events, ...cleanUp.events] };
  return {
    ...synced,
    actions: [...cleanUp.actions, { kind: "update", secret: wanted }],
    events: [...events, ...cleanUp.events, event("Updated", `Updated Secret ${targetNameOf(externalSecret)}`)],
  };
}

/** Owned Secrets under an earlier `target.name` go. */
function planFormerTargets({ externalSecret, formerTargets }: Observed): Pick<Plan, "actions" | "events"> {
  if ((externalSecret.spec.target?.creationPolicy ?? "Owner") !== "Owner") return { actions: [], events: [] };
  // The label alone does not make it ours: whoever copies a Secret copies its labels.
  const owned = formerTargets.filter((secret) => isOwnedBy(externalSecret, secret));
  return {
    actions: owned.map((secret) => ({ kind: "delete", secret })),
    events: owned.map(({ metadata }) => event("Deleted", `Deleted orphaned Secret ${metadata.name ?? ""}`)),
  };
}

/**
 * One update of the metadata at most, and no second one that must conflict with it (reference eso.md 10.3, defect h).
 */
function planImmutable(wanted: Secret, target: Secret): Plan {
  const metadataOnly: Secret = { ...target, metadata: { ...wanted.metadata, annotations: keepHash(wanted, target) } };
  const plan = failed(
    "could not update secret, target is immutable",
    undefined,
    "delete the Secret to have it made anew with the values of the store",
  );
  return sameSecret(metadataOnly, target) ? plan : { ...plan, actions: [{ kind: "update", secret: metadataOnly }] };
}

function keepHash(wanted: Secret, target: Secret): Record<string, string> {
  const annotations = { ...wanted.metadata.annotations };
  const name = "reconcile.external-secrets.io/data-hash";
  const former = target.metadata.annotations?.[name];
  if (former === undefined) delete annotations[name];
  else annotations[name] = former;
  return annotations;
}

function refusedBy({ by, owner }: ForeignOwner, secretName: string): Plan {
  return by === "external-secret"
    ? failed(
        "target is owned by another ExternalSecret",
        undefined,
        `Secret "${secretName}" belongs to ${owner}; give one of the two another target.name`,
      )
    : failed(
        "failed to take ownership of target secret",
        undefined,
        `Secret "${secretName}" belongs to ${owner}; use another target.name, or creationPolicy: Merge`,
      );
}

function nothing(): Plan {
  return {
    actions: [],
    ready: { status: "True", reason: "SecretSynced", text: "secret synced", detail: "" },
    events: [],
    failure: undefined,
    binding: undefined,
  };
}

function failed(text: string, error: TegataError | undefined, detail = error?.text ?? ""): Plan {
  return {
    ...nothing(),
    ready: { status: "False", reason: "SecretSyncedError", text, detail },
    events: [{ type: "Warning", reason: "UpdateFailed", message: detail === "" ? text : `${text}: ${detail}` }],
    failure: error,
  };
}

function event(reason: PlannedEvent["reason"], message: string): PlannedEvent {
  return { type: "Normal", reason, message };
}

function missingEvents(missing: readonly MissingEntry[]): PlannedEvent[] {
  return missing.map(({ entry, key }) =>
    event(
      "MissingProviderSecret",
      `secret does not exist at provider using spec.${entry}${key === "" ? "" : ` (key: ${key})`}`,
    ),
  );
}

function sameContent(a: Secret, b: Secret): boolean {
  return sameMap(a.data, b.data) && (a.type ?? "Opaque") === (b.type ?? "Opaque");
}

/** Whether writing `a` over `b` would change nothing. */
export function sameSecret(a: Secret, b: Secret): boolean {
  return (
    sameContent(a, b) &&
    (a.immutable ?? false) === (b.immutable ?? false) &&
    sameMap(a.metadata.labels, b.metadata.labels) &&
    sameMap(a.metadata.annotations, b.metadata.annotations) &&
    JSON.stringify(a.metadata.ownerReferences ?? []) === JSON.stringify(b.metadata.ownerReferences ?? []) &&
    JSON.stringify(a.metadata.finalizers ?? []) === JSON.stringify(b.metadata.finalizers ?? [])
  );
}

function sameMap(a: Readonly<Record<string, string>> = {}, b: Readonly<Record<string, string>> = {}): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

/** The plan after a write that the API server refused: what it says is told, and tried again as its kind says. */
export function planAfterWriteFailure(plan: Plan, error: unknown): Plan {
  const known = asTegataError(error);
  if (known === undefined) throw error;
  return { ...failed("could not update secret", known), binding: plan.binding };
}
