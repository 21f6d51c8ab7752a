/** One media range of an `Accept` header. */
export interface MediaRange {
  /** Lower case, without parameters, e.g. `application/json`. */
  readonly type: string;
  /** Parameters except `q`, e.g. `as`, `g`, `v`; names in lower case. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Longest `Accept` header that is read; client-go's longest is under 400 characters. */
const MAX_ACCEPT_CHARACTERS = 4096;

/**
 * Parses an `Accept` header, most wanted first: by `q`, then in the order written. An absent header accepts anything.
 *
 * @see RFC 9110 §12.5.1
 */
export function parseAccept(header: string | undefined): MediaRange[] {
  if (header === undefined || header.trim() === "") return [{ type: "*/*", parameters: {} }];
  return header
    .slice(0, MAX_ACCEPT_CHARACTERS)
    .split(",")
    .map(parseRange)
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ range }) => range);
}

function parseRange(text: string): { range: MediaRange; quality: number } {
  const [type = "", ...rest] = text.split(";");
  const parameters: Record<string, string> = Object.create(null);
  let quality = 1;
  for (const parameter of rest) {
    const equals = parameter.indexOf("=");
    if (equals < 0) continue;
    const name = parameter.slice(0, equals).trim().toLowerCase();
    const value = parameter.slice(equals + 1).trim();
    if (name === "q") quality = Number(value) || 0;
    else parameters[name] = value;
  }
  return { range: { type: type.trim().toLowerCase(), parameters }, quality };
}

/** In what shape and encoding an answer is wanted. */
export interface AnswerForm {
  readonly encoding: "json" | "yaml";
  /** Undefined: the object itself. */
  readonly as?: "Table" | "PartialObjectMetadata" | "PartialObjectMetadataList";
  /** Version of `meta.k8s.io` in which {@link AnswerForm.as} is spelled. */
  readonly version?: "v1" | "v1beta1";
}

/**
 * Picks the first form in an `Accept` header that the server can answer.
 *
 * @returns `undefined` if it can answer none of them (406): protobuf or CBOR alone, or an unknown `as`.
 */
export function negotiateForm(accept: string | undefined): AnswerForm | undefined {
  for (const { type, parameters } of parseAccept(accept)) {
    const encoding = ENCODINGS[type];
    if (encoding === undefined) continue;
    const { as, v, g } = parameters;
    if (as === undefined) return { encoding };
    if (g !== "meta.k8s.io" || (v !== "v1" && v !== "v1beta1")) continue;
    if (as === "Table" || as === "PartialObjectMetadata" || as === "PartialObjectMetadataList") {
      return { encoding, as, version: v };
    }
  }
  return undefined;
}

const ENCODINGS: Readonly<Record<string, "json" | "yaml">> = {
  "application/json": "json",
  "application/*": "json",
  "*/*": "json",
  "application/yaml": "yaml",
};

/** The `Content-Type` that says which form was picked, as client-go compares it. */
export function formContentType({ encoding, as, version }: AnswerForm): string {
  const type = `application/${encoding}`;
  return as === undefined || version === undefined ? type : `${type};as=${as};v=${version};g=meta.k8s.io`;
}
