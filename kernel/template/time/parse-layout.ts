import { daysIn, epochSecondsOf, MONTHS, WEEKDAYS } from "./calendar.ts";
import { readLayout } from "./layout.ts";
import { fixedZone, UTC, type Zone } from "./zone.ts";

/** A time read from a text. */
export interface ParsedTime {
  readonly epochSeconds: number;
  readonly nanosecond: number;
  readonly zone: Zone;
}

/** Reads a text by a layout. Go: `time.ParseInLocation` in UTC. @returns `undefined` if the text does not fit. */
export function parseLayout(layout: string, text: string): ParsedTime | undefined {
  return new LayoutParser(text).parse(layout);
}

class LayoutParser {
  #rest: string;
  #year = 0;
  #month: number | undefined;
  #day: number | undefined;
  #yearDay: number | undefined;
  #hour = 0;
  #minute = 0;
  #second = 0;
  #nanosecond = 0;
  #afternoon: boolean | undefined;
  #offsetSeconds: number | undefined;
  #isUtc = false;
  #zoneName = "";

  constructor(text: string) {
    this.#rest = text;
  }

  parse(layout: string): ParsedTime | undefined {
    const pieces = readLayout(layout);
    for (const [i, { chunk, text }] of pieces.entries()) {
      const next = pieces[i + 1];
      const hasFraction = next?.chunk === true && /^[.,]/.test(next.text);
      if (!(chunk ? this.#take(text, hasFraction) : this.#skip(text))) return undefined;
    }
    return this.#rest === "" ? this.#result() : undefined;
  }

  /** Passes over text between chunks; a run of spaces stands for any run of spaces. */
  #skip(prefix: string): boolean {
    for (let at = 0; at < prefix.length; at++) {
      if (prefix[at] === " ") {
        if (this.#rest !== "" && !this.#rest.startsWith(" ")) return false;
        while (prefix[at + 1] === " ") at++;
        this.#rest = this.#rest.replace(/^ +/, "");
      } else {
        if (this.#rest[0] !== prefix[at]) return false;
        this.#rest = this.#rest.slice(1);
      }
    }
    return true;
  }

  #take(chunk: string, hasFraction: boolean): boolean {
    switch (chunk) {
      case "January":
      case "Jan":
        return this.#set(this.#name(MONTHS, chunk === "Jan"), (index) => (this.#month = index + 1));
      case "Monday":
      case "Mon":
        return this.#name(WEEKDAYS, chunk === "Mon") !== undefined;
      case "2006":
        return this.#set(this.#digits(/^\d{4}/), (year) => (this.#year = year));
      case "06":
        return this.#set(this.#digits(/^\d{2}/), (year) => (this.#year = year >= 69 ? year + 1900 : year + 2000));
      case "01":
      case "1":
        return this.#set(this.#number(chunk === "01"), (month) => (this.#month = month)) && inRange(this.#month, 1, 12);
      case "02":
      case "2":
      case "_2":
        if (chunk === "_2") this.#rest = this.#rest.replace(/^ /, "");
        return this.#set(this.#number(chunk === "02"), (day) => (this.#day = day));
      case "002":
      case "__2":
        if (chunk === "__2") this.#rest = this.#rest.replace(/^ {1,2}/, "");
        return this.#set(this.#digits(chunk === "002" ? /^\d{3}/ : /^\d{1,3}/), (day) => (this.#yearDay = day));
      case "15":
        return this.#set(this.#number(false), (hour) => (this.#hour = hour)) && this.#hour < 24;
      case "03":
      case "3":
        return this.#set(this.#number(chunk === "03"), (hour) => (this.#hour = hour)) && this.#hour <= 12;
      case "04":
      case "4":
        return this.#set(this.#number(chunk === "04"), (minute) => (this.#minute = minute)) && this.#minute < 60;
      case "05":
      case "5":
        return this.#takeSecond(chunk === "05", hasFraction);
      case "PM":
      case "pm":
        return this.#takeHalfDay(chunk);
      case "MST":
        return this.#takeZoneName();
      default:
        return /^[.,]/.test(chunk) ? this.#takeFraction(chunk) : this.#takeOffset(chunk);
    }
  }

  #set(value: number | undefined, assign: (value: number) => void): boolean {
    if (value === undefined) return false;
    assign(value);
    return true;
  }

  #takeSecond(fixed: boolean, hasFraction: boolean): boolean {
    if (!this.#set(this.#number(fixed), (second) => (this.#second = second)) || this.#second >= 60) return false;
    // A fraction may follow even if the layout does not ask for one.
    const fraction = hasFraction ? null : /^[.,](\d+)/.exec(this.#rest);
    return fraction === null || this.#takeDigits(fraction[0]);
  }

  #takeFraction(chunk: string): boolean {
    if (chunk[1] === "9") {
      const optional = /^[.,]\d+/.exec(this.#rest);
      return optional === null || this.#takeDigits(optional[0].slice(0, 10));
    }
    const exact = this.#rest.slice(0, chunk.length);
    return /^[.,]\d+$/.test(exact) && exact.length === chunk.length && this.#takeDigits(exact);
  }

  #takeDigits(fraction: string): boolean {
    this.#nanosecond = Number(fraction.slice(1, 10).padEnd(9, "0"));
    this.#rest = this.#rest.slice(fraction.length);
    return true;
  }

  #takeHalfDay(chunk: "PM" | "pm"): boolean {
    const mark = this.#rest.slice(0, 2);
    if (mark !== chunk && mark !== (chunk === "PM" ? "AM" : "am")) return false;
    this.#afternoon = mark === chunk;
    this.#rest = this.#rest.slice(2);
    return true;
  }

  #takeZoneName(): boolean {
    const name =
      /^(?:UTC|GMT(?:[-+]\d{1,2})?|ChST|MeST|[A-Z]{3}T|[A-Z]{4}T|[A-Z]{3}(?![A-Z])|[-+]\d{2}(?:\d{2})?)/.exec(
        this.#rest,
      )?.[0];
    if (name === undefined) return false;
    this.#rest = this.#rest.slice(name.length);
    if (name === "UTC") this.#isUtc = true;
    else this.#zoneName = name;
    return true;
  }

  #takeOffset(chunk: string): boolean {
    if (chunk.startsWith("Z") && this.#rest.startsWith("Z")) {
      this.#rest = this.#rest.slice(1);
      this.#isUtc = true;
      return true;
    }
    const shape = OFFSETS[chunk.slice(3)];
    const match = shape?.exec(this.#rest);
    if (match === null || match === undefined) return false;
    const [text, sign, hours = "0", minutes = "0", seconds = "0"] = match;
    if (Number(hours) > 24 || Number(minutes) > 60 || Number(seconds) > 60) return false;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    this.#offsetSeconds = sign === "-" ? -size : size;
    this.#rest = this.#rest.slice(text.length);
    return true;
  }

  #digits(pattern: RegExp): number | undefined {
    const digits = pattern.exec(this.#rest)?.[0];
    if (digits === undefined) return undefined;
    this.#rest = this.#rest.slice(digits.length);
    return Number(digits);
  }

  /** Reads one or two digits, or exactly two. */
  #number(fixed: boolean): number | undefined {
    return this.#digits(fixed ? /^\d{2}/ : /^\d{1,2}/);
  }

  #name(names: readonly string[], short: boolean): number | undefined {
    const lower = this.#rest.toLowerCase();
    const index = names.findIndex((name) => lower.startsWith((short ? name.slice(0, 3) : name).toLowerCase()));
    if (index === -1) return undefined;
    this.#rest = this.#rest.slice(short ? 3 : (names[index] ?? "").length);
    return index;
  }

  #result(): ParsedTime | undefined {
    if (this.#afternoon === true && this.#hour < 12) this.#hour += 12;
    if (this.#afternoon === false && this.#hour === 12) this.#hour = 0;
    if (!this.#resolveDay()) return undefined;
    const [month, day] = [this.#month ?? 1, this.#day ?? 1];
    if (!inRange(day, 1, daysIn(month, this.#year))) return undefined;
    const local = { year: this.#year, month, day, hour: this.#hour, minute: this.#minute, second: this.#second };
    // An offset moves the instant; the offset that Go makes up for a name does not.
    const epochSeconds = epochSecondsOf(local) - (this.#isUtc ? 0 : (this.#offsetSeconds ?? 0));
    return { epochSeconds, nanosecond: this.#nanosecond, zone: this.#zone() };
  }

  /** Turns a day of the year into month and day, or checks that they agree. */
  #resolveDay(): boolean {
    if (this.#yearDay === undefined) return true;
    const date = new Date(
      epochSecondsOf({ year: this.#year, month: 1, day: this.#yearDay, hour: 0, minute: 0, second: 0 }) * 1000,
    );
    if (this.#yearDay < 1 || date.getUTCFullYear() !== this.#year) return false;
    this.#month ??= date.getUTCMonth() + 1;
    this.#day ??= date.getUTCDate();
    return this.#month === date.getUTCMonth() + 1 && this.#day === date.getUTCDate();
  }

  #zone(): Zone {
    if (this.#isUtc) return UTC;
    if (this.#offsetSeconds !== undefined) {
      const isLocal = this.#offsetSeconds === 0 && (this.#zoneName === "" || this.#zoneName === "UTC");
      return isLocal ? UTC : fixedZone(this.#zoneName, this.#offsetSeconds);
    }
    if (this.#zoneName === "") return UTC;
    // Go knows no offset for the abbreviation of a foreign zone, except after GMT.
    const hours = /^GMT([-+]\d+)$/.exec(this.#zoneName)?.[1];
    return fixedZone(this.#zoneName, hours === undefined ? 0 : Number(hours) * 3600);
  }
}

const OFFSETS: Readonly<Record<string, RegExp>> = {
  "": /^([-+])(\d{2})/,
  "00": /^([-+])(\d{2})(\d{2})/,
  ":00": /^([-+])(\d{2}):(\d{2})/,
  "0000": /^([-+])(\d{2})(\d{2})(\d{2})/,
  ":00:00": /^([-+])(\d{2}):(\d{2}):(\d{2})/,
};

function inRange(value: number | undefined, from: number, to: number): boolean {
  return value !== undefined && value >= from && value <= to;
}
