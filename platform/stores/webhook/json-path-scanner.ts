import { TegataError } from "@tegata/errors";

/** Longest path that is read, in characters. */
const MAX_PATH_LENGTH = 4096;

/** Reads the text of a JSON path piece by piece, passing over space. */
export class JsonPathScanner {
  readonly #text: string;
  #at = 0;

  /** @throws TegataError `JSON_PATH_INVALID` if the text is too long */
  constructor(text: string) {
    this.#text = text;
    if (text.length > MAX_PATH_LENGTH) throw this.invalid(`it is longer than ${MAX_PATH_LENGTH} characters`);
  }

  get atEnd(): boolean {
    this.#skipSpace();
    return this.#at === this.#text.length;
  }

  /** Whether this comes next; it is not taken. */
  next(token: string): boolean {
    this.#skipSpace();
    return this.#text.startsWith(token, this.#at);
  }

  /** Takes this if it comes next. */
  take(token: string): boolean {
    const isNext = this.next(token);
    if (isNext) this.#at += token.length;
    return isNext;
  }

  /** Takes this. @throws TegataError `JSON_PATH_INVALID` */
  expect(token: string): void {
    if (!this.take(token)) throw this.invalid(`"${token}" is missing`);
  }

  /** Takes what the pattern matches here. */
  match(pattern: RegExp): string | undefined {
    this.#skipSpace();
    const sticky = new RegExp(pattern.source, "uy");
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  identifier(): string {
    const name = this.match(/[\p{L}_][\p{L}\p{Nd}_]*/u);
    if (name === undefined) throw this.invalid("a name is missing");
    return name;
  }

  /** A quoted key or an index. */
  key(): string | number {
    const key = this.quoted() ?? this.number();
    if (key === undefined) throw this.invalid("a key or an index is missing");
    return key;
  }

  number(): number | undefined {
    const digits = this.match(/-?\d+(\.\d+)?([eE][+-]?\d+)?/);
    return digits === undefined ? undefined : Number(digits);
  }

  /** A text in single or double quotes, with JSON's escapes. */
  quoted(): string | undefined {
    const raw = this.match(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/);
    return raw
      ?.slice(1, -1)
      .replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, escape: string) =>
        escape.length > 1 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : (ESCAPES[escape] ?? escape),
      );
  }

  /** The refusal of the path, which says where. */
  invalid(why: string): TegataError {
    return new TegataError({
      kind: "invalid-input",
      code: "JSON_PATH_INVALID",
      message: `the JSON path ${JSON.stringify(this.#text.slice(0, 200))} is wrong at character ${this.#at + 1}: ${why}`,
      remedy: "Correct spec.provider.webhook.result.jsonPath",
    });
  }

  #skipSpace(): void {
    while (" \t\r\n".includes(this.#text.charAt(this.#at)) && this.#at < this.#text.length) this.#at++;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
