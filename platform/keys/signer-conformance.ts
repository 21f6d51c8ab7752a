import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeUtf8 } from "@tegata/bytes";
import {
  distinguishedName,
  parseCertificate,
  parsePublicKey,
  type PublicKeyAlgorithm,
  publicKeyAlgorithm,
  rootTemplate,
  type Signer,
  signatureAlgorithmOf,
  signCertificate,
} from "@tegata/pki";
import { nodeVerifier } from "./node-verifier.ts";

/**
 * What every {@link Signer} must do. Call it in a test file for each kind of signer.
 *
 * @param name - e.g. `memory`
 * @param create - makes a signer with a new key; called once per test.
 */
export function describeSigner(
  name: string,
  algorithms: readonly PublicKeyAlgorithm[],
  create: (algorithm: PublicKeyAlgorithm) => Promise<Signer>,
): void {
  for (const algorithm of algorithms) {
    describe(`${name} signer, ${algorithm}`, () => {
      const message = encodeUtf8("what is signed");
      const verify = async (signer: Signer, signature: Uint8Array, signed: Uint8Array = message) =>
        nodeVerifier.verify({
          algorithm: signatureAlgorithmOf(signer.algorithm),
          publicKeySpki: signer.publicKeySpki,
          message: signed,
          signature,
        });

      it("names the algorithm that its public key has", async () => {
        const signer = await create(algorithm);
        assert.equal(signer.algorithm, algorithm);
        assert.equal(publicKeyAlgorithm(parsePublicKey(signer.publicKeySpki)), algorithm);
      });

      it("makes signatures that its public key verifies, and for that message only", async () => {
        const signer = await create(algorithm);
        const signature = await signer.sign(message);
        assert.equal(await verify(signer, signature), true);
        assert.equal(await verify(signer, signature, encodeUtf8("something else")), false);
      });

      it("signs concurrently", async () => {
        const signer = await create(algorithm);
        const messages = Array.from({ length: 16 }, (_, i) => encodeUtf8(`message ${i}`));
        const signatures = await Promise.all(messages.map((one) => signer.sign(one)));
        for (const [i, signature] of signatures.entries()) assert.ok(await verify(signer, signature, messages[i]));
      });

      it("signs a message of a mebibyte", async () => {
        const signer = await create(algorithm);
        const long = new Uint8Array(1024 * 1024).fill(7);
        assert.ok(await verify(signer, await signer.sign(long), long));
      });

      it("signs a certificate whose signature verifies", async () => {
        const signer = await create(algorithm);
        const template = rootTemplate(
          {
            subject: distinguishedName([["commonName", "conformance"]]),
            serialNumber: 1n,
            publicKeySpki: signer.publicKeySpki,
            lifetimeMs: 3_600_000,
          },
          new Date("2026-01-01T00:00:00Z"),
        );
        const certificate = parseCertificate(await signCertificate(template, signer));
        assert.ok(await verify(signer, certificate.signature, certificate.tbs));
      });

      it("shows no private key when it is printed", async () => {
        const printed = JSON.stringify(await create(algorithm));
        assert.doesNotMatch(printed, /PRIVATE/);
      });
    });
  }
}
