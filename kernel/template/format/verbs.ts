import { bytesOf, decodeRune, encodeRune, runesOf } from "../values/byte-string.ts";
import { type Flags, pad } from "./flags.ts";
import { type FloatVerb, formatFloat } from "./float.ts";
import { isPrintable, quote, quoteRune } from "./quote.ts";

const BASES: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

/** Formats an integer. @returns `undefined` if the verb is not one of integers. Go: fmt, fmtInteger. */
export function formatInteger(value: bigint, verb: string, flags: Flags): string | undefined {
  const base = BASES[verb === "v" ? "d" : verb];
  if (base !== undefined) return inBase(value, base, verb, flags);
  if (verb === "c") return pad(encodeRune(runeOf(value)), flags);
  if (verb === "q") return pad(quoteRune(runeOf(value), flags.plus), flags);
  return verb === "U" ? unicodeName(value, flags) : undefined;
}

function inBase(value: bigint, base: number, verb: string, flags: Flags): string {
  const isNegative = value < 0n;
  if (flags.precision === 0 && value === 0n) return pad("", flags, false);
  let sign = "";
  if (isNegative) sign = "-";
  else if (flags.plus) sign = "+";
  else if (flags.space) sign = " ";
  let wanted = flags.precision ?? 0;
  if (flags.precision === undefined && flags.zero && !flags.minus) wanted = (flags.width ?? 0) - sign.length;
  const lower = (isNegative ? -value : value).toString(base);
  let digits = (verb === "X" ? lower.toUpperCase() : lower).padStart(wanted, "0");
  if (flags.sharp) digits = prefixOf(base, verb, digits) + digits;
  if (verb === "O") digits = `0o${digits}`;
  return pad(sign + digits, flags, false);
}

function prefixOf(base: number, verb: string, digits: string): string {
  if (base === 2) return "0b";
  if (base === 8) return digits.startsWith("0") ? "" : "0";
  return base === 16 ? `0${verb}` : "";
}

function runeOf(value: bigint): number {
  return value < 0n || value > 0x10ffffn ? 0xfffd : Number(value);
}

function unicodeName(value: bigint, flags: Flags): string {
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase();
  const name = `U+${digits.padStart(Math.max(flags.precision ?? 4, 4), "0")}`;
  const code = runeOf(value);
  const shown = flags.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(code) ? ` '${encodeRune(code)}'` : "";
  return pad(name + shown, flags, false);
}

const FLOAT_VERBS = "eEfFgGbxXv";

/** Formats a float. @returns `undefined` if the verb is not one of floats. Go: fmt, fmtFloat. */
export function formatFloatVerb(value: number, verb: string, flags: Flags): string | undefined {
  if (!FLOAT_VERBS.includes(verb)) return undefined;
  const defaultPrecision = "eEfF".includes(verb) ? 6 : -1;
  const precision = flags.precision ?? defaultPrecision;
  const plain = verb === "v" ? "g" : verb === "F" ? "f" : (verb as FloatVerb);
  let text = formatFloat(value, plain, precision);
  if (flags.sharp && verb !== "b" && Number.isFinite(value)) text = keepPoint(text, plain, precision);
  const hasSign = /^[-+]/.test(text);
  let sign = hasSign ? text.slice(0, 1) : "+";
  const body = hasSign ? text.slice(1) : text;
  if (flags.space && sign === "+" && !flags.plus) sign = " ";
  const shown = sign === "+" && !flags.plus ? body : sign + body;
  // An infinity keeps its sign, and neither is padded with zeros.
  if (!Number.isFinite(value)) return pad(Number.isNaN(value) ? shown : sign + body, flags, false);
  const padsWithZeros = flags.zero && !flags.minus && sign + body !== body && shown !== body;
  return padsWithZeros ? sign + pad(body, { ...flags, width: (flags.width ?? 0) - 1 }) : pad(shown, flags);
}

/** The `#` flag: always a decimal point, and no zeros taken off where the precision counts significant digits. */
function keepPoint(text: string, verb: FloatVerb, precision: number): string {
  const parts = /^([-+]?)(0x[0-9a-f]+|[0-9]+)(?:\.([0-9a-f]*))?([ep].*)?$/i.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = ""] = parts ?? [];
  if (!"gGxX".includes(verb)) return `${sign}${whole}.${fraction}${exponent}`;
  // fmt counts the "x" of a prefix as a digit, and zero itself as one.
  const significant = (whole + fraction).replace(/^0+/, "").length || (fraction === "" ? 1 : 0);
  const zeros = "0".repeat(Math.max((precision === -1 ? 6 : precision) - significant, 0));
  return `${sign}${whole}.${fraction}${zeros}${exponent}`;
}

/** Formats a string. @returns `undefined` if the verb is not one of strings. */
export function formatStringVerb(value: string, verb: string, flags: Flags): string | undefined {
  switch (verb) {
    case "v":
      return flags.sharpV ? quoteWith(value, flags) : pad(truncate(value, flags), flags);
    case "s":
      return pad(truncate(value, flags), flags);
    case "q":
      return pad(quoteWith(truncate(value, flags), flags), flags);
    case "x":
    case "X":
      return pad(hexOf(value, verb, flags), flags);
    default:
      return undefined;
  }
}

function quoteWith(value: string, flags: Flags): string {
  if (flags.sharp && canBackquote(value)) return `\`${value}\``;
  return quote(value, flags.plus);
}

/** Go's `strconv.CanBackquote`. */
function canBackquote(value: string): boolean {
  return runesOf(value).every(({ code, invalid }) => {
    if (invalid || code === 0xfeff || code === 0x60 || code === 0x7f) return false;
    return code >= 0x20 || code === 9;
  });
}

function truncate(value: string, { precision }: Flags): string {
  if (precision === undefined) return value;
  let end = 0;
  for (let n = 0; n < precision && end < value.length; n++) end += decodeRune(value, end).size;
  return value.slice(0, end);
}

function hexOf(value: string, verb: "x" | "X", flags: Flags): string {
  const prefix = flags.sharp ? `0${verb}` : "";
  const bytes = Array.from(bytesOf(value.slice(0, flags.precision)), (byte) => {
    const digits = byte.toString(16).padStart(2, "0");
    return verb === "X" ? digits.toUpperCase() : digits;
  });
  if (bytes.length === 0) return "";
  return flags.space ? bytes.map((digits) => prefix + digits).join(" ") : prefix + bytes.join("");
}
