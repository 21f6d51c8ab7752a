import type { Library } from "../functions.ts";
import { CelError, type Opaque } from "../values.ts";
import { checkedInt } from "./operators.ts";

const BINARY: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };
const DECIMAL: Readonly<Record<string, bigint>> = {
  n: -9n,
  u: -6n,
  m: -3n,
  "": 0n,
  k: 3n,
  M: 6n,
  G: 9n,
  T: 12n,
  P: 15n,
  E: 18n,
};
const QUANTITY = /^([+-]?)(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d{1,3})|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E)|)$/;
/** Quantities count in billionths, as Kubernetes rounds them. */
const SCALE = 9n;

/** A resource quantity such as `1.5Gi`: a number of billionths. */
class Quantity implements Opaque {
  readonly opaqueType = "kubernetes.Quantity";
  readonly billionths: bigint;

  constructor(billionths: bigint) {
    this.billionths = billionths;
  }

  equals(other: Opaque): boolean {
    return other instanceof Quantity && other.billionths === this.billionths;
  }

  get isInteger(): boolean {
    const whole = this.billionths / 10n ** SCALE;
    return this.billionths % 10n ** SCALE === 0n && whole >= -(2n ** 63n) && whole < 2n ** 63n;
  }
}

/** Parses a quantity. Fractions below a billionth are rounded up, away from zero. @returns undefined if it is not one. */
function parseQuantity(text: string): Quantity | undefined {
  const match = text.length > 256 ? null : QUANTITY.exec(text);
  if (match === null) return undefined;
  const [, sign = "", digits = "", exponent, suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  let value = BigInt(whole + fraction);
  let power = SCALE - BigInt(fraction.length);
  const binary = BINARY[suffix];
  if (binary !== undefined) value <<= binary;
  else power += exponent === undefined ? (DECIMAL[suffix] ?? 0n) : BigInt(exponent.slice(1).replace("+", ""));
  const billionths = power >= 0n ? value * 10n ** power : divideUp(value, 10n ** -power);
  return new Quantity(sign === "-" ? -billionths : billionths);
}

function divideUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}

function quantityOf(text: string): Quantity {
  const quantity = parseQuantity(text);
  if (quantity !== undefined) return quantity;
  throw new CelError("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

function compare(a: Quantity, b: Quantity): bigint {
  return a.billionths < b.billionths ? -1n : BigInt(a.billionths > b.billionths);
}

function asInteger(quantity: Quantity): bigint {
  if (!quantity.isInteger) throw new CelError("cannot convert value to integer");
  return checkedInt(quantity.billionths / 10n ** SCALE);
}

/** Resource quantities. @see k8s.io/apiserver/pkg/cel/library quantity.go */
export const QUANTITIES: Library = {
  "quantity(string) Quantity": (text: string) => quantityOf(text),
  "isQuantity(string) bool": (text: string) => parseQuantity(text) !== undefined,
  "Quantity::sign() int": ({ billionths }: Quantity) => (billionths < 0n ? -1n : BigInt(billionths > 0n)),
  "Quantity::isInteger() bool": (quantity: Quantity) => quantity.isInteger,
  "Quantity::asInteger() int": (quantity: Quantity) => asInteger(quantity),
  "Quantity::asApproximateFloat() double": ({ billionths }: Quantity) => Number(billionths) / 1e9,
  "Quantity::isGreaterThan(Quantity) bool": (a: Quantity, b: Quantity) => compare(a, b) > 0n,
  "Quantity::isLessThan(Quantity) bool": (a: Quantity, b: Quantity) => compare(a, b) < 0n,
  "Quantity::compareTo(Quantity) int": (a: Quantity, b: Quantity) => compare(a, b),
  "Quantity::add(Quantity) Quantity": (a: Quantity, b: Quantity) => new Quantity(a.billionths + b.billionths),
  "Quantity::add(int) Quantity": (a: Quantity, b: bigint) => new Quantity(a.billionths + b * 10n ** SCALE),
  "Quantity::sub(Quantity) Quantity": (a: Quantity, b: Quantity) => new Quantity(a.billionths - b.billionths),
  "Quantity::sub(int) Quantity": (a: Quantity, b: bigint) => new Quantity(a.billionths - b * 10n ** SCALE),
};
