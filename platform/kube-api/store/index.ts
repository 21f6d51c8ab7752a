export type { EncodedObject, Revision } from "./revision.ts";
export { openStore, type StoreOptions } from "./store.ts";
export {
  type Change,
  ExpiredVersionError,
  type ListPage,
  type ObjectKey,
  StaleVersionError,
  type Store,
  type WatchRange,
} from "./types.ts";
