import { SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";

/** Deepest nesting that a log field shows. */
const MAX_DEPTH = 6;
/** Longest text that a log field shows, in UTF-16 units. */
const MAX_TEXT = 4096;
/** Most entries of a list or mapping that a log field shows. */
const MAX_ENTRIES = 100;

/** What a field becomes: JSON without anything that could be a secret value. */
export type SafeValue =
  | null
  | boolean
  | number
  | string
  | readonly SafeValue[]
  | { readonly [key: string]: SafeValue | undefined };

/**
 * Makes a value fit for a log line. By type: bytes, keys and secrets never print; errors are rebuilt from their safe fields;
 * of instances of classes only the class's name prints. Texts print: do not put secret texts into fields.
 */
export function safeValue(value: unknown, depth = 0): SafeValue | undefined {
  switch (typeof value) {
    case "string":
      return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}…`;
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "boolean":
      return value;
    case "bigint":
      return String(value);
    case "undefined":
      return undefined;
    case "object":
      return value === null ? null : safeObject(value, depth);
    default:
      return `[${typeof value}]`;
  }
}

// The last net below the types: a text under one of these names is a secret, or might as well be one.
const SECRET_NAMES =
  /^(?:authorization|cookie|set-cookie|password|passphrase|token|private_?key|client_?secret|secret_?id)$/i;

/** As {@link safeValue} for a field of this name: a text prints as `[secret]` if the name says that it is one. */
export function safeField(name: string, value: unknown, depth = 0): SafeValue | undefined {
  if (typeof value === "string" && SECRET_NAMES.test(name)) return "[secret]";
  try {
    return safeValue(value, depth);
  } catch {
    // A getter or a proxy that throws: logging must not fail where the program would not.
    return "[unreadable]";
  }
}

/**
 * What may be said of something thrown. A TegataError's text is made for people. Any other message may quote its operand
 * (`BigInt(text)`, `new RegExp(text)`, `JSON.parse(text)` and others do), so only its fixed part prints, and the stack's places.
 */
function safeError(error: Error, depth = 0): { readonly [key: string]: SafeValue | undefined } {
  const cause = error.cause === undefined || depth >= MAX_DEPTH ? undefined : safeCause(error.cause, depth + 1);
  if (error instanceof TegataError) {
    const { kind, code, message, remedy } = error;
    return { kind, code, message, remedy, cause };
  }
  return {
    name: error.name,
    code: identifierOf(error, "code"),
    syscall: identifierOf(error, "syscall"),
    message: fixedMessage(error),
    stack: stackFrames(error),
    cause,
    errors:
      error instanceof AggregateError
        ? error.errors.slice(0, 5).map((inner) => safeValue(inner, depth + 1) ?? null)
        : undefined,
  };
}

function safeObject(value: object, depth: number): SafeValue {
  if (value instanceof Error) return safeError(value, depth);
  if (value instanceof SecretBytes) return "[secret]";
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "[invalid date]" : value.toISOString();
  if (value instanceof URL) return `${value.origin}${value.pathname}`;
  if (depth >= MAX_DEPTH) return "[…]";
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => safeValue(item, depth + 1) ?? null);
  if (value instanceof Set) return safeObject([...value], depth);
  if (value instanceof Map)
    return safeEntries(
      [...value].map(([key, item]) => [String(key), item]),
      depth,
    );
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return safeEntries(Object.entries(value), depth);
  const { constructor } = prototype as { readonly constructor?: unknown };
  return `[${typeof constructor === "function" ? constructor.name : "object"}]`;
}

function safeEntries(entries: readonly (readonly [string, unknown])[], depth: number): SafeValue {
  const shown = entries.slice(0, MAX_ENTRIES).map(([key, item]) => [key, safeField(key, item, depth + 1)] as const);
  return Object.fromEntries(shown);
}

function safeCause(cause: unknown, depth: number): SafeValue | undefined {
  // Anything may be thrown, a secret text too.
  return typeof cause === "string" ? "[string]" : safeValue(cause, depth);
}

function identifierOf(error: Error, field: "code" | "syscall"): string | undefined {
  const value: unknown = Reflect.get(error, field);
  return typeof value === "string" && /^[A-Za-z_][\w-]{0,60}$/.test(value) ? value : undefined;
}

// V8's messages that help to find a bug, each without the part that may be data.
const FIXED_MESSAGES: readonly (readonly [RegExp, string])[] = [
  [/^Cannot read properties of undefined/, "Cannot read properties of undefined"],
  [/^Cannot read properties of null/, "Cannot read properties of null"],
  [/^Cannot set properties of undefined/, "Cannot set properties of undefined"],
  [/^Cannot set properties of null/, "Cannot set properties of null"],
  [/ is not a function$/, "something is not a function"],
  [/ is not iterable/, "something is not iterable"],
  [/^Assignment to constant variable/, "Assignment to constant variable"],
  [/^Maximum call stack size exceeded$/, "Maximum call stack size exceeded"],
  [/^Invalid array length$/, "Invalid array length"],
  [/^Cannot convert .* to a BigInt$/s, "Cannot convert something to a BigInt"],
  [/ is not valid JSON$/s, "something is not valid JSON"],
  [/^This operation was aborted$/, "This operation was aborted"],
];

function fixedMessage({ message }: Error): string | undefined {
  return FIXED_MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
}

// The stack begins with the message, which may have several lines.
function stackFrames({ stack = "" }: Error): readonly string[] {
  const frames = stack.split("\n").filter((line) => /^ {4}at .*(?::\d+:\d+\)?|\(native\)|<anonymous>\)?)$/.test(line));
  return frames.slice(0, 20).map((line) => line.slice("    at ".length));
}
