const UNIT_NANOSECONDS: Readonly<Partial<Record<string, bigint>>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const MAX_INT64 = 2n ** 63n;
const DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;

/**
 * Parses a duration such as `1h30m` or `-1.5s`, as Go's `time.ParseDuration` does.
 *
 * @returns nanoseconds, or `undefined` if the text is not a duration or does not fit in an int64.
 */
export function parseDuration(text: string): bigint | undefined {
  if (text.length > 256 || !DURATION.test(text)) return undefined;
  let total = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of text.matchAll(/(\d*)(?:\.(\d*))?([a-zµμ]+)/g)) {
    const scale = UNIT_NANOSECONDS[unit] ?? 0n;
    total +=
      BigInt(whole === "" ? 0 : whole) * scale +
      (BigInt(fraction === "" ? 0 : fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  if (total >= MAX_INT64) return undefined;
  return text.startsWith("-") ? -total : total;
}
