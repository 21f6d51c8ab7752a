import { derError } from "./der-error.ts";
import { TAG } from "./tags.ts";

/** The last instant that a certificate can name, `99991231235959Z`: "no well-defined expiration". RFC 5280 §4.1.2.5 */
export const LAST_INSTANT = new Date(Date.UTC(9999, 11, 31, 23, 59, 59));

const UTC_TIME = /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Reads a UTCTime or GeneralizedTime of the one form that RFC 5280 §4.1.2.5 allows: with seconds, without fraction, `Z`.
 * That a year before 2050 is written as UTCTime is the business of who checks certificates.
 *
 * @throws TegataError `DER_INVALID`
 */
export function decodeTime(tag: number, content: Uint8Array): Date {
  const form = tag === TAG.utcTime ? UTC_TIME : tag === TAG.generalizedTime ? GENERALIZED_TIME : undefined;
  if (form === undefined) throw derError("expected a time");
  const fields = form
    .exec(String.fromCharCode(...content.subarray(0, 16)))
    ?.slice(1)
    .map(Number);
  if (fields === undefined || content.length > 15)
    throw derError("a time is not of the form YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ");
  const [digits = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  const year = tag === TAG.utcTime ? digits + (digits < 50 ? 2000 : 1900) : digits;
  const time = new Date(0);
  time.setUTCFullYear(year, month - 1, day);
  time.setUTCHours(hour, minute, second);
  const exact =
    time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  if (!exact) throw derError("a time names an instant that does not exist");
  return time;
}

/**
 * Writes an instant, cut to seconds: UTCTime for 1950 to 2049, GeneralizedTime else. RFC 5280 §4.1.2.5
 *
 * @returns identifier octet and content.
 * @throws TegataError `DER_INVALID` for years outside 0 to 9999.
 */
export function encodeTime(time: Date): { readonly tag: number; readonly content: Uint8Array } {
  const year = time.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw derError("an instant is outside the years 0 to 9999");
  const isShort = year >= 1950 && year < 2050;
  const content = new Uint8Array(isShort ? 13 : 15).fill(UTC_ZONE);
  const afterYear = isShort ? 2 : 4;
  writeDigits(content, 0, afterYear, year);
  const fields = [
    time.getUTCMonth() + 1,
    time.getUTCDate(),
    time.getUTCHours(),
    time.getUTCMinutes(),
    time.getUTCSeconds(),
  ];
  for (const [i, field] of fields.entries()) writeDigits(content, afterYear + 2 * i, 2, field);
  return { tag: isShort ? TAG.utcTime : TAG.generalizedTime, content };
}

/** `Z` */
const UTC_ZONE = 0x5a;

/** Writes the last decimal digits of a number. */
function writeDigits(content: Uint8Array, at: number, count: number, value: number): void {
  let rest = value;
  for (let i = at + count - 1; i >= at; i--) {
    content[i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
}
