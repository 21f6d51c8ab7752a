export { decodeKubeProtobuf, PROTOBUF_MEDIA_TYPE } from "./envelope.ts";
export { type Definition, findDefinition, kindSchema, objectMetaSchema } from "./message-schema.ts";
