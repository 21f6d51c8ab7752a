import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { parseTemplate } from "@tegata/template";
import { createTemplateHost } from "./index.ts";

it("the README's example makes a private key", () => {
  const readme = readFileSync(new URL("README.md", import.meta.url), "utf8");
  const text = /parseTemplate\("tls.key", '([^']*)'\)/.exec(readme)?.[1] ?? "";
  const pem = parseTemplate("tls.key", text).executeToText({}, { host: createTemplateHost(() => new Date()) });
  assert.match(pem, /^-----BEGIN RSA PRIVATE KEY-----\n/);
  assert.equal(createPrivateKey(pem).asymmetricKeyType, "rsa");
});
