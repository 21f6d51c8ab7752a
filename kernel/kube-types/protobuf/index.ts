export { decodeKubeProtobuf, PROTOBUF_MEDIA_TYPE } from "./envelope.ts";
export { definitionName, kindSchema, objectMetaSchema } from "./message-schema.ts";
