// Go's strconv.FormatFloat. JavaScript's own formatting cannot stand in for it: it rounds exact halves up, Go to even.

/** The significant digits of a number, without sign: 0.d1d2d3... times ten to the power `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** How a number is written; `b` is Go's binary exponent form, `x` its hexadecimal one. */
export type FloatVerb = "e" | "E" | "f" | "g" | "G" | "b" | "x" | "X";

/**
 * Formats as Go's `strconv.FormatFloat(value, verb, precision, 64)`.
 *
 * @param precision - digits after the point (`g`: significant digits); -1 for as few as identify the number.
 */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return "NaN";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign === "" ? "+Inf" : "-Inf";
  switch (verb) {
    case "b":
      return sign + binary(size);
    case "x":
      return sign + hexadecimal(size, precision);
    case "X":
      return sign + hexadecimal(size, precision).toUpperCase();
    case "e":
    case "f":
    case "g":
      return sign + decimalForm(size, verb, precision);
    case "E":
      return sign + decimalForm(size, "e", precision).toUpperCase();
    case "G":
      return sign + decimalForm(size, "g", precision).toUpperCase();
  }
}

function decimalForm(size: number, verb: "e" | "f" | "g", precision: number): string {
  const isShortest = precision < 0;
  const decimal = isShortest ? shortest(size) : roundedFor(exact(size), verb, precision);
  const count = decimal.digits.length;
  if (verb === "e") return exponential(decimal, isShortest ? count - 1 : precision);
  if (verb === "f") return positional(decimal, isShortest ? Math.max(count - decimal.point, 0) : precision);
  const wanted = precision === 0 ? 1 : precision;
  const threshold = isShortest ? 6 : wanted > count && count >= decimal.point ? count : wanted;
  const exponent = decimal.point - 1;
  if (exponent < -4 || exponent >= threshold) {
    return exponential(decimal, (isShortest || wanted > count ? count : wanted) - 1);
  }
  return positional(decimal, Math.max(count - decimal.point, 0));
}

function roundedFor(decimal: Decimal, verb: "e" | "f" | "g", precision: number): Decimal {
  if (verb === "e") return round(decimal, precision + 1);
  if (verb === "f") return round(decimal, decimal.point + precision);
  return round(decimal, precision === 0 ? 1 : precision);
}

function shortest(size: number): Decimal {
  if (size === 0) return { digits: "", point: 0 };
  const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), point: Number(exponent) + 1 };
}

/** @returns all digits of the number's exact decimal value. */
function exact(size: number): Decimal {
  if (size === 0) return { digits: "", point: 0 };
  const { mantissa, exponent } = partsOf(size);
  const scaled = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const text = scaled.toString();
  return trimZeros({ digits: text, point: text.length + Math.min(exponent, 0) });
}

/** Rounds to that many digits, exact halves to even. */
function round(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: "", point: 0 };
  const kept = digits.slice(0, count);
  const next = digits.charCodeAt(count) - 48;
  const isHalf = next === 5 && count + 1 === digits.length;
  const lastIsOdd = count > 0 && kept.charCodeAt(count - 1) % 2 === 1;
  if (isHalf ? !lastIsOdd : next < 5) return trimZeros({ digits: kept, point });
  const raised = (BigInt(kept === "" ? "0" : kept) + 1n).toString();
  return trimZeros({ digits: raised, point: point + raised.length - count });
}

function trimZeros({ digits, point }: Decimal): Decimal {
  const trimmed = digits.replace(/0+$/, "");
  return trimmed === "" ? { digits: "", point: 0 } : { digits: trimmed, point };
}

function exponential({ digits, point }: Decimal, fractionDigits: number): string {
  const first = digits[0] ?? "0";
  const fraction = fractionDigits > 0 ? `.${digits.slice(1).padEnd(fractionDigits, "0")}` : "";
  const exponent = digits === "" ? 0 : point - 1;
  return `${first}${fraction}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function positional({ digits, point }: Decimal, fractionDigits: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, "0") : "0";
  if (fractionDigits === 0) return whole;
  const fraction = "0".repeat(Math.min(Math.max(-point, 0), fractionDigits)) + digits.slice(Math.max(point, 0));
  return `${whole}.${fraction.slice(0, fractionDigits).padEnd(fractionDigits, "0")}`;
}

/** @returns the number as mantissa times two to the exponent, as IEEE 754 stores it. */
function partsOf(size: number): { mantissa: bigint; exponent: number } {
  const bits = new BigUint64Array(new Float64Array([size]).buffer)[0] ?? 0n;
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & (2n ** 52n - 1n);
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | (2n ** 52n), exponent: biased - 1075 };
}

function binary(size: number): string {
  const { mantissa, exponent } = partsOf(size);
  return `${mantissa}p${exponent < 0 ? "" : "+"}${exponent}`;
}

function hexadecimal(size: number, precision: number): string {
  let { mantissa, exponent } = partsOf(size);
  if (mantissa === 0n) return `0x0${precision > 0 ? `.${"0".repeat(precision)}` : ""}p+00`;
  const shift = 53 - mantissa.toString(2).length;
  mantissa <<= BigInt(shift);
  exponent += 52 - shift;
  // The mantissa is now 1.f in 52 bits; 13 hexadecimal digits hold f.
  if (precision >= 0 && precision < 13) mantissa = roundBits(mantissa, 4 * (13 - precision));
  if (mantissa >> 53n !== 0n) {
    mantissa >>= 1n;
    exponent++;
  }
  const all = (mantissa & (2n ** 52n - 1n)).toString(16).padStart(13, "0");
  const fraction = precision < 0 ? all.replace(/0+$/, "") : all.slice(0, precision).padEnd(precision, "0");
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `0x1${fraction === "" ? "" : `.${fraction}`}p${exponent < 0 ? "-" : "+"}${power}`;
}

/** Clears that many low bits, rounding halves to even. */
function roundBits(value: bigint, bits: number): bigint {
  const unit = 1n << BigInt(bits);
  const rest = value % unit;
  const down = value - rest;
  const isUp = 2n * rest > unit || (2n * rest === unit && (down / unit) % 2n === 1n);
  return isUp ? down + unit : down;
}
