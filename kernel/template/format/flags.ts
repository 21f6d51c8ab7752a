import { countRunes } from "../values/byte-string.ts";

/** The flags, width and precision of one printf verb. */
export interface Flags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  width: number | undefined;
  precision: number | undefined;
  /** `%+v` */
  plusV: boolean;
  /** `%#v` */
  sharpV: boolean;
}

/** Flags of a plain verb. */
export const NO_FLAGS: Readonly<Flags> = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  width: undefined,
  precision: undefined,
  plusV: false,
  sharpV: false,
};

/** Pads a byte string to the width, which counts runes. */
export function pad(text: string, flags: Flags, zeros = flags.zero && !flags.minus): string {
  const missing = (flags.width ?? 0) - countRunes(text);
  if (missing <= 0) return text;
  return flags.minus ? text + " ".repeat(missing) : (zeros ? "0" : " ").repeat(missing) + text;
}
