import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { encodeUtf8 } from "@tegata/bytes";
import { type Signer, signatureAlgorithmOf } from "@tegata/pki";
import type { KeyStore } from "./key-store.ts";
import { nodeVerifier } from "./node-verifier.ts";

/**
 * What every {@link KeyStore} must do. Call it in a test file for each kind of store.
 *
 * @param create - opens an empty store; called once per test.
 */
export function describeKeyStore(name: string, create: (t: TestContext) => Promise<KeyStore>): void {
  describe(`${name} key store`, () => {
    const message = encodeUtf8("what is signed");
    const isSignedBy = async (signer: Signer, publicKeySpki: Uint8Array): Promise<boolean> => {
      const algorithm = signatureAlgorithmOf(signer.algorithm);
      return nodeVerifier.verify({ algorithm, publicKeySpki, message, signature: await signer.sign(message) });
    };

    it("gives back the key that was made under a name", async (t) => {
      const store = await create(t);
      const made = await store.generate("ca-1", "ec-p256");
      const found = await store.get("ca-1");
      assert.ok(found);
      assert.ok(await isSignedBy(found, made.publicKeySpki));
    });

    it("says that there is no key of a name, and nothing else, when there is none", async (t) => {
      const store = await create(t);
      assert.equal(await store.get("none"), undefined);
      assert.deepEqual(await store.list(), []);
      await store.delete("none");
    });

    it("replaces a key, while signers of the old one go on", async (t) => {
      const store = await create(t);
      const old = await store.generate("ca", "ec-p256");
      const made = await store.generate("ca", "ed25519");
      const found = await store.get("ca");
      assert.ok(found && (await isSignedBy(found, made.publicKeySpki)));
      assert.ok(await isSignedBy(old, old.publicKeySpki));
      assert.deepEqual(await store.list(), ["ca"]);
    });

    it("lists names in order, and forgets what is deleted", async (t) => {
      const store = await create(t);
      for (const each of ["b", "a", "c"]) await store.generate(each, "ed25519");
      await store.delete("b");
      assert.deepEqual(await store.list(), ["a", "c"]);
      assert.equal(await store.get("b"), undefined);
    });

    it("makes several keys at a time", async (t) => {
      const store = await create(t);
      const names = Array.from({ length: 8 }, (_, i) => `key-${i}`);
      const made = await Promise.all(names.map((each) => store.generate(each, "ed25519")));
      for (const [i, each] of names.entries()) {
        const found = await store.get(each);
        assert.deepEqual(found?.publicKeySpki, made[i]?.publicKeySpki);
      }
    });

    for (const bad of ["", ".", "..", "../ca", "a/b", ".hidden", "a\0b", "a b", "x".repeat(101)])
      it(`refuses ${JSON.stringify(bad.slice(0, 20))} as a name`, async (t) => {
        const store = await create(t);
        for (const attempt of [store.get(bad), store.generate(bad, "ed25519"), store.delete(bad)])
          await assert.rejects(attempt, { code: "KEY_NAME_INVALID" });
      });
  });
}
