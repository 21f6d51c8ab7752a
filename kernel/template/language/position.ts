import type { TemplatePosition } from "../template-error.ts";
import { textOf } from "../values/byte-string.ts";

/** @returns the line and column of a byte offset in a template's text. The name and the text are byte strings. */
export function positionAt(templateName: string, source: string, at: number): TemplatePosition {
  const lineStart = source.lastIndexOf("\n", at - 1) + 1;
  const before = at === 0 ? "" : source.slice(0, lineStart);
  return { templateName: textOf(templateName), line: before.split("\n").length, column: at === 0 ? 0 : at - lineStart };
}
