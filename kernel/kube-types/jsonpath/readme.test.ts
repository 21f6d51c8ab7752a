import assert from "node:assert/strict";
import { it } from "node:test";
import { evaluateJsonPath, firstMatch, parseFieldPath, parseJsonPath } from "./index.ts";

it("the README's example works", () => {
  const pods = {
    items: [
      { metadata: { name: "a" }, status: { phase: "Running" } },
      { metadata: { name: "b" }, status: {} },
    ],
  };
  const template = parseJsonPath('{range .items[*]}{.metadata.name}={.status.phase}{"\\n"}{end}');
  assert.equal(evaluateJsonPath(template, pods), "a=Running\nb=\n");
  assert.equal(firstMatch(parseFieldPath('.items[?(@.metadata.name=="b")].metadata.name'), pods), "b");
});
