import type { FieldError, JsonObject } from "@tegata/kube-types";
import { invalidError, notSupportedError } from "@tegata/kube-types/schema";
import { badRequest } from "../http-errors.ts";
import { checkDryRun, invalidOptions } from "./write-options.ts";

/** What becomes of an object's dependents when it is deleted. */
export type PropagationPolicy = "Background" | "Foreground" | "Orphan";

/** How to delete. `metav1.DeleteOptions` */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly propagation: PropagationPolicy | undefined;
  readonly preconditions: { readonly uid?: string; readonly resourceVersion?: string };
  /** Accepted and not waited for: nothing here runs Pods. */
  readonly gracePeriodSeconds: number | undefined;
}

/**
 * Reads the options of a DELETE, which may be in its body or in its query; the body wins.
 *
 * @throws ApiError 400 for a body of another kind, 422 for wrong values.
 */
export function parseDeleteOptions(query: URLSearchParams, body: JsonObject | undefined): DeleteOptions {
  if (body?.kind !== undefined && body.kind !== "DeleteOptions") {
    throw badRequest(`unable to decode: expected a DeleteOptions, got ${JSON.stringify(body.kind)}`);
  }
  const options = body === undefined || Object.keys(body).length === 0 ? fromQuery(query) : body;
  const dryRun = [options.dryRun ?? []].flat().map(String);
  const policy = options.propagationPolicy ?? undefined;
  const errors: FieldError[] = [...checkDryRun(dryRun)];
  if (policy !== undefined && policy !== "Background" && policy !== "Foreground" && policy !== "Orphan") {
    errors.push(notSupportedError("propagationPolicy", policy, ["Background", "Foreground", "Orphan"]));
  }
  if (policy !== undefined && typeof options.orphanDependents === "boolean") {
    const why = "orphanDependents and deletionPropagation cannot be both set";
    errors.push(invalidError("propagationPolicy", policy, why));
  }
  if (errors.length > 0) throw invalidOptions("DeleteOptions", errors);
  return {
    dryRun: dryRun.length > 0,
    propagation: (policy as PropagationPolicy | undefined) ?? legacyPropagation(options.orphanDependents),
    preconditions: preconditionsOf(options.preconditions),
    gracePeriodSeconds: typeof options.gracePeriodSeconds === "number" ? options.gracePeriodSeconds : undefined,
  };
}

function fromQuery(query: URLSearchParams): JsonObject {
  const grace = query.get("gracePeriodSeconds");
  const orphan = query.get("orphanDependents");
  return {
    dryRun: query.getAll("dryRun").filter((value) => value !== ""),
    ...(query.get("propagationPolicy") ? { propagationPolicy: query.get("propagationPolicy") ?? "" } : {}),
    ...(grace ? { gracePeriodSeconds: Number(grace) } : {}),
    ...(orphan ? { orphanDependents: orphan === "true" } : {}),
  };
}

function legacyPropagation(orphanDependents: unknown): PropagationPolicy | undefined {
  if (typeof orphanDependents !== "boolean") return undefined;
  return orphanDependents ? "Orphan" : "Background";
}

function preconditionsOf(value: unknown): DeleteOptions["preconditions"] {
  if (typeof value !== "object" || value === null) return {};
  const { uid, resourceVersion } = value as { uid?: unknown; resourceVersion?: unknown };
  return {
    ...(typeof uid === "string" ? { uid } : {}),
    ...(typeof resourceVersion === "string" ? { resourceVersion } : {}),
  };
}
