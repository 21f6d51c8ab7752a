import type { ResourceDefinition } from "../registry/types.ts";
import { defineResource } from "./define.ts";

/** The kinds of `batch/v1`. */
export function batchResources(): ResourceDefinition[] {
  const workload = { group: "batch", categories: ["all"], hasStatus: true };
  return [
    defineResource({ ...workload, kind: "Job", plural: "jobs" }),
    defineResource({ ...workload, kind: "CronJob", plural: "cronjobs", shortNames: ["cj"] }),
  ];
}
