import { CallError } from "../template-error.ts";
import { formatDuration, HOUR, parseDuration, roundDuration, SECOND } from "../time/duration.ts";
import { GoTime } from "../time/go-time.ts";
import { parseLayout } from "../time/parse-layout.ts";
import { findZone, UTC } from "../time/zone.ts";
import { textOf } from "../values/byte-string.ts";
import { type GoValue, SizedInteger } from "../values/value.ts";
import { bytewise, type CallContext, define, defineWithContext, type TemplateFunction } from "./define.ts";

const HTML_DATE = "2006-01-02";

/** Times, with Go's layouts. The local zone is UTC. */
export const DATE_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = bytewise({
  now: defineWithContext([], ({ host }) => GoTime.fromDate(host.now())),
  date: defineWithContext(["string", "any"], (context, layout, date) => timeOf(date, context).format(layout)),
  dateInZone: defineWithContext(["string", "any", "string"], dateInZone),
  date_in_zone: defineWithContext(["string", "any", "string"], dateInZone),
  htmlDate: defineWithContext(["any"], (context, date) => timeOf(date, context).format(HTML_DATE)),
  htmlDateInZone: defineWithContext(["any", "string"], (context, date, zone) =>
    dateInZone(context, HTML_DATE, date, zone),
  ),
  dateModify: define(["string", "time.Time"], modify),
  date_modify: define(["string", "time.Time"], modify),
  mustDateModify: define(["string", "time.Time"], mustModify),
  must_date_modify: define(["string", "time.Time"], mustModify),
  toDate: define(["string", "string"], (layout, text) => parse(layout, text) ?? GoTime.zero()),
  mustToDate: define(["string", "string"], (layout, text) => {
    const time = parse(layout, text);
    if (time === undefined) throw new CallError("the text is not a time of that layout", layout);
    return time;
  }),
  unixEpoch: define(["time.Time"], (time) => String(time.epochSeconds)),
  ago: defineWithContext(["any"], (context, date) => {
    const elapsed = GoTime.fromDate(context.host.now()).epochNanoseconds - timeOf(date, context).epochNanoseconds;
    return formatDuration(roundDuration(elapsed, SECOND));
  }),
  duration: define(["any"], (seconds) => formatDuration(BigInt.asIntN(64, secondsOf(seconds) * SECOND))),
  durationRound: defineWithContext(["any"], (context, value) => roughly(nanosecondsOf(value, context))),
});

/** @returns the time itself, or that of the Unix seconds; anything else is now, as sprig has it. */
function timeOf(date: GoValue, { host }: CallContext): GoTime {
  if (date instanceof GoTime) return date.in(UTC);
  if (typeof date === "bigint") return GoTime.fromSeconds(date);
  const isSeconds = date instanceof SizedInteger && (date.type === "int64" || date.type === "int32");
  return isSeconds ? GoTime.fromSeconds(date.value) : GoTime.fromDate(host.now());
}

function dateInZone(context: CallContext, layout: string, date: GoValue, zone: string): string {
  const found = findZone(textOf(zone)) ?? UTC;
  // Intl takes its time, most of all for abbreviations.
  if (found !== UTC) context.budget.spend(layout.includes("MST") ? 20_000 : 4_000);
  return timeOf(date, context).in(found).format(layout);
}

function modify(duration: string, time: GoTime): GoTime {
  return time.add(parseDuration(duration) ?? 0n);
}

function mustModify(duration: string, time: GoTime): GoTime {
  const nanoseconds = parseDuration(duration);
  if (nanoseconds === undefined) throw new CallError("time: invalid duration", duration);
  return time.add(nanoseconds);
}

function parse(layout: string, text: string): GoTime | undefined {
  const parsed = parseLayout(layout, text);
  return parsed && GoTime.fromParsed(parsed);
}

function secondsOf(value: GoValue): bigint {
  if (typeof value === "string") {
    const seconds = /^[-+]?\d+$/.test(value) ? BigInt(value.replace("+", "")) : 0n;
    const limit = 2n ** 63n - 1n;
    return seconds > limit ? limit : seconds < -limit - 1n ? -limit - 1n : seconds;
  }
  return value instanceof SizedInteger && value.type === "int64" ? value.value : 0n;
}

function nanosecondsOf(value: GoValue, { host }: CallContext): bigint {
  if (typeof value === "string") return parseDuration(value) ?? 0n;
  if (value instanceof SizedInteger && value.type === "int64") return value.value;
  if (value instanceof GoTime) return GoTime.fromDate(host.now()).epochNanoseconds - value.epochNanoseconds;
  return 0n;
}

const UNITS: readonly (readonly [string, bigint])[] = [
  ["y", 365n * 24n * HOUR],
  ["mo", 30n * 24n * HOUR],
  ["d", 24n * HOUR],
  ["h", HOUR],
  ["m", HOUR / 60n],
  ["s", SECOND],
];

/** @returns the largest unit that the duration exceeds. */
function roughly(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  const unit = UNITS.find(([, length]) => size > length);
  return unit === undefined ? "0s" : `${size / unit[1]}${unit[0]}`;
}
