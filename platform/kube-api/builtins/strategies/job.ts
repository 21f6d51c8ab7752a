import type { FieldError, JsonObject, KubeObject } from "@tegata/kube-types";
import { invalidError, requiredError } from "@tegata/kube-types/schema";
import { isDeepStrictEqual } from "node:util";
import type { Strategy } from "../../registry/types.ts";
import { fieldAt, jsonOf, objectAt, textAt } from "../fields.ts";
import { settlePodSpec, validatePodSpec } from "./pod-spec.ts";

const JOB_POLICIES = ["OnFailure", "Never"];

/** The rules of Jobs. reference: k8s.io/kubernetes `pkg/apis/batch/v1` SetDefaults_Job, `pkg/registry/batch/job` */
export const JOB_STRATEGY: Strategy = {
  tracksGeneration: true,
  prepareForCreate: (job) => {
    settleJob(job);
    if (fieldAt(job, "spec.manualSelector") !== true) selectByUid(job);
  },
  prepareForUpdate: settleJob,
  validate: (job) => validatePodSpec(objectAt(job, "spec.template.spec"), "spec.template.spec", JOB_POLICIES),
  validateUpdate: validateJobUpdate,
};

/** The rules of CronJobs. Their own defaults are in the schema. */
export const CRON_JOB_STRATEGY: Strategy = {
  tracksGeneration: true,
  prepareForCreate: settleCronJob,
  prepareForUpdate: settleCronJob,
  validate: (job) => [
    ...validateCronJobName(job),
    ...(textAt(job, "spec.schedule") === "" ? [requiredError("spec.schedule")] : []),
    ...validatePodSpec(
      objectAt(job, "spec.jobTemplate.spec.template.spec"),
      "spec.jobTemplate.spec.template.spec",
      JOB_POLICIES,
    ),
  ],
};

/** Its Jobs are called after it and the minute in which they start. */
const MAX_CRON_JOB_NAME = 52;

function validateCronJobName({ metadata: { name = "" } }: KubeObject): FieldError[] {
  if (name.length <= MAX_CRON_JOB_NAME) return [];
  return [invalidError("metadata.name", name, `must be no more than ${MAX_CRON_JOB_NAME} characters`)];
}

function settleJob(job: KubeObject): void {
  const spec = objectAt(job, "spec");
  jsonOf(job).spec = spec;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= 6;
  spec.completionMode ??= "NonIndexed";
  spec.suspend ??= false;
  spec.manualSelector ??= false;
  spec.podReplacementPolicy ??= "TerminatingOrFailed";
  settlePodSpec(objectAt(spec, "template.spec"));
}

function settleCronJob(job: KubeObject): void {
  settlePodSpec(objectAt(job, "spec.jobTemplate.spec.template.spec"));
}

/** A Job's Pods are known by the uid of the Job, so that no two Jobs share one. */
function selectByUid(job: KubeObject): void {
  const { uid = "", name = "" } = job.metadata;
  const template = objectAt(job, "spec.template");
  const metadata = objectAt(template, "metadata");
  const labels: JsonObject = {
    ...objectAt(metadata, "labels"),
    "batch.kubernetes.io/controller-uid": uid,
    "batch.kubernetes.io/job-name": name,
    "controller-uid": uid,
    "job-name": name,
  };
  template.metadata = { ...metadata, labels };
  const selector = { matchLabels: { "batch.kubernetes.io/controller-uid": uid } };
  Object.assign(objectAt(job, "spec"), { selector, template });
}

function validateJobUpdate(job: KubeObject, old: KubeObject): FieldError[] {
  return ["completions", "selector", "template", "completionMode"].flatMap((field) => {
    const value = fieldAt(job, `spec.${field}`) ?? null;
    const isSame = isDeepStrictEqual(value, fieldAt(old, `spec.${field}`) ?? null);
    return isSame ? [] : [invalidError(`spec.${field}`, value, "field is immutable")];
  });
}
