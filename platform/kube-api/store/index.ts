export type { EncodedObject, Revision } from "./revision.ts";
export { openStore } from "./store.ts";
export {
  ExpiredVersionError,
  type ListPage,
  type ObjectKey,
  StaleVersionError,
  type Store,
} from "./types.ts";
