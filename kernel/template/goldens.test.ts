import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { parseTemplate } from "./index.ts";
import { fixedHost } from "./testing/render.ts";
import type { TemplateData } from "./values/input.ts";

interface Golden {
  readonly template: string;
  readonly data?: TemplateData;
  readonly output?: string;
  readonly outputHex?: string;
  /** Go's message, or `true` where ours is worded otherwise. */
  readonly error?: string | true;
}

/** Go gives a parse error's line only, we its column, too; so both are left out. */
function withoutPlace(message: string): string {
  return message.replace(/^template: t:\d+(:\d+)?: (?!executing)/, "template: t: ");
}

function outcomeOf({ template, data }: Golden): { output?: Buffer; error?: string } {
  try {
    return { output: Buffer.from(parseTemplate("t", template).execute(data, { host: fixedHost() })) };
  } catch (thrown) {
    assert.ok(thrown instanceof Error && "code" in thrown, `${template}: ${String(thrown)}`);
    return { error: withoutPlace(thrown.message) };
  }
}

const SUBJECTS = {
  "language.json": "the language: actions, blocks, variables, comparisons, and every error's text",
  "printf.json": "printf: verbs, flags, widths and mistakes",
  "functions.json": "sprig's functions on texts, numbers, lists, dates and the rest",
  "generated.json": "generated numbers, texts, YAML, dates, expressions, dictionaries and versions",
  "certificates.json": "External Secrets' functions on certificates and keys",
};

describe("agreement with Go's text/template and External Secrets' functions", () => {
  for (const [file, subject] of Object.entries(SUBJECTS)) {
    const goldens: Golden[] = JSON.parse(readFileSync(new URL(`testdata/${file}`, import.meta.url), "utf8"));
    it(`agrees on ${subject}`, () => {
      for (const golden of goldens) {
        const { output, error } = outcomeOf(golden);
        if (golden.error === undefined) {
          const expected =
            golden.output === undefined ? Buffer.from(golden.outputHex ?? "", "hex") : Buffer.from(golden.output);
          assert.deepEqual(
            { error, output: output?.toString() },
            { error: undefined, output: expected.toString() },
            golden.template,
          );
          assert.ok(output?.equals(expected), golden.template);
        } else {
          assert.ok(error !== undefined, `${golden.template}: Go refuses it`);
          if (golden.error !== true) assert.equal(error, golden.error, golden.template);
        }
      }
    });
  }
});
