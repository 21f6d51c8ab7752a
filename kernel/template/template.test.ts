import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SecretBytes } from "@tegata/bytes";
import fc from "fast-check";
import { FUNCTIONS, parseTemplate, TemplateError } from "./index.ts";
import { fixedHost, render, renderHex } from "./testing/render.ts";

function errorOf(run: () => unknown): TemplateError {
  try {
    run();
  } catch (thrown) {
    assert.ok(thrown instanceof TemplateError, String(thrown));
    return thrown;
  }
  assert.fail("no error");
}

describe("data", () => {
  it("passes binary values through, byte for byte", () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const hex = Buffer.from(bytes).toString("hex");
    assert.equal(renderHex("{{ .v }}", { v: bytes }), hex);
    assert.equal(renderHex("{{ .v }}", { v: new SecretBytes(bytes) }), hex);
    assert.equal(renderHex("{{ .v | b64enc | b64dec }}", { v: bytes }), hex);
  });

  it("counts bytes, not characters", () => {
    assert.equal(render("{{ len .v }} {{ trunc 2 .v }}", { v: "é☂" }), "5 é");
  });

  it("takes maps and nested values", () => {
    const data = new Map([["a", new Map([["b", [1n, 2.5, true, null]]])]]);
    assert.equal(render("{{ .a.b }}", data), "[1 2.5 true <nil>]");
  });

  it("is not changed by what a template does to it", () => {
    const data = { inner: { list: ["b", "a"], key: 1n } };
    assert.equal(render('{{ $_ := set .inner "key" 2 }}{{ .inner.key }}', data), "2");
    assert.deepEqual(data, { inner: { list: ["b", "a"], key: 1n } });
  });

  it("has no fields but its own keys", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      assert.equal(errorOf(() => render(`{{ .${name} }}`, {})).code, "TEMPLATE_MISSING_KEY");
      assert.equal(errorOf(() => render(`{{ ${name === "toString" ? "valueOf" : name} }}`, {})).code, "TEMPLATE_PARSE");
    }
    assert.equal(render("{{ .__proto__ }}", JSON.parse('{"__proto__": "own"}')), "own");
  });
});

describe("a parsed template", () => {
  it("gives the same output however often it is executed", () => {
    const template = parseTemplate("t", '{{ $d := dict }}{{ $_ := set $d "n" (len $d) }}{{ $d.n }}{{ .x }}');
    const outputs = ["a", "b", "a"].map((x) => template.executeToText({ x }, { host: fixedHost() }));
    assert.deepEqual(outputs, ["0a", "0b", "0a"]);
  });

  it("knows other delimiters, which may be longer than two characters", () => {
    const template = parseTemplate("t", "<<<- .x ->>> {{ .y }}", { leftDelimiter: "<<<", rightDelimiter: ">>>" });
    assert.equal(template.executeToText({ x: "1" }, { host: fixedHost() }), "1{{ .y }}");
  });

  it("calls only the functions that it is given", () => {
    const functions = new Map([...FUNCTIONS].filter(([name]) => name === "upper"));
    assert.equal(
      parseTemplate("t", "{{ upper .x }}", { functions }).executeToText({ x: "a" }, { host: fixedHost() }),
      "A",
    );
    assert.equal(errorOf(() => parseTemplate("t", "{{ lower .x }}", { functions })).code, "TEMPLATE_PARSE");
  });

  it("asks the host for time and randomness, and nothing else", () => {
    assert.equal(render('{{ now | date "2006-01-02 15:04" }}'), "2026-11-22 12:00");
    assert.equal(render("{{ ago 1795348795 }}"), "5s");
    assert.match(render("{{ uuidv4 }}"), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(render("{{ randAlphaNum 32 }}"), /^[A-Za-z0-9]{32}$/);
    assert.match(render("{{ randAlpha 9 }} {{ randNumeric 9 }}"), /^[A-Za-z]{9} [0-9]{9}$/);
    assert.equal(render("{{ randAlphaNum 32 }}"), render("{{ randAlphaNum 32 }}"));
  });
});

describe("errors", () => {
  it("say where, what and what to do", () => {
    const error = errorOf(() => render("user: {{ .user }}\npass: {{ .password }}", { user: "u" }));
    assert.equal(error.code, "TEMPLATE_MISSING_KEY");
    assert.equal(error.message, 'template: t:2:9: executing "t" at <.password>: map has no entry for key "password"');
    assert.deepEqual(error.position, { templateName: "t", line: 2, column: 9 });
    assert.match(error.remedy, /spelling/);
    assert.equal(error.kind, "invalid-input");
  });

  it("name a template whose name is not ASCII", () => {
    const error = errorOf(() => parseTemplate("clé", "{{ if }}"));
    assert.equal(error.message, "template: clé:1:6: missing value for if");
    assert.equal(error.position.templateName, "clé");
  });

  for (const name of ["env", "expandenv", "getHostByName", "lookup", "include", "tpl", "getSecretKey"]) {
    it(`say that ${name} does not exist`, () => {
      const error = errorOf(() => parseTemplate("t", `{{ ${name} "x" }}`));
      assert.equal(error.code, "TEMPLATE_PARSE");
      assert.match(error.text, new RegExp(`function "${name}" not defined.*does not exist`));
    });
  }

  it("show the message of fail if the template spells it out, and not if it is computed", () => {
    assert.match(errorOf(() => render('{{ fail "no certificate" }}')).message, /calls fail: "no certificate"$/);
    assert.match(errorOf(() => render("{{ fail .secret }}", { secret: "hunter2" })).message, /calls fail$/);
  });
});

describe("any text", () => {
  const noise = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "{{",
      "}}",
      "{{- ",
      " -}}",
      "(",
      ")",
      "|",
      "$x",
      ":=",
      "=",
      ",",
      ".",
      ".a",
      '"',
      "`",
      "'",
      "/*",
      "*/",
      "if",
      "else",
      "end",
      "range",
      "with",
      "define",
      "template",
      "block",
      "break",
      "nil",
      "true",
      "1",
      "0x",
      "1i",
      "upper",
      "\n",
      " ",
      "\\",
    ),
  );

  it("either parses or is refused with a TemplateError", () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 30 }), (pieces) => {
        try {
          render(pieces.join(""), { a: "x" });
        } catch (thrown) {
          if (!(thrown instanceof TemplateError)) throw thrown;
        }
      }),
      { numRuns: 3000 },
    );
  });
});
