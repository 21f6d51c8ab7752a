import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { inspect } from "node:util";
import { decodeUtf8 } from "@tegata/bytes";
import { describeSigner } from "./signer-conformance.ts";
import { exportPkcs8Pem, generateSigner, signerFromPem } from "./index.ts";

describeSigner("memory", ["ec-p256", "ec-p384", "ed25519", "rsa-2048"], generateSigner);

describe("signerFromPem", () => {
  it("reads back what was exported", async () => {
    const signer = await generateSigner("ec-p256");
    const again = signerFromPem(exportPkcs8Pem(signer));
    assert.deepEqual(again.publicKeySpki, signer.publicKeySpki);
  });

  it("reads the older forms of RSA and EC keys", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "pem", type: "pkcs1" });
    const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey.export({ format: "pem", type: "sec1" });
    assert.equal(signerFromPem(rsa.toString()).algorithm, "rsa-2048");
    assert.equal(signerFromPem(ec.toString()).algorithm, "ec-p384");
  });

  it("refuses what is not a usable private key, without quoting it", () => {
    const curve = generateKeyPairSync("ec", { namedCurve: "P-521" }).privateKey.export({
      format: "pem",
      type: "pkcs8",
    });
    for (const pem of ["", "s3cret-not-a-key", curve.toString()])
      assert.throws(
        () => signerFromPem(pem),
        (error) => (error as { code?: string }).code === "PRIVATE_KEY_INVALID" && !inspect(error).includes("s3cret"),
      );
  });
});

describe("exportPkcs8Pem", () => {
  it("gives a secret that prints as one", async () => {
    const pem = exportPkcs8Pem(await generateSigner("ed25519"));
    assert.equal(inspect(pem), "[secret]");
    assert.match(decodeUtf8(pem.reveal()), /^-----BEGIN PRIVATE KEY-----\n/);
  });

  it("refuses a signer whose key is elsewhere", async () => {
    const signer = await generateSigner("ed25519");
    assert.throws(() => exportPkcs8Pem({ ...signer }), { code: "PRIVATE_KEY_NOT_EXPORTABLE" });
  });
});
