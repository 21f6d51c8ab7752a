import { parseAccept } from "../table/accept.ts";
import type { DiscoveryAnswer } from "./discovery.ts";

const WANTED_PROTOBUF_TYPES: readonly string[] = [
  "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
  "application/com.github.proto-openapi.spec.v2.v1.0+protobuf",
];
/** Clients ask with an `@`, which may not stand in a `Content-Type`. reference: k8s.io/kube-openapi `pkg/handler` */
const ANSWERED_PROTOBUF_TYPE = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
const INFO = { title: "Kubernetes", version: "unversioned" };

/**
 * An OpenAPI v2 document without any kinds: all of them are in v3. kubectl asks for it about a kind that v3 does not have,
 * and needs an answer to go on and say that there is no such kind.
 *
 * @returns JSON unless the client prefers gnostic's protobuf encoding, as kubectl does.
 */
export function emptyOpenApiV2(accept: string | undefined): DiscoveryAnswer {
  const types = parseAccept(accept).map(({ type }) => type);
  const wanted = types.find((type) => WANTED_PROTOBUF_TYPES.includes(type) || JSON_TYPES.includes(type));
  const isProtobuf = wanted !== undefined && WANTED_PROTOBUF_TYPES.includes(wanted);
  const document = { swagger: "2.0", info: INFO, paths: {} };
  return {
    contentType: isProtobuf ? ANSWERED_PROTOBUF_TYPE : "application/json",
    etag: `"empty-${isProtobuf ? "protobuf" : "json"}"`,
    cacheControl: "no-cache, private",
    body: isProtobuf
      ? textField(1, "2.0") + textField(2, textField(1, INFO.title) + textField(2, INFO.version))
      : JSON.stringify(document),
  };
}

const JSON_TYPES: readonly string[] = ["application/json", "application/*", "*/*"];

/** A length-delimited protobuf field of at most 127 ASCII characters, whose encoding is ASCII, too. */
function textField(number: number, text: string): string {
  return String.fromCharCode(number * 8 + 2, text.length) + text;
}
