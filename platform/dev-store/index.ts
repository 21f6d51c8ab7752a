export { type DevStore, type DevStoreOptions, startDevStore } from "./dev-store.ts";
export type { TokenReviewer, TokenReviewResult } from "./core.ts";
export { type ApiAnswer, ApiRefusal } from "./protocol.ts";
export type { Fault, RequestRecord } from "./server.ts";
export type { ServerIdentity } from "./tls.ts";
