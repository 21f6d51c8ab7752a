// Generated templates, executed by us and by Go itself (compiled to WebAssembly).
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { InvalidTemplateError, parse as renderWithGo } from "@evertdespiegeleer/go-template";
import fc from "fast-check";
import { TemplateError } from "./index.ts";
import { render } from "./testing/render.ts";

const DATA = {
  s: "text",
  u: "üñí☂",
  e: "",
  n: 1.5,
  i: 3,
  big: 1e21,
  t: true,
  f: false,
  nil: null,
  l: ["a", "b", "c"],
  nums: [3, 1, 2],
  none: [],
  m: { z: 1, a: "x", k: { deep: [true, null] } },
};

const field = fc.constantFrom(
  ".s",
  ".u",
  ".e",
  ".n",
  ".i",
  ".big",
  ".t",
  ".f",
  ".nil",
  ".l",
  ".nums",
  ".none",
  ".m",
  ".m.a",
  ".m.k.deep",
  ".missing",
  ".s.x",
  "$",
  ".",
  "$.s",
);
const literal = fc.oneof(
  fc.integer({ min: -50, max: 50 }).map(String),
  fc.constantFrom('"str"', '""', "`raw`", "1.25", "0x1f", "'a'", "1e3", "true", "false", "nil", "1i"),
);

const { pipeline, block } = fc.letrec<{ operand: string; command: string; pipeline: string; block: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    field,
    literal,
    tie("pipeline").map((inner) => `(${inner})`),
  ),
  command: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    field,
    literal,
    fc
      .tuple(
        fc.constantFrom(
          "len",
          "not",
          "print",
          "println",
          "html",
          "js",
          "urlquery",
          "index",
          "slice",
          "and",
          "or",
          "eq",
          "ne",
          "lt",
          "le",
          "gt",
          "ge",
        ),
        fc.array(tie("operand"), { minLength: 1, maxLength: 3 }),
      )
      .map(([name, args]) => `${name} ${args.join(" ")}`),
    fc
      .tuple(
        fc.constantFrom("%v", "%d", "%s", "%q", "%5v|", "%-6v|", "%x", "%T", "%t", "%.2f", "%+d", "%#v", "%e", "%c"),
        tie("operand"),
      )
      .map(([verb, arg]) => `printf "${verb}" ${arg}`),
  ),
  pipeline: fc.array(tie("command"), { minLength: 1, maxLength: 2 }).map((commands) => commands.join(" | ")),
  block: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("text", " ", "\n", "{{/* c */}}", "{{- /* c */ -}}"),
    tie("pipeline").map((inner) => `{{ ${inner} }}`),
    tie("pipeline").map((inner) => `{{- ${inner} -}}`),
    fc.tuple(tie("pipeline"), tie("block"), tie("block")).map(([c, a, b]) => `{{if ${c}}}${a}{{else}}${b}{{end}}`),
    fc.tuple(tie("pipeline"), tie("block"), tie("block")).map(([c, a, b]) => `{{with ${c}}}${a}{{else}}${b}{{end}}`),
    fc
      .tuple(tie("pipeline"), tie("block"))
      .map(([c, a]) => `{{range $i, $x := ${c}}}{{$i}}${a}{{$x}}{{else}}none{{end}}`),
    fc.tuple(tie("pipeline"), tie("block")).map(([c, a]) => `{{range ${c}}}${a}{{if .}}{{continue}}{{end}}.{{end}}`),
    fc.tuple(tie("pipeline"), tie("pipeline")).map(([a, b]) => `{{$v := ${a}}}{{if true}}{{$v = ${b}}}{{end}}{{$v}}`),
    fc.tuple(tie("pipeline"), tie("block")).map(([c, a]) => `{{define "d"}}${a}{{end}}{{template "d" ${c}}}`),
  ),
}));

type Outcome = { readonly output: string } | { readonly failed: "parsing" | "executing" };

async function outcomeOfGo(template: string): Promise<Outcome> {
  try {
    return { output: await renderWithGo(template, DATA) };
  } catch (thrown) {
    return { failed: thrown instanceof InvalidTemplateError ? "parsing" : "executing" };
  }
}

function ourOutcome(template: string): Outcome {
  try {
    return { output: render(template, DATA) };
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    return { failed: thrown.code === "TEMPLATE_PARSE" ? "parsing" : "executing" };
  }
}

describe("generated templates", () => {
  before(() => renderWithGo("", {}));

  for (const [what, template] of Object.entries({
    pipelines: pipeline.map((inner) => `{{ ${inner} }}`),
    blocks: fc.array(block, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join("")),
  })) {
    it(`come out as Go's: ${what}`, async () => {
      await fc.assert(
        fc.asyncProperty(template, async (text) => {
          // sprig's slice, which we have, stands in for the language's own.
          fc.pre(!text.includes("slice"));
          assert.deepEqual(ourOutcome(text), await outcomeOfGo(text), text);
        }),
        { numRuns: 600 },
      );
    });
  }
});
