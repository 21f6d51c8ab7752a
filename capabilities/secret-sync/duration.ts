import { TegataError } from "@tegata/errors";

const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const WHOLE = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/**
 * Parses a Go duration such as `1h30m`, `90s` or `0`.
 *
 * @returns milliseconds.
 * @throws TegataError `DURATION_INVALID`
 */
export function parseGoDurationMs(text: string): number {
  if (!WHOLE.test(text)) {
    throw new TegataError({
      kind: "invalid-input",
      code: "DURATION_INVALID",
      message: `"${text.slice(0, 40)}" is not a duration`,
      remedy: "Write it as Go does: a number with a unit, for example 90s, 30m or 1h30m.",
    });
  }
  let total = 0;
  for (const [, amount = "0", unit = "s"] of text.matchAll(PART)) total += Number(amount) * (UNITS_MS[unit] ?? 0);
  return text.startsWith("-") ? -total : total;
}
