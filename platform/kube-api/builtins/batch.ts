import type { ResourceDefinition } from "../registry/types.ts";
import { CRON_JOB_COLUMNS, JOB_COLUMNS } from "./columns/workloads.ts";
import { defineResource } from "./define.ts";
import { numberAt } from "./fields.ts";
import { CRON_JOB_STRATEGY, JOB_STRATEGY } from "./strategies/job.ts";

/** The kinds of `batch/v1`. They are stored; nothing here runs them. */
export function batchResources(): ResourceDefinition[] {
  const workload = { group: "batch", categories: ["all"], hasStatus: true };
  return [
    defineResource({
      ...workload,
      kind: "Job",
      plural: "jobs",
      strategy: JOB_STRATEGY,
      columns: JOB_COLUMNS,
      selectableFields: { "status.successful": (job) => String(numberAt(job, "status.succeeded")) },
    }),
    defineResource({
      ...workload,
      kind: "CronJob",
      plural: "cronjobs",
      shortNames: ["cj"],
      strategy: CRON_JOB_STRATEGY,
      columns: CRON_JOB_COLUMNS,
    }),
  ];
}
