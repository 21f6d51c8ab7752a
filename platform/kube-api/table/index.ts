export { type AnswerForm, formContentType, type MediaRange, negotiateForm, parseAccept } from "./accept.ts";
export { formatAge, formatDuration } from "./age.ts";
export { partialList, partialObject, type PartialObjectMetadataList } from "./partial.ts";
export {
  eventTable,
  type IncludeObject,
  listTable,
  objectTable,
  parseIncludeObject,
  type TableOptions,
} from "./table.ts";
