import { decodeBase64 } from "@tegata/bytes";
import { parseDuration } from "./duration.ts";
import { isCidr, isIpv4, isIpv6, isMac } from "./network-formats.ts";
import { matchesPattern } from "./pattern.ts";

/** A check of `format` for strings. `name` is as the schema spells it, for messages. */
export interface StringFormat {
  readonly name: string;
  matches(text: string): boolean;
}

/**
 * Looks a format up as the API server does: dashes do not count, and unknown formats are not checked. The formats
 * `isbn`, `isbn10`, `isbn13` and `creditcard`, which the API server knows, are among the unknown here.
 *
 * @see k8s.io/kube-openapi/pkg/validation/strfmt
 */
export function stringFormat(name: string | undefined): StringFormat | undefined {
  const matches = name === undefined ? undefined : FORMATS.get(name.replaceAll("-", ""));
  return name === undefined || matches === undefined ? undefined : { name, matches };
}

/** Formats that the API server checks and we do not. */
const UNCHECKED: ReadonlySet<string> = new Set(["creditcard", "isbn", "isbn10", "isbn13"]);
const NUMBER_FORMATS: Readonly<Partial<Record<string, readonly string[]>>> = {
  integer: ["int32", "int64"],
  number: ["float", "double"],
};

/** Whether the API server knows a format for values of a type; without a type, those of texts count. */
export function isKnownFormat(type: string | undefined, format: string): boolean {
  if (type !== undefined && type !== "string") return NUMBER_FORMATS[type]?.includes(format) === true;
  return stringFormat(format) !== undefined || UNCHECKED.has(format);
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID3 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const UUID4 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const UUID5 = /^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i;
const HOSTNAME =
  "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$";
const NAME_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?";
const SHORT_NAME = `^${NAME_LABEL}$`;
const LONG_NAME = `^${NAME_LABEL}(?:\\.${NAME_LABEL})*$`;
const CLOCK_TIME = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$/;
// Go's net/mail takes display names, too; the address itself is what is checked here.
const EMAIL = /^(?:[^<>@",]*<)?[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9[\].:_-]+>?$/i;

const FORMATS: ReadonlyMap<string, (text: string) => boolean> = new Map<string, (text: string) => boolean>([
  ["bsonobjectid", (text) => /^[0-9a-f]{24}$/i.test(text)],
  ["byte", (text) => decodeBase64(text) !== undefined && text !== ""],
  ["cidr", isCidr],
  ["date", isDate],
  ["datetime", isDateTime],
  ["duration", isDuration],
  ["email", (text) => EMAIL.test(text)],
  ["hexcolor", (text) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text)],
  ["hostname", isHostname],
  ["ipv4", isIpv4],
  ["ipv6", isIpv6],
  ["k8slongname", (text) => text.length <= 253 && matchesPattern(LONG_NAME, text)],
  ["k8sshortname", (text) => text.length <= 63 && matchesPattern(SHORT_NAME, text)],
  ["mac", isMac],
  ["password", () => true],
  ["rgbcolor", isRgbColor],
  ["ssn", (text) => /^\d{3}[- ]?\d{2}[- ]?\d{4}$/.test(text)],
  ["uri", isUri],
  ["uuid", (text) => UUID.test(text)],
  ["uuid3", (text) => UUID3.test(text)],
  ["uuid4", (text) => UUID4.test(text)],
  ["uuid5", (text) => UUID5.test(text)],
]);

/** RFC 3339 full-date of a day that exists. */
function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = match.slice(1).map(Number);
  return (
    month !== undefined && month >= 1 && month <= 12 && day !== undefined && day >= 1 && day <= daysIn(year ?? 0, month)
  );
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** RFC 3339 date-time, as go-openapi checks it: no leap seconds, either case of `T` and `Z`. */
function isDateTime(text: string): boolean {
  const [date = "", time = ""] = text.toLowerCase().split("t");
  if (!isDate(date)) return false;
  const match = CLOCK_TIME.exec(time);
  const [, hours = "", minutes = "", seconds = ""] = match ?? [];
  return match !== null && hours <= "23" && minutes <= "59" && seconds <= "59";
}

const LONG_UNITS =
  "(?:ns|nano|nanos|nanosecond|us|µs|micro|microsecond|ms|milli|millis|millisecond|s|sec|second|m|min|minute|h|hr|hour|d|day|w|wk|week)";
const LONG_DURATION = new RegExp(`\\d+\\s*${LONG_UNITS}`, "i");

/** A Go duration (`1h30m`) or Scala's (`2 days`). */
function isDuration(text: string): boolean {
  return parseDuration(text) !== undefined || (text.length < 256 && LONG_DURATION.test(text));
}

function isHostname(text: string): boolean {
  return text.length <= 255 && text.split(".").every((label) => label.length <= 63) && matchesPattern(HOSTNAME, text);
}

/** Go's `url.ParseRequestURI`: an absolute URI or an absolute path. */
function isUri(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what makes a URI invalid
  if (text === "" || /[\x00-\x20\x7f]/.test(text) || /%(?![0-9a-f]{2})/i.test(text)) return false;
  return text.startsWith("/") || /^[a-z][a-z0-9+.-]*:[^?#]*/i.test(text);
}

function isRgbColor(text: string): boolean {
  const channel = "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
  return matchesPattern(`^rgb\\(${channel},${channel},${channel}\\)$`, text);
}
