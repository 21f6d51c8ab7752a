// Templates that try to take the operator's time or memory. Fault I8: each is stopped, and stopped early.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { DEFAULT_BUDGET } from "./index.ts";
import { render } from "./testing/render.ts";

const SELF = '{{ $d := dict }}{{ $_ := set $d "self" $d }}';
const TWICE = (call: string): string =>
  `{{ $x := "aaaaaaaaaaaaaaaa" }}{{ range until 64 }}{{ $x = ${call} }}{{ end }}{{ $x }}`;

const BOMBS = {
  "ranges in ranges": "{{ range until 1000 }}{{ range until 1000 }}x{{ end }}{{ end }}",
  "a range over a number": "{{ range 1000000000 }}x{{ end }}",
  "too much output": '{{ $x := repeat 100000 "x" }}{{ range until 50 }}{{ $x }}{{ end }}',
  "a template that calls itself": '{{ define "x" }}{{ template "x" . }}{{ end }}{{ template "x" . }}',
  "a string doubled by printf": TWICE('printf "%s%s" $x $x'),
  "a string doubled by cat": TWICE("cat $x $x"),
  "a string doubled by print": TWICE("print $x $x"),
  "a string doubled by join": TWICE("join $x (list $x $x)"),
  "a string squared by replace": '{{ $a := repeat 2000000 "a" }}{{ replace "a" $a $a }}',
  "a string squared by a regular expression": '{{ $a := repeat 20000 "a" }}{{ regexReplaceAllLiteral "a" $a $a }}',
  "repeat without end": '{{ repeat 9223372036854775807 "x" }}',
  "indent without end": '{{ indent 1000000 (repeat 10000 "\\n") }}',
  "until without end": "{{ until 9223372036854775807 }}",
  "untilStep without end": "{{ untilStep 0 9223372036854775807 1 }}",
  "seq without end": "{{ seq 1 100000000 }}",
  "random text without end": "{{ randAlphaNum 1000000000 }}",
  "random bytes without end": "{{ randBytes 1000000000 }}",
  "a width without end": '{{ range until 1000 }}{{ $x := printf "%9999999d" 1 }}{{ end }}',
  "a width from an operand": '{{ range until 1000 }}{{ $x := printf "%*d" 1000000 1 }}{{ end }}',
  "a list doubled": "{{ $l := list 1 }}{{ range until 64 }}{{ $l = concat $l $l }}{{ end }}",
  "lists in lists":
    "{{ $l := list 1 2 3 4 5 6 7 8 }}{{ range until 12 }}{{ $l = list $l $l $l $l $l $l $l $l }}{{ end }}{{ $l }}",
  "lists in lists as JSON":
    "{{ $l := list 1 2 3 4 5 6 7 8 }}{{ range until 12 }}{{ $l = list $l $l $l $l $l $l $l $l }}{{ end }}{{ toJson $l }}",
  "a square of comparisons": "{{ uniq (until 50000) }}",
  "a text cut into characters": '{{ splitList "" (repeat 4000000 "a") }}',
  "a dictionary in itself, printed": `${SELF}{{ $d }}`,
  "a dictionary in itself, as JSON": `${SELF}{{ mustToJson $d }}`,
  "a dictionary in itself, as YAML": `${SELF}{{ toYaml $d }}`,
  "a dictionary in itself, copied": `${SELF}{{ deepCopy $d }}`,
  "a dictionary in itself, compared": `${SELF}{{ $e := dict }}{{ $_ := set $e "self" $e }}{{ deepEqual $d $e }}`,
  "a dictionary in itself, merged": `${SELF}{{ $e := dict }}{{ $_ := set $e "self" $e }}{{ merge $d $e }}`,
  "a regular expression that backtracking would not survive": '{{ regexMatch "(x+x+)+y" (repeat 100000 "x") }}',
  "a regular expression compiled a thousand times":
    '{{ range until 1000 }}{{ $x := regexMatch "(a{1,100}|b{1,100}){1,5}" "a" }}{{ end }}',
  "a regular expression that looks ahead each time": '{{ regexReplaceAll "(a.*x)?a" (repeat 20000 "a") "b" }}',
  "JSON nested too deeply": '{{ fromJson (repeat 100000 "[") }}',
  "YAML nested too deeply": '{{ fromYaml (repeat 5000 "[") }}',
  "YAML whose aliases multiply": "{{ fromYaml .laughs | toJson }}",
  "passwords by the hundred": '{{ range until 100 }}{{ bcrypt "x" }}{{ end }}',
  "time zones by the thousand": '{{ range until 10000 }}{{ dateInZone "15:04 MST" 0 "Europe/Paris" }}{{ end }}',
  "a path of slashes": '{{ range until 100 }}{{ $x := base (repeat 1000000 "/") }}{{ end }}',
  "words without end": '{{ range until 100 }}{{ $x := snakecase (repeat 100000 "aB") }}{{ end }}',
  "a line without spaces": '{{ range until 100 }}{{ $x := wrapWith 1 "|" (repeat 1000000 "a") }}{{ end }}',
  "YAML nested line by line": '{{ fromYaml (repeat 20000 "[\\n") }}',
  "sorting by the thousand": "{{ $l := until 50000 }}{{ range until 1000 }}{{ $x := sortAlpha $l }}{{ end }}",
};

/** Each line lists the one before ten times: 10⁹ elements in all. */
function laughs(): string {
  const names = "abcdefghij";
  const lines = Array.from(
    names.slice(1),
    (name, i) => `${name}: &${name} [${Array(10).fill(`*${names[i]}`).join(", ")}]`,
  );
  return ["a: &a [x, x, x, x, x, x, x, x, x, x]", ...lines].join("\n");
}

describe("a template bomb", () => {
  for (const [what, text] of Object.entries(BOMBS)) {
    it(`is stopped: ${what}`, () => {
      assert.throws(() => render(text, { laughs: laughs() }), {
        code: "TEMPLATE_BUDGET",
        message: /the template was stopped: /,
      });
    });
  }

  it("is stopped where the stack ends before the budget does", () => {
    const parens = `{{ ${"(".repeat(90)}1${")".repeat(90)} }}`;
    const text = `{{ define "x" }}${"{{ if true }}".repeat(90)}${parens}{{ template "x" }}${"{{ end }}".repeat(91)}{{ template "x" }}`;
    assert.throws(() => render(text, {}, { depth: 100_000, steps: 100_000_000 }), { code: "TEMPLATE_BUDGET" });
  });

  it("is refused if it is a regular expression of nested counts", () => {
    const text = '{{ mustRegexMatch "((a{0,100}){0,100}){0,100}" "a" }}';
    assert.throws(() => render(text), { code: "TEMPLATE_EXECUTE", message: /the regexp is too large/ });
  });

  it("does not make a version constraint take long", () => {
    const text = `{{ semverCompare (printf "%s!" (repeat 160 "1  ")) "1.2.3" }}`;
    assert.throws(() => render(text), { code: "TEMPLATE_EXECUTE", message: /improper constraint/ });
  });

  it("is refused by the parser if it is nested too deeply", () => {
    for (const text of [
      `{{ ${"(".repeat(5000)}1${")".repeat(5000)} }}`,
      "{{ if true }}".repeat(5000),
      "x".repeat(2_000_000),
    ]) {
      assert.throws(() => render(text), { code: "TEMPLATE_PARSE" });
    }
  });
});

describe("the default budget", () => {
  const MIB = "x".repeat(1_048_576);
  const largeButFair = {
    "a value of 1 MiB": ["{{ .v }}", MIB],
    "1 MiB out of base64": ["{{ b64dec .v }}", btoa(MIB.slice(0, 1_040_000))],
    "the digest of 1 MiB": ["{{ sha256sum .v }}", MIB],
    "a regular expression of many counts": [
      '{{ regexReplaceAll "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}" .v "id" }}',
      "f47ac10b-58cc-4372-a567-0e02b2c3d479 ".repeat(30),
    ],
    "a regular expression over 4 KiB": [
      '{{ regexReplaceAll "[^a-z]+" .v "-" }}',
      "Some text, with words. ".repeat(180),
    ],
    "YAML of 60 KiB": [
      "{{ fromYaml .v | len }}",
      Array.from({ length: 3000 }, (_, i) => `key${i}: value ${i}\n`).join(""),
    ],
    "JSON of 300 KiB": [
      "{{ fromJson .v | len }}",
      JSON.stringify(Array.from({ length: 10000 }, (_, a) => ({ a, b: "text" }))),
    ],
  } as const;
  for (const [what, [text, v]] of Object.entries(largeButFair)) {
    it(`allows ${what}`, () => assert.ok(render(text, { v }).length > 0));
  }

  it("allows 10,000 keys", () => {
    const data = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, `value${i}`]));
    assert.ok(render("{{ range $k, $v := . }}{{ $k }}={{ $v | quote }}\n{{ end }}", data).length > 100_000);
  });

  it("can be raised and lowered, limit by limit", () => {
    assert.equal(render("{{ range 3 }}x{{ end }}", {}, { outputBytes: 3 }), "xxx");
    assert.throws(() => render("{{ range 3 }}x{{ end }}", {}, { outputBytes: 2 }), /limit: 2 outputBytes/);
    assert.throws(() => render("{{ range 1000000 }}{{ end }}"), { code: "TEMPLATE_BUDGET" });
    assert.equal(render("{{ range 1000000 }}{{ end }}", {}, { steps: 10 * DEFAULT_BUDGET.steps }), "");
  });
});
