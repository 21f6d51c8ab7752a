import type { RequestContext } from "../registry/context.ts";
import type { HttpRequest } from "./body.ts";
import type { HttpResponse } from "./respond.ts";

/** One request while it is answered. */
export interface Exchange {
  readonly request: HttpRequest;
  readonly response: HttpResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly context: RequestContext;
}

/** What the real server's router answers to a path that is nothing. */
export const PAGE_NOT_FOUND = "404 page not found\n";

/** A path that is nothing: answered with 404 and a plain text, not with a Status. */
export class PageNotFoundError extends Error {
  override readonly name = "PageNotFoundError";
}
