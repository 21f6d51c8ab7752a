// Go's layouts, in which the reference time "Mon Jan 2 15:04:05 MST 2006" stands for itself.
import { type Civil, MONTHS, WEEKDAYS } from "./calendar.ts";
import type { ZoneState } from "./zone.ts";

const CHUNK =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|__2|_2(?!006)|2|3|4|5|PM|pm|[-Z]07(?::00:00|:00|0000|00|)|[.,](?:0+|9+)(?![0-9])/g;

/** A piece of a layout: text, or a chunk that stands for a part of the time. */
export interface LayoutPiece {
  readonly chunk: boolean;
  readonly text: string;
}

/** Cuts a layout into chunks and the text between them. */
export function readLayout(layout: string): LayoutPiece[] {
  const pieces: LayoutPiece[] = [];
  let at = 0;
  for (const match of layout.matchAll(CHUNK)) {
    if (match.index > at) pieces.push({ chunk: false, text: layout.slice(at, match.index) });
    pieces.push({ chunk: true, text: match[0] });
    at = match.index + match[0].length;
  }
  if (at < layout.length) pieces.push({ chunk: false, text: layout.slice(at) });
  return pieces;
}

/** Everything that a layout can show. */
export type LayoutTime = Civil & ZoneState & { readonly weekday: number; readonly yearDay: number };

/** Formats a time. Go: `time.Time.Format`. */
export function formatLayout(time: LayoutTime, layout: string): string {
  return readLayout(layout)
    .map(({ chunk, text }) => (chunk ? formatChunk(time, text) : text))
    .join("");
}

function formatChunk(time: LayoutTime, chunk: string): string {
  const hour12 = time.hour % 12 || 12;
  switch (chunk) {
    case "January":
      return MONTHS[time.month - 1] ?? "";
    case "Jan":
      return (MONTHS[time.month - 1] ?? "").slice(0, 3);
    case "Monday":
      return WEEKDAYS[time.weekday] ?? "";
    case "Mon":
      return (WEEKDAYS[time.weekday] ?? "").slice(0, 3);
    case "MST":
      return time.abbreviation() || offset(time.offsetSeconds, "00");
    case "2006":
      return year(time.year);
    case "06":
      return padded(((time.year % 100) + 100) % 100);
    case "002":
      return padded(time.yearDay, 3);
    case "__2":
      return padded(time.yearDay, 3, " ");
    case "01":
      return padded(time.month);
    case "1":
      return String(time.month);
    case "02":
      return padded(time.day);
    case "_2":
      return padded(time.day, 2, " ");
    case "2":
      return String(time.day);
    case "15":
      return padded(time.hour);
    case "03":
      return padded(hour12);
    case "3":
      return String(hour12);
    case "04":
      return padded(time.minute);
    case "4":
      return String(time.minute);
    case "05":
      return padded(time.second);
    case "5":
      return String(time.second);
    case "PM":
      return time.hour >= 12 ? "PM" : "AM";
    case "pm":
      return time.hour >= 12 ? "pm" : "am";
    default:
      return /^[.,]/.test(chunk) ? fraction(time.nanosecond, chunk) : zone(time.offsetSeconds, chunk);
  }
}

function padded(value: number, width = 2, fill = "0"): string {
  return String(value).padStart(width, fill);
}

function year(value: number): string {
  return value < 0 ? `-${padded(-value, 4)}` : padded(value, 4);
}

function fraction(nanosecond: number, chunk: string): string {
  const digits = padded(nanosecond, 9)
    .slice(0, chunk.length - 1)
    .padEnd(chunk.length - 1, "0");
  if (chunk[1] === "0") return `${chunk.charAt(0)}${digits}`;
  const trimmed = digits.replace(/0+$/, "");
  return trimmed === "" ? "" : `${chunk.charAt(0)}${trimmed}`;
}

function zone(offsetSeconds: number, chunk: string): string {
  if (chunk.startsWith("Z") && offsetSeconds === 0) return "Z";
  return offset(offsetSeconds, chunk.slice(3));
}

/** @param form - what follows the hours in the layout: nothing, `00`, `:00`, `0000` or `:00:00`. */
function offset(offsetSeconds: number, form: string): string {
  const size = Math.abs(offsetSeconds);
  const colon = form.startsWith(":") ? ":" : "";
  const parts = [padded(Math.floor(size / 3600)), padded(Math.floor(size / 60) % 60), padded(size % 60)];
  const count = form === "" ? 1 : form.replaceAll(":", "").length / 2 + 1;
  return `${offsetSeconds < 0 ? "-" : "+"}${parts.slice(0, count).join(colon)}`;
}
