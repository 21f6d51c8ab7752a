import assert from "node:assert/strict";
import { it } from "node:test";
import { evaluateJsonPath, parseJsonPath } from "./jsonpath/index.ts";
import { matchesLabels, parseLabelSelector } from "./selectors/index.ts";

it("the README's example works", () => {
  const pod = { metadata: { labels: { app: "web" } }, status: { conditions: [{ type: "Ready", status: "True" }] } };
  assert.equal(matchesLabels(parseLabelSelector("app in (web, api),!canary"), pod.metadata.labels), true);
  assert.equal(evaluateJsonPath(parseJsonPath('{.status.conditions[?(@.type=="Ready")].status}'), pod), "True");
});
