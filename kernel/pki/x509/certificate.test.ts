import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { encodeHex } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import { derSequence } from "../der/writer.ts";
import { parsePem } from "../pem.ts";
import { parseCertificate } from "./certificate.ts";
import { parseCertificateRequest } from "./csr.ts";
import { formatDistinguishedName, isEmptyName } from "./distinguished-name.ts";
import { subjectKeyId } from "./public-key.ts";

function testdata(name: string): Uint8Array {
  const [block] = parsePem(readFileSync(new URL(`../testdata/${name}`, import.meta.url), "utf8"));
  assert.ok(block);
  return block.bytes;
}

describe("certificates", () => {
  it("are read as OpenSSL wrote them", () => {
    const certificate = parseCertificate(testdata("every-extension.pem"));
    assert.equal(certificate.version, 3);
    assert.equal(
      formatDistinguishedName(certificate.subject),
      String.raw`UID=u1,CN=two+O=Second\, with comma,O=SPIRE,C=US`,
    );
    const { extensions, publicKey } = certificate;
    assert.deepEqual(extensions.basicConstraints, { ca: false });
    assert.deepEqual(extensions.keyUsage, ["digitalSignature"]);
    assert.deepEqual(extensions.extendedKeyUsage, ["serverAuth", "clientAuth", "1.2.3.4"]);
    assert.deepEqual(
      extensions.subjectAltNames
        ?.map((name) => (typeof name === "object" && "value" in name ? name.value : name.tag))
        .filter((value) => typeof value !== "object"),
      ["spiffe://example.org/web", "web.example.org", "10.0.0.1", "2001:db8::1", "a@example.org", 0xa0, 0x88],
    );
    assert.deepEqual(
      extensions.nameConstraints?.permitted.map(({ type }) => type),
      ["dns", "ip"],
    );
    assert.deepEqual(extensions.nameConstraints?.excluded, [{ type: "email", value: ".example.com" }]);
    assert.equal(encodeHex(subjectKeyId(publicKey)), encodeHex(extensions.subjectKeyId ?? new Uint8Array()));
    assert.deepEqual([publicKey.type, publicKey.bits], ["ec", 256]);
  });

  it("of version 1 have no extensions", () => {
    const certificate = parseCertificate(testdata("version-1.pem"));
    assert.equal(certificate.version, 1);
    assert.deepEqual(certificate.extensionList, []);
    assert.deepEqual([certificate.publicKey.type, certificate.publicKey.bits], ["rsa", 2048]);
    assert.equal(certificate.publicKey.exponent, 65537n);
  });

  it("with the serial number 0 are read, because kubeadm made them", () => {
    const certificate = parseCertificate(testdata("kubeadm-ca.pem"));
    assert.equal(certificate.serialNumber, 0n);
    assert.equal(certificate.extensions.basicConstraints?.ca, true);
  });

  it("with trailing data are refused", () => {
    const der = testdata("kubeadm-ca.pem");
    assert.throws(() => parseCertificate(new Uint8Array([...der, 0])), { code: "CERTIFICATE_INVALID" });
  });

  it("that are something else are refused", () => {
    for (const der of [new Uint8Array(), derSequence(), testdata("node.csr.pem")])
      assert.throws(() => parseCertificate(der), { code: "CERTIFICATE_INVALID" });
  });

  it("above a mebibyte are refused before they are read", () => {
    assert.throws(() => parseCertificate(new Uint8Array(1024 * 1024 + 1)), {
      code: "CERTIFICATE_INVALID",
      message: /longer than/,
    });
  });

  const originals = ["every-extension.pem", "version-1.pem", "kubeadm-ca.pem", "node.csr.pem"].map(testdata);
  it("with random changes parse or give a TegataError", () => {
    const change = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(
        fc.constantFrom(...originals),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (original, changes) => {
          const der = original.slice();
          for (const { at, value } of changes) der[at % der.length] = value;
          for (const parse of [parseCertificate, parseCertificateRequest])
            try {
              parse(der);
            } catch (error) {
              assert.ok(error instanceof TegataError, String(error));
            }
        },
      ),
      { numRuns: 10_000 },
    );
  });
});

describe("certificate signing requests", () => {
  it("are read as OpenSSL wrote them", () => {
    const request = parseCertificateRequest(testdata("node.csr.pem"));
    assert.equal(formatDistinguishedName(request.subject), "CN=system:node:n1,O=system:nodes");
    assert.deepEqual(request.extensions.subjectAltNames, [
      { type: "dns", value: "n1" },
      { type: "ip", value: "10.0.0.1" },
    ]);
    assert.equal(isEmptyName(request.subject), false);
  });

  it("above 64 KiB are refused before they are read", () => {
    assert.throws(() => parseCertificateRequest(new Uint8Array(64 * 1024 + 1)), {
      code: "CSR_INVALID",
      message: /longer than/,
    });
  });
});
