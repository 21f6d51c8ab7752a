import { GoComplex } from "../values/value.ts";
import { unquoteCharacter } from "./unquote.ts";

/** A numeric constant. Like Go's, it has no type of its own: it is each of the types that it fits. */
export interface NumberLiteral {
  readonly text: string;
  readonly int: bigint | undefined;
  readonly uint: bigint | undefined;
  readonly float: number | undefined;
  readonly complex: GoComplex | undefined;
}

const MAX_INT = 2n ** 63n - 1n;
const MIN_INT = -(2n ** 63n);
const MAX_UINT = 2n ** 64n - 1n;

const DIGITS = "[0-9](?:_?[0-9])*";
const INTEGER = new RegExp(
  `^[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)$`,
);
const DECIMAL_FLOAT = new RegExp(`^[+-]?(?:${DIGITS}(?:\\.(?:${DIGITS})?)?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const HEX_FLOAT = /^([+-]?)0[xX]([0-9a-fA-F_]*)(?:\.([0-9a-fA-F_]*))?[pP]([+-]?[0-9]+)$/;

/** Reads a number token's text. @returns what is wrong, as Go says it, if it is not a number. */
export function parseNumberLiteral(text: string, kind: "charConstant" | "complex" | "number"): NumberLiteral | string {
  if (kind === "charConstant") {
    const code = unquoteCharacter(text);
    if (code === undefined) return `malformed character constant: ${text}`;
    return { text, int: BigInt(code), uint: BigInt(code), float: code, complex: undefined };
  }
  if (kind === "complex" || text.endsWith("i")) return parseComplex(text);
  const value = parseInteger(text);
  if (value !== undefined && value >= MIN_INT && value <= MAX_UINT) return ofInteger(text, value);
  const float = parseFloatLiteral(text);
  if (float === undefined) return `illegal number syntax: "${text}"`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: "${text}"`;
  return ofFloat(text, float, undefined);
}

function ofInteger(text: string, value: bigint): NumberLiteral {
  return {
    text,
    int: value <= MAX_INT ? value : undefined,
    // Go reads an unsigned integer without a sign; minus zero is the exception.
    uint: value === 0n || (value > 0n && !/^[+-]/.test(text)) ? value : undefined,
    float: Number(value),
    complex: undefined,
  };
}

function ofFloat(text: string, float: number, complex: GoComplex | undefined): NumberLiteral {
  const whole = Number.isInteger(float) ? BigInt(float) : undefined;
  return {
    text,
    int: whole !== undefined && whole >= MIN_INT && whole <= MAX_INT ? whole : undefined,
    uint: whole !== undefined && whole >= 0n && whole <= MAX_UINT ? whole : undefined,
    float,
    complex,
  };
}

/** Reads `2i` or `1+2i`, where each part may have an exponent with a sign of its own. */
function parseComplex(text: string): NumberLiteral | string {
  const body = text.slice(0, -1);
  const split = startOfImaginary(body);
  const real = split === 0 ? 0 : parseFloatLiteral(body.slice(0, split));
  const imaginary = parseFloatLiteral(body.slice(split));
  if (real === undefined || imaginary === undefined || !text.endsWith("i")) return `illegal number syntax: "${text}"`;
  const complex = new GoComplex(real, imaginary);
  if (imaginary === 0) return ofFloat(text, real, complex);
  return { text, int: undefined, uint: undefined, float: undefined, complex };
}

/** @returns the offset of the last sign that is not an exponent's, or 0 if there is none. */
function startOfImaginary(body: string): number {
  for (let at = body.length - 1; at > 0; at--) {
    if (/[+-]/.test(body.charAt(at)) && !/[eEpP]/.test(body.charAt(at - 1))) return at;
  }
  return 0;
}

/** @returns the integer of a Go literal of any base, or `undefined`; its size is not checked. */
export function parseInteger(text: string): bigint | undefined {
  if (!INTEGER.test(text)) return undefined;
  const negative = text.startsWith("-");
  const digits = text.replace(/^[+-]/, "").replaceAll("_", "");
  const value = BigInt(/^0[0-9]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return negative ? -value : value;
}

/** @returns the float of a Go literal, decimal or hexadecimal, or `undefined` if it is malformed or out of range. */
export function parseFloatLiteral(text: string): number | undefined {
  const hex = HEX_FLOAT.exec(text);
  const value = hex === null ? (DECIMAL_FLOAT.test(text) ? Number(text.replaceAll("_", "")) : undefined) : ofHex(hex);
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function ofHex([, sign, whole = "", fraction = "", exponent = "0"]: RegExpExecArray): number | undefined {
  const digits = (whole + fraction).replaceAll("_", "");
  if (digits === "") return undefined;
  const scale = Number(exponent) - 4 * fraction.replaceAll("_", "").length;
  return (sign === "-" ? -1 : 1) * Number(BigInt(`0x${digits}`)) * 2 ** scale;
}
