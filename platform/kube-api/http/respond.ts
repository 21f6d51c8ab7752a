import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import { formatGroupVersion, type JsonValue, type KubeObject, type ListMeta } from "@tegata/kube-types";
import { stringify } from "yaml";
import { ApiError } from "../http-errors.ts";
import type { ListAnswer, RestAnswer } from "../registry/context.ts";
import {
  type AnswerForm,
  formContentType,
  listTable,
  negotiateForm,
  objectTable,
  parseIncludeObject,
  partialList,
  partialObject,
} from "../table/index.ts";

/** An answer over HTTP/1.1 or HTTP/2. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** What decides the form of an answer. */
export interface AnswerRequest {
  readonly form: AnswerForm;
  readonly query: URLSearchParams;
  readonly now: Date;
}

/**
 * Picks the form in which a request wants its answer.
 *
 * @throws ApiError 406 if it is none that the server can write.
 */
export function formOf(accept: string | undefined): AnswerForm {
  const form = negotiateForm(accept);
  if (form !== undefined) return form;
  throw new ApiError(
    406,
    "NotAcceptable",
    "only the following media types are accepted: application/json, application/yaml",
  );
}

/** Writes what a request has led to. */
export function writeAnswer(response: HttpResponse, answer: RestAnswer, request: AnswerRequest): void {
  switch (answer.kind) {
    case "status":
      return writeJson(response, answer.status.code ?? 200, answer.status, request.form);
    case "object":
      return writeObject(response, answer, request);
    case "list":
      return writeList(response, answer.list, request);
  }
}

/** Writes a value as JSON, or as YAML if that was asked for. */
export function writeJson(response: HttpResponse, code: number, value: unknown, form?: AnswerForm): void {
  if (form?.encoding === "yaml") return writeBytes(response, code, "application/yaml", Buffer.from(stringify(value)));
  writeBytes(response, code, "application/json", Buffer.from(`${JSON.stringify(value)}\n`));
}

/** Writes a plain text, as real servers do for paths that they do not know. */
export function writeText(response: HttpResponse, code: number, text: string): void {
  writeBytes(response, code, "text/plain; charset=utf-8", Buffer.from(text));
}

/** Writes a body whose bytes are ready. */
export function writeBytes(response: HttpResponse, code: number, contentType: string, bytes: Buffer): void {
  response.statusCode = code;
  response.setHeader("Content-Type", contentType);
  response.setHeader("Content-Length", bytes.length);
  response.end(bytes);
}

/** Whether an answer is complete or its client gone, so that it emits `close` no more. */
export function isClosed(response: HttpResponse): boolean {
  return "stream" in response ? response.stream.closed || response.stream.destroyed : response.closed;
}

/** Ends an answer in the middle, so that the client sees that it is not whole. */
export function breakOff(response: HttpResponse): void {
  // To destroy an HTTP/2 stream would look like its regular end.
  if ("stream" in response) response.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else response.destroy();
}

function writeObject(
  response: HttpResponse,
  { code, definition, object }: Extract<RestAnswer, { kind: "object" }>,
  { form, query, now }: AnswerRequest,
): void {
  if (form.as === undefined || form.version === undefined) {
    if (form.encoding === "yaml") return writeJson(response, code, object.object, form);
    return writeBytes(response, code, "application/json", object.bytes);
  }
  const { version } = form;
  if (form.as === "PartialObjectMetadataList") throw notAcceptable(form);
  const value =
    form.as === "Table"
      ? objectTable(definition, object.object, {
          version,
          now,
          includeObject: parseIncludeObject(query.get("includeObject")),
        })
      : partialObject(object.object, version);
  writeForm(response, code, value, form);
}

function writeList(response: HttpResponse, list: ListAnswer, { form, query, now }: AnswerRequest): void {
  const metadata = listMetaOf(list);
  if (form.as === undefined || form.version === undefined) return writeWholeList(response, list, metadata, form);
  const { version } = form;
  if (form.as === "PartialObjectMetadata") throw notAcceptable(form);
  const objects = list.items.map(({ object }) => object);
  const value =
    form.as === "Table"
      ? listTable(list.definition, metadata, objects, {
          version,
          now,
          includeObject: parseIncludeObject(query.get("includeObject")),
        })
      : partialList(metadata, objects, version);
  writeForm(response, 200, value, form);
}

/** The items' JSON is joined as it is: a list of ten thousand objects serialises none of them. */
function writeWholeList(response: HttpResponse, list: ListAnswer, metadata: ListMeta, form: AnswerForm): void {
  const head = { kind: list.definition.listKind, apiVersion: formatGroupVersion(list.definition), metadata };
  if (form.encoding === "yaml") {
    const items: KubeObject[] = list.items.map(({ object }) => object);
    return writeJson(response, 200, { ...head, items }, form);
  }
  const parts: Buffer[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  for (const [i, { bytes }] of list.items.entries()) {
    if (i > 0) parts.push(COMMA);
    parts.push(bytes);
  }
  parts.push(Buffer.from("]}\n"));
  writeBytes(response, 200, "application/json", Buffer.concat(parts));
}

const COMMA = Buffer.from(",");

function writeForm(response: HttpResponse, code: number, value: object, form: AnswerForm): void {
  const text = form.encoding === "yaml" ? stringify(value) : `${JSON.stringify(value as JsonValue)}\n`;
  writeBytes(response, code, formContentType(form), Buffer.from(text));
}

function listMetaOf({ resourceVersion, continueToken, remainingItemCount }: ListAnswer): ListMeta {
  return {
    resourceVersion,
    ...(continueToken === undefined ? {} : { continue: continueToken }),
    ...(remainingItemCount === undefined ? {} : { remainingItemCount }),
  };
}

function notAcceptable({ as }: AnswerForm): ApiError {
  return new ApiError(406, "NotAcceptable", `the answer to this request cannot be written as ${as ?? ""}`);
}
