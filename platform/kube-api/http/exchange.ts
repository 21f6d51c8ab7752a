import { ApiError } from "../http-errors.ts";
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

/** 404 for a path that is nothing, as a plain text. */
export function pageNotFound(): ApiError {
  return new ApiError(404, "NotFound", PAGE_NOT_FOUND);
}
