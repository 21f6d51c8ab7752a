import { ApiError, notFound } from "../http-errors.ts";
import { ExpiredVersionError, type ListPage, type Revision } from "../store/index.ts";
import type { ListAnswer, RequestContext, RestAnswer, RestServices, Target } from "./context.ts";
import { type ContinueToken, decodeContinue, encodeContinue } from "./continue-token.ts";
import { allFromStorage, fromStorage } from "./conversion.ts";
import { parseListOptions, type ListOptions } from "./list-options.ts";
import { collectionOf, keyOf } from "./resource-registry.ts";
import { type Selection, selectionOf } from "./selection.ts";
import { parseVersion, waitForVersion } from "./versions.ts";

/** Serves GET of one object. */
export async function getObject(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  context: RequestContext,
): Promise<RestAnswer> {
  const atLeast = parseVersion(query.get("resourceVersion") ?? undefined);
  if (atLeast !== undefined) await waitForVersion(services.store, atLeast, context.signal);
  const object = await fromStorage(target.definition, readObject(services, target));
  return { kind: "object", code: 200, definition: target.definition, object };
}

/** The newest durable state of an object. @throws ApiError 404 */
export function readObject({ store }: RestServices, { definition, namespace, name }: Target): Revision {
  const revision = store.get({ collection: collectionOf(definition), key: keyOf(definition, namespace, name) });
  if (revision === undefined) throw notFound(definition, name);
  return revision;
}

/** Serves GET of a collection. */
export async function listObjects(
  services: RestServices,
  target: Target,
  query: URLSearchParams,
  context: RequestContext,
): Promise<RestAnswer> {
  const options = parseListOptions(query);
  const selection = selectionOf(target, query);
  const start = await startOf(services, options, context.signal);
  const { revisions, version, remaining } = readPage(services, target, selection, options, start);
  const items = await allFromStorage(target.definition, revisions);
  const list: ListAnswer = {
    definition: target.definition,
    resourceVersion: String(version),
    items,
    ...continuation(selection, revisions, version, remaining),
  };
  return { kind: "list", list };
}

/** Where a list begins and at which version it is read; `undefined`: now. */
interface Start {
  readonly version: number | undefined;
  readonly after?: string;
}

async function startOf({ store }: RestServices, options: ListOptions, signal: AbortSignal): Promise<Start> {
  if (options.continueToken !== undefined) {
    const { version, lastKey }: ContinueToken = decodeContinue(options.continueToken);
    return { version, after: lastKey };
  }
  const { resourceVersion: version, match } = options;
  if (version === undefined || version === 0) return { version: undefined };
  await waitForVersion(store, version, signal);
  return { version: match === "Exact" ? version : undefined };
}

/** Reads chunks until enough objects match, so that a page is full although its selector passes over many. */
function readPage(
  { store }: RestServices,
  { definition }: Target,
  selection: Selection,
  { limit }: ListOptions,
  start: Start,
): ListPage {
  const range = {
    collection: collectionOf(definition),
    prefix: selection.keyPrefix,
    ...(start.after === undefined ? {} : { after: selection.keyPrefix + start.after }),
    ...(start.version === undefined ? {} : { atVersion: start.version }),
  };
  const { matches } = selection;
  try {
    if (matches === undefined) return store.list({ ...range, ...(limit === undefined ? {} : { limit }) });
    const { revisions, version } = store.list(range);
    const wanted = revisions.filter(({ object }) => matches(object));
    const page = limit === undefined ? wanted : wanted.slice(0, limit);
    return { revisions: page, version, remaining: wanted.length - page.length };
  } catch (error) {
    if (error instanceof ExpiredVersionError) throw expired(start.after !== undefined);
    throw error;
  }
}

function continuation(
  { keyPrefix, matches }: Selection,
  revisions: readonly Revision[],
  version: number,
  remaining: number,
): Pick<ListAnswer, "continueToken" | "remainingItemCount"> {
  const last = revisions.at(-1);
  if (remaining === 0 || last === undefined) return {};
  return {
    continueToken: encodeContinue({ version, lastKey: last.key.slice(keyPrefix.length) }),
    // With a selector the real server does not know how many of the rest will match, so clients must not rely on it.
    ...(matches === undefined ? { remainingItemCount: remaining } : {}),
  };
}

function expired(continued: boolean): ApiError {
  return new ApiError(
    410,
    "Expired",
    continued
      ? "The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter."
      : "The resourceVersion for the provided list is too old.",
  );
}
