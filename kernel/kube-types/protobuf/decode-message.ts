import type { JsonObject, JsonValue } from "../objects.ts";
import { messageOf } from "./catalogue.ts";
import type { Field, Message } from "./message-package.ts";
import { SCALARS, SPECIAL_MESSAGES } from "./special-types.ts";
import { MAX_DEPTH, malformed, WireReader, type WireType } from "./wire-reader.ts";

/**
 * Decodes a message into the JSON that Go would write for it. Unknown fields are passed over.
 *
 * @param depth - how many messages are around this one.
 * @throws TegataError `PROTOBUF_INVALID`
 */
export function decodeMessage(bytes: Uint8Array, message: Message, depth = 0): JsonObject {
  if (depth > MAX_DEPTH) throw malformed(`it is nested deeper than ${MAX_DEPTH}`);
  const byNumber = fieldsOf(message);
  const values = new Map<Field, JsonValue[]>();
  const reader = new WireReader(bytes);
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    const field = byNumber.get(number);
    if (field === undefined) {
      reader.skip(wireType);
      continue;
    }
    const value = readField(reader, wireType, field, message, depth);
    if (value === undefined) continue;
    const seen = values.get(field);
    if (seen === undefined) values.set(field, [value]);
    else seen.push(value);
  }
  return Object.fromEntries(message.fields.flatMap((field) => entriesOf(field, values.get(field) ?? [])));
}

const fieldsByMessage = new WeakMap<Message, ReadonlyMap<number, Field>>();

function fieldsOf(message: Message): ReadonlyMap<number, Field> {
  const known = fieldsByMessage.get(message);
  if (known !== undefined) return known;
  const byNumber = new Map(message.fields.map((field) => [field.number, field]));
  fieldsByMessage.set(message, byNumber);
  return byNumber;
}

/** What a field contributes to the object around it, as Go's `omitempty` has it. */
function entriesOf(field: Field, values: readonly JsonValue[]): [string, JsonValue][] {
  const last = values.at(-1);
  if (field.shape === "list") return values.length === 0 ? [] : [[field.name, [...values]]];
  if (field.shape === "map") {
    // Each value is one entry; a later one replaces an earlier one of the same key.
    const entries = values.flatMap((entry) => Object.entries(entry as JsonObject));
    return entries.length === 0 ? [] : [[field.name, Object.fromEntries(entries)]];
  }
  if (field.name === "") return last === undefined ? [] : Object.entries(last as JsonObject);
  const zero = SCALARS[field.type]?.zero;
  if (last === undefined) return field.isRequired && !field.isPointer && zero !== undefined ? [[field.name, zero]] : [];
  if (last === zero && !field.isPointer && !field.isRequired) return [];
  return [[field.name, last]];
}

function readField(
  reader: WireReader,
  wireType: WireType,
  field: Field,
  around: Message,
  depth: number,
): JsonValue | undefined {
  if (field.shape === "map") {
    expectWireType(wireType, 2, field, around);
    return readMapEntry(reader.bytes(), field, around, depth);
  }
  const scalar = SCALARS[field.type];
  expectWireType(wireType, scalar?.wireType ?? 2, field, around);
  return scalar === undefined ? readNested(reader.bytes(), field, around, depth) : scalar.read(reader);
}

function expectWireType(actual: WireType, expected: WireType, { number }: Field, { name }: Message): void {
  if (actual !== expected) throw malformed(`field ${number} of ${name} has wire type ${actual}, not ${expected}`);
}

function readMapEntry(bytes: Uint8Array, field: Field, around: Message, depth: number): JsonObject {
  const valueField: Field = { ...field, number: 2, shape: "single" };
  const reader = new WireReader(bytes);
  let key = "";
  let value: JsonValue | undefined = SCALARS[field.type]?.zero;
  while (!reader.atEnd) {
    const { number, wireType } = reader.tag();
    if (number === 1 && wireType === 2) key = reader.text();
    else if (number === 2) value = readField(reader, wireType, valueField, around, depth);
    else reader.skip(wireType);
  }
  return Object.fromEntries([[key, value ?? {}]]);
}

function readNested(bytes: Uint8Array, field: Field, around: Message, depth: number): JsonValue | undefined {
  const special = SPECIAL_MESSAGES[field.type];
  if (special !== undefined) return special(bytes);
  const message = messageOf(field, around);
  const decoded = decodeMessage(bytes, message, depth + 1);
  return message.isEither ? Object.values(decoded).at(-1) : decoded;
}
