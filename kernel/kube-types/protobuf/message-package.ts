import type { JsonValue } from "../objects.ts";

/** The messages of one API version, written as a table. One table serves decoding, schemas, patches and explanations. */
export interface MessagePackage {
  /** Prefix of the OpenAPI definition names, e.g. `io.k8s.api.core.v1`. */
  readonly definitions: string;
  readonly group: string;
  readonly version: string;
  /**
   * A line at the margin begins a message: `Name flags # description`. Flags: `kind` (an object of its own, with
   * `apiVersion` and `kind`), `atomic` (server-side apply owns it as a whole), `opaque` (its schema is not told), `either`
   * (JSON is the value of its last field that is set).
   *
   * An indented line is a field: `number name type flags # description`. The name `-` is an embedded message, whose
   * fields stand in the object around it. Before the type, `*` is a pointer (absent and zero differ), `[]` a list, `{}` a
   * map with text keys; a `!` behind it means required (written even when zero). Flags: `merge` and `merge=key` (strategic
   * merge patch merges the list), `strategy=...` (any other patch strategy), `map=keys`, `set` and `atomic` (list type or
   * map type of server-side apply), `default=json` (without spaces).
   */
  readonly table: string;
}

/** One message. */
export interface Message {
  readonly name: string;
  /** OpenAPI definition name, e.g. `io.k8s.api.core.v1.Secret`. */
  readonly definition: string;
  readonly description: string;
  readonly isKind: boolean;
  readonly isAtomic: boolean;
  readonly isOpaque: boolean;
  readonly isEither: boolean;
  readonly fields: readonly Field[];
}

/** One field of a message. */
export interface Field {
  readonly number: number;
  /** JSON name; empty for an embedded message. */
  readonly name: string;
  readonly shape: "single" | "list" | "map";
  /** Scalar, special type, or name of a message, perhaps of another package as `core.Name`. */
  readonly type: string;
  readonly isPointer: boolean;
  readonly isRequired: boolean;
  readonly description: string;
  readonly listType: "atomic" | "set" | "map" | undefined;
  readonly listMapKeys: readonly string[];
  readonly patchStrategy: string | undefined;
  readonly patchMergeKey: string | undefined;
  readonly defaultValue: JsonValue | undefined;
}

/** Parses a package's table. The tables are our own, so what is malformed is a bug and throws an Error. */
export function parseMessages({ definitions, table }: MessagePackage): Message[] {
  const messages: (Message & { fields: Field[] })[] = [];
  for (const line of table.split("\n")) {
    if (line === "") continue;
    const { words, description } = splitLine(line);
    if (line.startsWith(" ")) messages.at(-1)?.fields.push(parseField(words, description));
    else messages.push({ ...parseHeader(words, definitions), description, fields: [] });
  }
  return messages;
}

function splitLine(line: string): { words: string[]; description: string } {
  const [facts = "", ...text] = line.split(" # ");
  return { words: facts.trim().split(/ +/), description: text.join(" # ") };
}

function parseHeader([name = "", ...flags]: string[], definitions: string): Omit<Message, "description" | "fields"> {
  return {
    name,
    definition: `${definitions}.${name}`,
    isKind: flags.includes("kind"),
    isAtomic: flags.includes("atomic"),
    isOpaque: flags.includes("opaque"),
    isEither: flags.includes("either"),
  };
}

const TYPE = /^(\*)?(\[\]|\{\})?([\w.]+)(!)?$/;

function parseField([number = "", name = "", typeText = "", ...flags]: string[], description: string): Field {
  const match = TYPE.exec(typeText);
  if (match === null) throw new Error(`field ${name}: "${typeText}" is not a type`);
  const [, pointer, container, type = "", required] = match;
  const options = new Map(flags.map(splitFlag));
  const mapKeys = options.get("map");
  const mergeKey = options.get("merge");
  const defaultText = options.get("default");
  return {
    number: Number(number),
    name: name === "-" ? "" : name,
    shape: container === "[]" ? "list" : container === "{}" ? "map" : "single",
    type,
    isPointer: pointer !== undefined,
    isRequired: required !== undefined,
    description,
    listType: mapKeys !== undefined ? "map" : options.has("set") ? "set" : options.has("atomic") ? "atomic" : undefined,
    listMapKeys: mapKeys?.split(",") ?? [],
    patchStrategy: options.get("strategy") ?? (mergeKey === undefined ? undefined : "merge"),
    patchMergeKey: mergeKey === "" ? undefined : mergeKey,
    defaultValue: defaultText === undefined ? undefined : (JSON.parse(defaultText) as JsonValue),
  };
}

function splitFlag(flag: string): [name: string, value: string] {
  const equals = flag.indexOf("=");
  return equals < 0 ? [flag, ""] : [flag.slice(0, equals), flag.slice(equals + 1)];
}
