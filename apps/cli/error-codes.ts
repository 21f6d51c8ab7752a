import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { TegataError } from "@tegata/errors";

/** What an error code looks like. */
export const ERROR_CODE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** The page that lists every code; the command and the reader of the documentation see the same text. */
export const ERROR_CODES_PAGE = join(import.meta.dirname, "..", "..", "docs", "errors", "README.md");

/** The explanation of one code. @throws TegataError `ERROR_CODE_UNKNOWN` */
export async function explainErrorCode(code: string): Promise<string> {
  const row = (await readFile(ERROR_CODES_PAGE, "utf8")).split("\n").find((line) => line.startsWith(`| \`${code}\` |`));
  const [, , kind, what, remedy] = (row ?? "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
  if (row === undefined || kind === undefined || what === undefined || remedy === undefined) throw unknown(code);
  return `${code}  (${kind})\n  ${what}\n  ${remedy}\n`;
}

function unknown(code: string): TegataError {
  return new TegataError({
    kind: "not-ready",
    code: "ERROR_CODE_UNKNOWN",
    message: `there is no error code "${code}"`,
    remedy: "docs/errors/README.md lists them all.",
  });
}
