import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import { formatCertificatePem, formatPem, MAX_PEM_LENGTH, parseCertificatePem, parsePem } from "./pem.ts";

const BLOCK = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";

describe("PEM", () => {
  it("reads blocks among comments, in order", () => {
    const text = `# the old root\r\n${BLOCK.replaceAll("\n", "\r\n")}\n# and a key\n-----BEGIN EC KEY-----\nBA==\n-----END EC KEY-----`;
    assert.deepEqual(parsePem(text), [
      { label: "CERTIFICATE", bytes: Uint8Array.of(1, 2, 3) },
      { label: "EC KEY", bytes: Uint8Array.of(4) },
    ]);
    assert.deepEqual(parseCertificatePem(text), [Uint8Array.of(1, 2, 3)]);
  });

  it("finds no block in other texts", () => {
    for (const text of [
      "",
      "hello",
      "-----END CERTIFICATE-----",
      "----BEGIN X----",
      "-----BEGIN x-----\nAQID\n-----END x-----",
    ])
      assert.deepEqual(parsePem(text), []);
  });

  const refused: Record<string, string> = {
    "a block that does not end": "-----BEGIN CERTIFICATE-----\nAQID\n",
    "a block that ends as another": "-----BEGIN CERTIFICATE-----\nAQID\n-----END KEY-----",
    "a block within a block": `-----BEGIN CERTIFICATE-----\n${BLOCK}`,
    "a block that is not base64": "-----BEGIN CERTIFICATE-----\nA?ID\n-----END CERTIFICATE-----",
    "an empty block": "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----",
    headers: "-----BEGIN KEY-----\nProc-Type: 4,ENCRYPTED\n\nAQID\n-----END KEY-----",
    "a text above the limit": " ".repeat(MAX_PEM_LENGTH + 1),
  };
  for (const [what, text] of Object.entries(refused))
    it(`refuses ${what}`, () => assert.throws(() => parsePem(text), { code: "PEM_INVALID" }));

  it("writes what it reads", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 })), (blocks) => {
        assert.deepEqual(parseCertificatePem(formatCertificatePem(...blocks)), blocks);
      }),
    );
  });

  it("writes lines of 64 characters", () => {
    const lines = formatPem("X", new Uint8Array(100)).split("\n");
    assert.deepEqual(
      lines.map((line) => line.length),
      [17, 64, 64, 8, 15, 0],
    );
  });

  it("reads random texts or throws a TegataError", () => {
    const pieces = fc.constantFrom("-----BEGIN X-----", "-----END X-----", "\n", "AQID", "-----", ":", "\r", "x");
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        try {
          parsePem(parts.join(""));
        } catch (error) {
          assert.ok(error instanceof TegataError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("takes a mebibyte of begin lines in its stride", () => {
    const text = "-----BEGIN CERTIFICATE-----\n".repeat(40_000);
    assert.throws(() => parsePem(text), { code: "PEM_INVALID" });
  });
});
