import { ApiError, methodNotAllowed } from "../http-errors.ts";
import type { RestAnswer, RestServices, Target } from "../registry/context.ts";
import { createFromBody } from "../registry/create.ts";
import { deleteCollection, deleteFromBody } from "../registry/delete.ts";
import { patchObject } from "../registry/patch.ts";
import { getObject, listObjects } from "../registry/read.ts";
import { scaleSubresource } from "../registry/scale.ts";
import { answerReview, serveSubresource } from "../registry/subresources.ts";
import type { Verb } from "../registry/types.ts";
import { updateFromBody } from "../registry/update.ts";
import { WatchSession } from "../registry/watch-session.ts";
import { readBody } from "./body.ts";
import { decodeBody, decodePatch, mediaTypeOf } from "./decode-body.ts";
import { type Exchange, PageNotFoundError } from "./exchange.ts";
import type { ResourceRequest } from "./request-info.ts";
import { type AnswerRequest, formOf, writeAnswer } from "./respond.ts";
import { writeWatch } from "./watch-stream.ts";

/** Serves a request for a resource: finds what it is about and lets the registry answer. */
export async function serveResource(services: RestServices, exchange: Exchange, info: ResourceRequest): Promise<void> {
  const target = targetOf(services, info);
  const form = formOf(exchange.request.headers.accept);
  const { query, context, response } = exchange;
  const request = { form, query, now: context.now };
  if (info.verb === "watch" && info.subresource === "") {
    return serveWatch(services, exchange, target, request);
  }
  writeAnswer(response, await answerOf(services, exchange, target, info.verb), request);
}

/** A watch ends when its resource does, or is defined anew: the client then sees what is served now. */
async function serveWatch(
  services: RestServices,
  { query, context, response }: Exchange,
  target: Target,
  request: AnswerRequest,
): Promise<void> {
  const session = WatchSession.open(services, target, query);
  const { group, version, plural } = target.definition;
  const { resources } = services;
  const unlisten = resources.onChange(() => {
    if (resources.find(group, version, plural) !== target.definition) session.close();
  });
  try {
    await writeWatch(response, session, request, context.signal);
  } finally {
    unlisten();
  }
}

function targetOf({ resources }: RestServices, info: ResourceRequest): Target {
  const definition = resources.find(info.group, info.version, info.resource);
  if (definition === undefined) throw new PageNotFoundError();
  const { namespace, name, subresource } = info;
  // Paths with a namespace are for namespaced kinds, those without for the others and for lists over all namespaces.
  if (namespace !== "" && !definition.namespaced) throw new PageNotFoundError();
  if (namespace === "" && definition.namespaced && name !== "") throw new PageNotFoundError();
  return { definition, namespace, name, subresource };
}

function answerOf(services: RestServices, exchange: Exchange, target: Target, verb: Verb): Promise<RestAnswer> {
  const { definition, subresource } = target;
  if (definition.review !== undefined) return review(services, exchange, target, verb);
  if (subresource !== "" && subresource !== "status") return subresourceAnswer(services, exchange, target, verb);
  if (subresource === "status" && !definition.hasStatus) throw new PageNotFoundError();
  checkVerb(target, verb);
  return HANDLERS[verb](services, exchange, target);
}

type Handler = (services: RestServices, exchange: Exchange, target: Target) => Promise<RestAnswer>;

const HANDLERS: Readonly<Record<Verb, Handler>> = {
  get: (services, { query, context }, target) => getObject(services, target, query, context),
  list: (services, { query, context }, target) => listObjects(services, target, query, context),
  watch: () => Promise.reject(methodNotAllowed()),
  create: async (services, exchange, target) =>
    createFromBody(services, target, exchange.query, await bodyOf(exchange), exchange.context),
  update: async (services, exchange, target) =>
    updateFromBody(services, target, exchange.query, await bodyOf(exchange), exchange.context),
  patch: async (services, exchange, target) => patchObject(services, await patchRequest(exchange, target)),
  delete: async (services, exchange, target) =>
    deleteFromBody(services, target, exchange.query, await optionalBody(exchange), exchange.context),
  deletecollection: async (services, exchange, target) =>
    deleteCollection(services, target, exchange.query, await optionalBody(exchange), exchange.context),
};

/** @throws ApiError 405, or 400 for a PUT or PATCH of a collection */
function checkVerb({ definition, name, namespace, subresource }: Target, verb: Verb): void {
  if ((verb === "update" || verb === "patch") && name === "")
    throw new ApiError(400, "BadRequest", "name must be provided");
  const isCollectionVerb = verb === "create" || verb === "deletecollection";
  if (isCollectionVerb && definition.namespaced && namespace === "") throw methodNotAllowed();
  const allowed = subresource === "" ? definition.verbs : STATUS_VERBS;
  if (!allowed.includes(verb)) throw methodNotAllowed();
}

const STATUS_VERBS: readonly Verb[] = ["get", "update", "patch"];

async function review(services: RestServices, exchange: Exchange, target: Target, verb: Verb): Promise<RestAnswer> {
  if (verb !== "create") throw methodNotAllowed();
  return answerReview(services, target, await bodyOf(exchange), exchange.query, exchange.context);
}

async function subresourceAnswer(
  services: RestServices,
  exchange: Exchange,
  target: Target,
  verb: Verb,
): Promise<RestAnswer> {
  const { query, context } = exchange;
  if (verb === "patch" && scaleSubresource(target)) return patchObject(services, await patchRequest(exchange, target));
  const body = verb === "get" ? undefined : await optionalBody(exchange);
  return serveSubresource(services, target, verb, query, body, context);
}

async function patchRequest({ request, query, context }: Exchange, target: Target) {
  const mediaType = mediaTypeOf(request.headers["content-type"]);
  const isYaml = mediaType === "application/apply-patch+yaml";
  const { value, duplicates } = decodePatch(await readBody(request), isYaml);
  return { target, query, context, mediaType, patch: value, duplicates };
}

async function bodyOf({ request }: Exchange) {
  return decodeBody(await readBody(request), request.headers["content-type"]);
}

/** A DELETE may say how in a body. */
async function optionalBody({ request }: Exchange) {
  const bytes = await readBody(request);
  return bytes.length === 0 ? undefined : decodeBody(bytes, request.headers["content-type"]).value;
}
