export { type AnswerForm, formContentType, negotiateForm } from "./accept.ts";
export { partialList, partialObject } from "./partial.ts";
export { eventTable, listTable, objectTable, parseIncludeObject, type TableOptions } from "./table.ts";
