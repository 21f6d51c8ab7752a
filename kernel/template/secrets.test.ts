// Errors end in conditions, Events and logs, so they must never hold a value, whatever a function chokes on.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { FUNCTIONS } from "./index.ts";
import { render } from "./testing/render.ts";

const CANARIES = [
  "hunter2-hunter2",
  "[hunter2(",
  "hunter2: [",
  "-----BEGIN hunter2-----",
  '{"hunter2"',
  "http://hunter2:%zz@hunter2",
  "99999999999999999999777",
];
const MARKS = /hunter2|9777/;

/** Each way of passing the value: alone, among texts, numbers, lists and dictionaries. */
const ARGUMENTS = [
  ".v",
  ".v .v",
  ".v .v .v",
  ".v .v .v .v",
  ".v .v .v .v .v",
  '"x" .v',
  '.v "x"',
  '"x" "x" .v',
  '"" .v ""',
  "1 .v",
  ".v 1",
  "1 1 .v",
  '"a" .v 1',
  ".v nil nil 1",
  "nil .v",
  "(list .v) 1",
  "1 (list .v)",
  "(list .v) (list .v)",
  '(dict "k" .v)',
  '(dict "k" .v) .v',
  '.v (dict "k" .v)',
  '(dict .v 1) "k"',
  '"k" (dict "k" .v)',
  '"x" (list .v) (list .v) 1',
  '(dict "scheme" (list .v))',
  '(dict "userinfo" .v "host" .v)',
  '"k" "j" "d" (dict "k" .v)',
];

function failureOf(text: string, v: string): unknown {
  try {
    render(text, { v });
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

describe("an error", () => {
  it("never quotes a value that a function refuses", () => {
    let failures = 0;
    for (const name of FUNCTIONS.keys()) {
      // This host has no keys to give, and bcrypt takes its time.
      if (
        /^(?:gen|pkcs12|.*Pkcs12|.*PKCS12|bcrypt|htpasswd|rsaDecrypt|derivePassword|buildCustom|jwkPrivate)/.test(name)
      )
        continue;
      for (const args of ARGUMENTS) {
        for (const v of CANARIES) {
          const failure = failureOf(`{{ ${name} ${args} }}`, v);
          if (failure === undefined) continue;
          failures++;
          assert.doesNotMatch(inspect(failure, { depth: 10, showHidden: true }), MARKS, `{{ ${name} ${args} }}`);
        }
      }
    }
    assert.ok(failures > 10_000);
  });

  it("never quotes a value that the language refuses", () => {
    for (const text of [
      "{{ range .v }}{{ end }}",
      "{{ .v.field }}",
      "{{ .v 1 }}",
      "{{ index .v .v }}",
      "{{ .missing .v }}",
      "{{ template .v }}",
      "{{ call .v }}",
      "{{ eq .v 1 }}",
      "{{ lt .v 1 }}",
    ]) {
      for (const v of CANARIES)
        assert.doesNotMatch(inspect(failureOf(text, v), { depth: 10, showHidden: true }), MARKS, text);
    }
  });
});
