import type { JsonObject } from "@tegata/kube-types";
import { ApiError, badRequest, methodNotAllowed } from "../http-errors.ts";
import { encodeLazily, type RequestContext, type RestAnswer, type RestServices, type Target } from "./context.ts";
import type { Body } from "./decode.ts";
import { readScale, scaleSubresource, writeScale } from "./scale.ts";
import type { SubresourceHandler, SubresourceRequest, Verb } from "./types.ts";
import { parseWriteOptions } from "./write-options.ts";

/** What a kubelet would answer. */
const NODE_SUBRESOURCES: readonly string[] = ["attach", "exec", "log", "portforward", "proxy"];

/** Serves `scale` and the subresources that a kind brings itself. */
export async function serveSubresource(
  services: RestServices,
  target: Target,
  verb: Verb,
  query: URLSearchParams,
  body: JsonObject | undefined,
  context: RequestContext,
): Promise<RestAnswer> {
  const { definition, subresource } = target;
  if (scaleSubresource(target)) {
    if (verb === "get") return readScale(services, target);
    if (verb === "update") return writeScale(services, target, query, body, context);
    throw methodNotAllowed();
  }
  if (definition.group === "" && NODE_SUBRESOURCES.includes(subresource)) {
    const what = `${definition.plural}/${subresource}`;
    throw new ApiError(501, "", `the embedded API server runs no Pods: ${what} is not implemented`, {});
  }
  const handler = definition.subresources.find(({ name }) => name === subresource);
  if (handler === undefined) {
    throw new ApiError(404, "NotFound", "the server could not find the requested resource", {});
  }
  if (!handler.verbs.includes(verb)) throw methodNotAllowed();
  return answerHandler(target, handler, subresourceRequest(target, verb, query, body, context));
}

/** Serves POST of a kind that is answered and not stored. */
export async function answerReview(
  _services: RestServices,
  target: Target,
  { value }: Body,
  query: URLSearchParams,
  context: RequestContext,
): Promise<RestAnswer> {
  const { definition } = target;
  if (definition.review === undefined) throw methodNotAllowed();
  if (value.kind !== undefined && value.kind !== definition.kind) {
    throw badRequest(`expected a ${definition.kind}, got ${JSON.stringify(value.kind)}`);
  }
  const object = await definition.review(subresourceRequest(target, "create", query, value, context));
  return { kind: "object", code: 201, definition, object: encodeLazily(object) };
}

async function answerHandler(
  { definition }: Target,
  handler: SubresourceHandler,
  request: SubresourceRequest,
): Promise<RestAnswer> {
  const object = await handler.handle(request);
  return { kind: "object", code: request.verb === "create" ? 201 : 200, definition, object: encodeLazily(object) };
}

function subresourceRequest(
  { namespace, name }: Target,
  verb: Verb,
  query: URLSearchParams,
  body: JsonObject | undefined,
  context: RequestContext,
): SubresourceRequest {
  const { dryRun } = verb === "get" ? { dryRun: false } : parseWriteOptions("CreateOptions", query, context);
  return { verb, user: context.user, namespace, name, body, dryRun, now: context.now };
}
