// Time zones, by way of Intl, which has the IANA database.

/** What a zone is at one instant. */
export interface ZoneState {
  /** Such as `CET`; empty for a bare offset. A function, since finding it takes much longer than finding the offset. */
  readonly abbreviation: () => string;
  readonly offsetSeconds: number;
}

/** A time zone. */
export interface Zone {
  /** @param epochSeconds - since 1970, UTC. */
  at(epochSeconds: number): ZoneState;
}

/** UTC; also what Go calls Local, since the operator runs with no zone of its own. */
export const UTC: Zone = { at: () => ({ abbreviation: () => "UTC", offsetSeconds: 0 }) };

/** @returns a zone of one offset, as a parsed text gives it. */
export function fixedZone(abbreviation: string, offsetSeconds: number): Zone {
  return { at: () => ({ abbreviation: () => abbreviation, offsetSeconds }) };
}

/** Finds a zone by its IANA name. Go: `time.LoadLocation`. @returns `undefined` if there is none. */
export function findZone(name: string): Zone | undefined {
  if (name === "" || name === "UTC" || name === "Local") return UTC;
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(name)) return undefined;
  try {
    return new IanaZone(name);
  } catch {
    return undefined;
  }
}

/** Locales whose abbreviations together cover most zones of the IANA database. */
const LOCALES = ["en-US", "en-GB", "en-AU", "en-IN", "en-ZA", "en-NZ", "en-HK", "en-PK", "ja-JP", "ko-KR", "id-ID"];

/** The alphabetic abbreviations that the database has; it gives all other zones by their offset. */
const ABBREVIATIONS = new Set(
  (
    "ACDT ACST ADT AEDT AEST AKDT AKST AST AWST BST CAT CDT CEST CET CST ChST EAT EDT EEST EET EST GMT HDT HKT HST " +
    "IDT IST JST KST MDT MSK MST NDT NST NZDT NZST PDT PKT PST SAST SST UTC WAT WEST WET WIB WIT WITA"
  ).split(" "),
);

class IanaZone implements Zone {
  readonly #name: string;
  readonly #offsets: Intl.DateTimeFormat;

  /** @throws RangeError if there is no such zone */
  constructor(name: string) {
    this.#name = name;
    this.#offsets = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  }

  at(epochSeconds: number): ZoneState {
    const offsetSeconds = parseOffset(zoneName(this.#offsets, epochSeconds));
    return { offsetSeconds, abbreviation: () => this.#abbreviation(epochSeconds, offsetSeconds) };
  }

  #abbreviation(epochSeconds: number, offsetSeconds: number): string {
    // Before zones there was local mean time, which no whole minute fits.
    if (offsetSeconds % 60 !== 0) return "LMT";
    const found = this.#knownAbbreviation(epochSeconds);
    if (found !== undefined) return found;
    // Intl knows no abbreviations of the past; that of today's time with the same offset is nearly always right.
    for (const season of SEASONS) {
      if (this.at(season).offsetSeconds === offsetSeconds)
        return this.#knownAbbreviation(season) ?? numeric(offsetSeconds);
    }
    return numeric(offsetSeconds);
  }

  #knownAbbreviation(epochSeconds: number): string | undefined {
    for (const locale of LOCALES) {
      const format = new Intl.DateTimeFormat(locale, { timeZone: this.#name, timeZoneName: "short" });
      const name = zoneName(format, epochSeconds);
      if (ABBREVIATIONS.has(name)) return name;
    }
    return undefined;
  }
}

/** A winter's and a summer's day of 2024, in seconds. */
const SEASONS = [1_705_276_800, 1_720_915_200];

/** As the database abbreviates zones without letters: `+0530`, `-03`. */
function numeric(offsetSeconds: number): string {
  const minutes = Math.abs(offsetSeconds) / 60;
  const digits = `${pad(Math.floor(minutes / 60))}${minutes % 60 === 0 ? "" : pad(minutes % 60)}`;
  return `${offsetSeconds < 0 ? "-" : "+"}${digits}`;
}

function zoneName(format: Intl.DateTimeFormat, epochSeconds: number): string {
  return format.formatToParts(epochSeconds * 1000).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

/** Reads `GMT+05:30`. */
function parseOffset(text: string): number {
  const [, sign = "+", hours = "0", minutes = "0", seconds = "0"] = /([-+])(\d\d):(\d\d)(?::(\d\d))?/.exec(text) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -size : size;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
