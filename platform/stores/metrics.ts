import type { StoreMetrics } from "./context.ts";

/** Counts nothing. */
export const noMetrics: StoreMetrics = {
  apiCall() {},
  read() {},
};
