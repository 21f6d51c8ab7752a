import type { BudgetMeter } from "../budget.ts";
import { joinWithin } from "../format/print.ts";

const MARKER = "...";

/**
 * Shortens a text to a width, with dots where something is left out. goutils: AbbreviateFull.
 *
 * @param offset - the byte that must still be seen.
 * @returns the empty text if the width is too small.
 */
export function abbreviate(text: string, offset: number, width: number): string {
  if (text === "" || width < 4) return "";
  if (text.length <= width) return text;
  const latest = text.length - (width - MARKER.length);
  const start = Math.min(offset, text.length, latest < offset ? latest : offset);
  if (start <= 4) return text.slice(0, width - MARKER.length) + MARKER;
  if (width < 7) return "";
  if (start + width - MARKER.length < text.length) {
    return MARKER + abbreviate(text.slice(start), 0, width - MARKER.length);
  }
  return MARKER + text.slice(latest);
}

/** How {@link wrapText} wraps. */
export interface Wrapping {
  /** Bytes in a line. */
  readonly width: number;
  readonly lineEnd: string;
  /** Whether words longer than a line are cut. */
  readonly breakWords: boolean;
}

/** Breaks a text into lines at spaces. goutils: WrapCustom. */
export function wrapText(text: string, { width, lineEnd, breakWords }: Wrapping, budget: BudgetMeter): string {
  const size = Math.max(width, 1);
  const lines: string[] = [];
  let at = 0;
  while (text.length - at > size) {
    budget.spend(1);
    if (text[at] === " ") {
      at++;
      continue;
    }
    const inLine = text.slice(at, at + size + 1).lastIndexOf(" ");
    const space = inLine === -1 ? -1 : at + inLine;
    const end = space >= at ? space : breakWords ? at + size : text.indexOf(" ", at + size);
    if (end === -1) break;
    lines.push(text.slice(at, end));
    at = space >= at || !breakWords ? end + 1 : end;
  }
  lines.push(text.slice(at));
  return joinWithin(lines, lineEnd, budget);
}
