// A quiet test reporter for logs: one line per file, every failure and every skip in full, then the counts.
import { relative } from "node:path";
import type { TestEvent } from "node:test/reporters";

interface FileResult {
  passed: number;
  failed: number;
  skipped: number;
}

/** Reporter for `node --test --test-reporter`; see the Node.js documentation, "Custom reporters". */
export async function* report(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, FileResult>();
  const totals = { passed: 0, failed: 0, skipped: 0 };
  for await (const event of source) {
    if (event.type === "test:stderr" || event.type === "test:stdout") {
      if (event.data.message.trim() !== "") yield event.data.message;
    }
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { name, file = "", details, nesting } = event.data;
    if (details.type === "suite") continue;
    const result = files.get(file) ?? { passed: 0, failed: 0, skipped: 0 };
    files.set(file, result);
    // Node.js reports the file itself as a test at nesting 0 when it failed outside of any test.
    const outcome = event.data.skip !== undefined ? "skipped" : event.type === "test:pass" ? "passed" : "failed";
    result[outcome] += 1;
    totals[outcome] += 1;
    if (outcome === "skipped") yield `SKIPPED ${relative(".", file)}: ${name}${reasonOf(event.data.skip)}\n`;
    if (event.type === "test:fail") {
      const { error } = event.data.details;
      const cause: unknown = error.cause ?? error;
      yield `FAILED ${relative(".", file)}: ${"  ".repeat(nesting)}${name}\n${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\n`;
    }
  }
  for (const [file, { passed, failed, skipped }] of [...files].sort(([a], [b]) => a.localeCompare(b))) {
    yield `${failed > 0 ? "not ok" : "ok    "} ${relative(".", file)} (${passed} passed${failed > 0 ? `, ${failed} failed` : ""}${skipped > 0 ? `, ${skipped} skipped` : ""})\n`;
  }
  yield `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`;
}

function reasonOf(skip: string | boolean | undefined): string {
  return typeof skip === "string" ? ` (${skip})` : "";
}

// Node.js loads a reporter by its default export; nothing else may.
// oxlint-disable-next-line import/no-default-export
export default report;
