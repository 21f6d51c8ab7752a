// Exact decimal arithmetic, so that 0.1 plus 0.2 is 0.3, as sprig's float functions have it (shopspring/decimal).
import { CallError } from "../template-error.ts";

/** `coefficient` times ten to the power `exponent`. */
interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Digits after the point that a division keeps. */
const DIVISION_DIGITS = 16;

/** Applies an operation from left to right. @returns the nearest float. */
export function foldDecimals(
  first: number,
  others: readonly number[],
  operate: (a: Decimal, b: Decimal) => Decimal,
): number {
  const { coefficient, exponent } = others.map(decimalOf).reduce(operate, decimalOf(first));
  return Number(`${coefficient}e${exponent}`);
}

/** Adds. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { coefficient: scaled(a, exponent) + scaled(b, exponent), exponent };
}

/** Subtracts. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { ...b, coefficient: -b.coefficient });
}

/** Multiplies. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, exponent: a.exponent + b.exponent };
}

/** Divides, rounding halves away from zero. @throws CallError for a division by zero */
export function divideDecimals(a: Decimal, b: Decimal): Decimal {
  if (b.coefficient === 0n) throw new CallError("decimal division by 0");
  const shift = a.exponent - b.exponent + DIVISION_DIGITS;
  const dividend = shift >= 0 ? a.coefficient * 10n ** BigInt(shift) : a.coefficient;
  const by = shift >= 0 ? b.coefficient : b.coefficient * 10n ** BigInt(-shift);
  const isNegative = dividend < 0n !== by < 0n;
  const [size, bySize] = [dividend < 0n ? -dividend : dividend, by < 0n ? -by : by];
  const quotient = (2n * size + bySize) / (2n * bySize);
  return { coefficient: isNegative ? -quotient : quotient, exponent: -DIVISION_DIGITS };
}

function scaled({ coefficient, exponent }: Decimal, to: number): bigint {
  return coefficient * 10n ** BigInt(exponent - to);
}

/** @returns the shortest decimal that identifies the float. @throws CallError for what is no number */
function decimalOf(value: number): Decimal {
  if (!Number.isFinite(value)) throw new CallError("Cannot create a Decimal from NaN or an infinity");
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const fraction = mantissa.includes(".") ? mantissa.length - mantissa.indexOf(".") - 1 : 0;
  return { coefficient: BigInt(digits), exponent: Number(exponent) - fraction };
}
