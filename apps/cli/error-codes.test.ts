import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { ERROR_CODES_PAGE, explainErrorCode } from "./error-codes.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const CODE = /code: "([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g;

it("every code in the sources has its row in docs/errors", () => {
  const page = readFileSync(ERROR_CODES_PAGE, "utf8");
  const files = globSync("{kernel,platform,capabilities,apps}/**/*.ts", { cwd: ROOT }).filter(
    (file) => !/node_modules|\.test\.ts$|testing\//.test(file),
  );
  const codes = new Set(
    files.flatMap((file) => [...readFileSync(join(ROOT, file), "utf8").matchAll(CODE)].map(([, code = ""]) => code)),
  );
  assert.ok(codes.size > 60);
  assert.deepEqual(
    [...codes].filter((code) => !page.includes(`| \`${code}\` |`)),
    [],
  );
});

it("explains a code as the page does", async () => {
  assert.match(
    await explainErrorCode("STORE_NOT_FOUND"),
    /^STORE_NOT_FOUND {2}\(not-ready\)\n {2}secretStoreRef names a store that is not there/,
  );
  await assert.rejects(explainErrorCode("NO_SUCH_CODE"), { code: "ERROR_CODE_UNKNOWN" });
});
