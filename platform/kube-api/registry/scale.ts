import type { JsonObject, JsonValue, KubeObject } from "@tegata/kube-types";
import { isJsonObject, type Schema } from "@tegata/kube-types/schema";
import { formatLabelSelector, labelRequirements } from "@tegata/kube-types/selectors";
import { badRequest } from "../http-errors.ts";
import { encodeLazily, type RequestContext, type RestAnswer, type RestServices, type Target } from "./context.ts";
import { fromStorage } from "./conversion.ts";
import { readObject } from "./read.ts";
import type { ResourceDefinition } from "./types.ts";
import { updateObject } from "./update.ts";
import { parseWriteOptions, type WriteOptions } from "./write-options.ts";

/** `autoscaling/v1` `Scale`: the number of replicas of an object of any kind that has one. */
interface Scale extends KubeObject {
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

/** The schema of a Scale, as far as patches need it. */
export const SCALE_SCHEMA: Schema = {
  type: "object",
  properties: { spec: { type: "object", properties: { replicas: { type: "integer", format: "int32" } } } },
};

/** Whether a request is about the `scale` of a kind that has one. */
export function scaleSubresource({ definition, subresource }: Target): boolean {
  return subresource === "scale" && definition.scale !== undefined;
}

/** Serves GET of `scale`. */
export async function readScale(services: RestServices, target: Target): Promise<RestAnswer> {
  const { object } = await fromStorage(target.definition, readObject(services, target));
  return scaleAnswer(target.definition, object);
}

/** Serves PUT of `scale`. */
export async function writeScale(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  body: JsonObject | undefined,
  context: RequestContext,
): Promise<RestAnswer> {
  const options = parseWriteOptions("UpdateOptions", query, context);
  if (body === undefined) throw badRequest("the body of the request must be a Scale");
  return updateScale(services, target, () => body, options, context);
}

/** Changes the number of replicas as `transform` changes the Scale. */
export async function updateScale(
  services: RestServices,
  target: Target,
  transform: (scale: JsonObject) => JsonObject,
  options: WriteOptions,
  context: RequestContext,
): Promise<RestAnswer> {
  const { definition } = target;
  const answer = await updateObject(services, {
    target,
    options,
    context,
    transform: (current) => withReplicas(definition, current, transform(jsonOf(scaleOf(definition, current)))),
  });
  return answer.kind === "object" ? scaleAnswer(definition, answer.object.object) : answer;
}

function jsonOf(scale: Scale): JsonObject {
  return scale as unknown as JsonObject;
}

function scaleAnswer(definition: ResourceDefinition, object: KubeObject): RestAnswer {
  return { kind: "object", code: 200, definition, object: encodeLazily(scaleOf(definition, object)) };
}

function scaleOf({ scale }: ResourceDefinition, object: KubeObject): Scale {
  const { name = "", namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, scale?.specReplicasPath ?? "");
  const current = valueAt(object, scale?.statusReplicasPath ?? "");
  const selector = selectorText(valueAt(object, scale?.labelSelectorPath ?? ""));
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: typeof replicas === "number" ? { replicas } : {},
    status: {
      replicas: typeof current === "number" ? current : 0,
      ...(selector === "" ? {} : { selector }),
    },
  };
}

function withReplicas({ scale }: ResourceDefinition, object: KubeObject, wanted: JsonObject): KubeObject {
  const { metadata, spec } = wanted;
  const replicas = isJsonObject(spec ?? null) ? (spec as JsonObject).replicas : undefined;
  if (typeof replicas !== "number" || !Number.isInteger(replicas) || replicas < 0) {
    throw badRequest("spec.replicas of a Scale must be a whole number from 0");
  }
  const steps = (scale?.specReplicasPath ?? "").split(".").filter((step) => step !== "");
  setAt(object as unknown as JsonObject, steps, replicas);
  const version = isJsonObject(metadata ?? null) ? (metadata as JsonObject).resourceVersion : undefined;
  if (typeof version === "string" && version !== "") object.metadata.resourceVersion = version;
  else delete object.metadata.resourceVersion;
  return object;
}

/** Paths of scale subresources are plain member names, such as `.spec.replicas`. */
function valueAt(object: KubeObject, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = object as unknown as JsonObject;
  for (const step of path.split(".").filter((part) => part !== "")) {
    value =
      isJsonObject(value ?? null) && Object.hasOwn(value as JsonObject, step) ? (value as JsonObject)[step] : undefined;
  }
  return path === "" ? undefined : value;
}

function setAt(object: JsonObject, steps: readonly string[], value: JsonValue): void {
  const [step, ...rest] = steps;
  if (step === undefined) return;
  if (rest.length === 0) {
    object[step] = value;
    return;
  }
  const member = Object.hasOwn(object, step) ? object[step] : undefined;
  const child: JsonObject = isJsonObject(member ?? null) ? (member as JsonObject) : {};
  object[step] = child;
  setAt(child, rest, value);
}

function selectorText(value: JsonValue | undefined): string {
  if (typeof value === "string") return value;
  if (!isJsonObject(value ?? null)) return "";
  return formatLabelSelector(labelRequirements(value as JsonObject));
}
