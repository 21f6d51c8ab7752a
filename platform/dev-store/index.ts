export { type DevStore, type DevStoreOptions, startDevStore } from "./dev-store.ts";
export type { TokenReviewer, TokenReviewResult } from "./core.ts";
export { type ApiAnswer, ApiRefusal } from "./protocol.ts";
export type { Fault, RequestRecord, ServerTls } from "./server.ts";
