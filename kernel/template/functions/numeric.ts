import type { BudgetMeter } from "../budget.ts";
import { formatPrinted } from "../format/print.ts";
import { CallError } from "../template-error.ts";
import { toFloat, toInteger } from "../values/convert.ts";
import { GoSlice, type GoValue, int, int64 } from "../values/value.ts";
import { addDecimals, divideDecimals, foldDecimals, multiplyDecimals, subtractDecimals } from "./decimal.ts";
import { type CallContext, define, defineWithContext, type TemplateFunction } from "./define.ts";

const MAX_INT = 2n ** 63n - 1n;

/** Numbers. Integer functions yield `int64`, float functions `float64`; texts are converted first. */
export const NUMERIC_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  atoi: define(["string"], atoi),
  int: define(["any"], toInteger),
  int64: define(["any"], (value) => int64(toInteger(value))),
  float64: define(["any"], toFloat),
  toDecimal: defineWithContext(["any"], ({ budget }, value) => int64(octal(formatPrinted(value, budget)))),
  add1: define(["any"], (value) => int64(toInteger(value) + 1n)),
  add: define(["...any"], (...values) => int64(values.reduce<bigint>((sum, value) => sum + toInteger(value), 0n))),
  sub: define(["any", "any"], (a, b) => int64(toInteger(a) - toInteger(b))),
  mul: define(["any", "...any"], (first, ...others) => {
    return int64(
      others.reduce<bigint>((product, value) => BigInt.asIntN(64, product * toInteger(value)), toInteger(first)),
    );
  }),
  div: define(["any", "any"], (a, b) => int64(toInteger(a) / divisor(b))),
  mod: define(["any", "any"], (a, b) => int64(toInteger(a) % divisor(b))),
  max: define(["any", "...any"], largest),
  biggest: define(["any", "...any"], largest),
  min: define(["any", "...any"], (first, ...others) => {
    return int64(others.map(toInteger).reduce((a, b) => (b < a ? b : a), toInteger(first)));
  }),
  maxf: define(["any", "...any"], (first, ...others) => Math.max(toFloat(first), ...others.map(toFloat))),
  minf: define(["any", "...any"], (first, ...others) => Math.min(toFloat(first), ...others.map(toFloat))),
  add1f: define(["any"], (value) => foldDecimals(toFloat(value), [1], addDecimals)),
  addf: define(["...any"], (...values) => foldDecimals(0, values.map(toFloat), addDecimals)),
  subf: define(["any", "...any"], (a, ...others) => foldDecimals(toFloat(a), others.map(toFloat), subtractDecimals)),
  mulf: define(["any", "...any"], (a, ...others) => foldDecimals(toFloat(a), others.map(toFloat), multiplyDecimals)),
  divf: define(["any", "...any"], (a, ...others) => foldDecimals(toFloat(a), others.map(toFloat), divideDecimals)),
  floor: define(["any"], (value) => Math.floor(toFloat(value))),
  ceil: define(["any"], (value) => Math.ceil(toFloat(value))),
  round: define(["any", "int", "...float64"], (value, places, ...roundOn) => {
    return round(toFloat(value), Number(places), roundOn[0] ?? 0.5);
  }),
  until: defineWithContext(["int"], ({ budget }, count) => {
    return new GoSlice("int", steps(0n, count, count < 0n ? -1n : 1n, budget));
  }),
  untilStep: defineWithContext(["int", "int", "int"], ({ budget }, start, stop, step) => {
    return new GoSlice("int", steps(start, stop, step, budget));
  }),
  seq: defineWithContext(["...int"], (context, ...parameters) => sequence(parameters, context)),
};

/** Go's `strconv.Atoi`, without its error: what is too large becomes the largest integer. */
function atoi(text: string): bigint {
  if (!/^[-+]?[0-9]+$/.test(text)) return 0n;
  const value = BigInt(text.replace(/^\+/, ""));
  if (value > MAX_INT) return MAX_INT;
  return value < -MAX_INT - 1n ? -MAX_INT - 1n : value;
}

function octal(text: string): bigint {
  const [, sign = "", digits] = /^([-+]?)([0-7]+)$/.exec(text) ?? [];
  const value = digits === undefined ? 0n : BigInt(`0o${digits}`) * (sign === "-" ? -1n : 1n);
  return value > MAX_INT || value < -MAX_INT - 1n ? 0n : value;
}

function divisor(value: GoValue): bigint {
  const divisor = toInteger(value);
  if (divisor === 0n) throw new CallError("runtime error: integer divide by zero");
  return divisor;
}

function largest(first: GoValue, ...others: GoValue[]): GoValue {
  return int64(others.map(toInteger).reduce((a, b) => (b > a ? b : a), toInteger(first)));
}

function round(value: number, places: number, roundOn: number): number {
  const power = 10 ** places;
  const scaled = power * value;
  const fraction = scaled - Math.trunc(scaled);
  return (fraction >= roundOn ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

/** @returns the integers from `start` to before `stop`; none if the step leads away from it. */
function steps(start: bigint, stop: bigint, step: bigint, budget: BudgetMeter): bigint[] {
  const distance = stop - start;
  if (step === 0n || distance === 0n || distance > 0n !== step > 0n) return [];
  const count = (distance + step + (step > 0n ? -1n : 1n)) / step;
  budget.list(Number(count));
  return Array.from({ length: Number(count) }, (_, i) => start + BigInt(i) * step);
}

/** Like the command `seq`: `end`, `start end`, or `start step end`. */
function sequence(parameters: readonly bigint[], { budget }: CallContext): string {
  const [first = 0n, second = 0n, third = 0n] = parameters;
  const list = (start: bigint, step: bigint, end: bigint, beyond: bigint): string =>
    steps(start, int(end + beyond), step, budget).join(" ");
  const towards = (start: bigint, end: bigint): bigint => (end < start ? -1n : 1n);
  switch (parameters.length) {
    case 1:
      return list(1n, towards(1n, first), first, towards(1n, first));
    case 2:
      return list(first, towards(first, second), second, towards(first, second));
    case 3:
      if (third < first && second > 0n) return "";
      return list(first, second, third, towards(first, third));
    default:
      return "";
  }
}
