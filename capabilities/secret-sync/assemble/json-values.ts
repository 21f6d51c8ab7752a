import { encodeUtf8, SecretBytes, tryDecodeUtf8 } from "@tegata/bytes";

/**
 * Splits a JSON object into its members, each as External Secrets turns JSON into bytes: a text raw, a number in its
 * shortest form, true and false as words, null as nothing, a list of texts one a line, everything else as compact JSON.
 *
 * @returns `undefined` if the bytes are not a JSON object. The value is never part of an error.
 * @see reference eso.md section 2.4
 */
export function jsonMembers(value: SecretBytes): Map<string, SecretBytes> | undefined {
  const parsed = parseJson(value);
  if (parsed === undefined || parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) return undefined;
  return new Map(Object.entries(parsed).map(([key, member]) => [key, jsonToBytes(member)]));
}

/** Parses secret JSON; V8's own error would quote the value, so there is none. */
export function parseJson(value: SecretBytes): unknown {
  const text = tryDecodeUtf8(value.reveal());
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function jsonToBytes(member: unknown): SecretBytes {
  return new SecretBytes(encodeUtf8(jsonToText(member)));
}

function jsonToText(member: unknown): string {
  if (typeof member === "string") return member;
  if (member === null) return "";
  if (typeof member === "number") return plainNumber(member);
  if (Array.isArray(member) && member.length > 0 && member.every((item) => typeof item === "string"))
    return member.join("\n");
  return JSON.stringify(member);
}

/** Go's `strconv.FormatFloat(x, 'f', -1, 64)`: never an exponent. */
function plainNumber(value: number): string {
  const short = String(value);
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(short);
  if (match === null) return short;
  const [, sign = "", lead = "", fraction = "", exponentText = "0"] = match;
  const exponent = Number(exponentText);
  const digits = lead + fraction;
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.padEnd(exponent + 1, "0")}`;
}
