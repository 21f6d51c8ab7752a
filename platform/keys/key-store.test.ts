import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { inspect } from "node:util";
import { DiskKeyStore } from "./disk-key-store.ts";
import { describeKeyStore } from "./key-store-conformance.ts";
import { MemoryKeyStore } from "./memory-key-store.ts";

async function folder(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "tegata-keys-"));
  t.after(() => rm(dir, { recursive: true, force: true }));
  return join(dir, "keys");
}

describeKeyStore("memory", async () => new MemoryKeyStore());
describeKeyStore("disk", async (t) => DiskKeyStore.open(await folder(t)));

describe("disk key store", () => {
  it("has its keys after it is opened again", async (t) => {
    const dir = await folder(t);
    const made = await (await DiskKeyStore.open(dir)).generate("ca", "ec-p384");
    const again = await DiskKeyStore.open(dir);
    assert.deepEqual((await again.get("ca"))?.publicKeySpki, made.publicKeySpki);
  });

  it("has in memory what it has on disk, whatever was written at once", async (t) => {
    const dir = await folder(t);
    const store = await DiskKeyStore.open(dir);
    await Promise.all(Array.from({ length: 8 }, () => store.generate("ca", "ed25519")));
    const again = await DiskKeyStore.open(dir);
    assert.deepEqual((await again.get("ca"))?.publicKeySpki, (await store.get("ca"))?.publicKeySpki);
  });

  it("lets nobody else read", async (t) => {
    const dir = await folder(t);
    await (await DiskKeyStore.open(dir)).generate("ca", "ed25519");
    assert.equal((await stat(dir)).mode & 0o777, 0o700);
    assert.equal((await stat(join(dir, "ca.key"))).mode & 0o777, 0o600);
  });

  it("leaves nothing unfinished behind, and clears away what a crash left", async (t) => {
    const dir = await folder(t);
    await (await DiskKeyStore.open(dir)).generate("ca", "ed25519");
    await writeFile(join(dir, "ca.key.0123.tmp"), "half a ke");
    const again = await DiskKeyStore.open(dir);
    assert.deepEqual(await readdir(dir), ["ca.key"]);
    assert.deepEqual(await again.list(), ["ca"]);
  });

  it("tells a damaged key from no key, and quotes nothing of it", async (t) => {
    const dir = await folder(t);
    const store = await DiskKeyStore.open(dir);
    await writeFile(join(dir, "ca.key"), "s3cret");
    await assert.rejects(store.get("ca"), (error) => {
      assert.equal((error as { code?: string }).code, "PRIVATE_KEY_INVALID");
      return !inspect(error).includes("s3cret");
    });
  });

  it("says which key it could not read or write", async (t) => {
    const dir = await folder(t);
    const store = await DiskKeyStore.open(dir);
    await rm(dir, { recursive: true });
    await assert.rejects(store.generate("ca", "ed25519"), {
      code: "KEY_STORE_FAILED",
      kind: "unavailable",
      message: `could not write key "ca" to the key store ${dir} (ENOENT)`,
    });
    await assert.rejects(store.list(), { code: "KEY_STORE_FAILED" });
  });

  it("keeps the old key when the new one cannot be written", async (t) => {
    const dir = await folder(t);
    const store = await DiskKeyStore.open(dir);
    const old = await store.generate("ca", "ed25519");
    const before = await readFile(join(dir, "ca.key"));
    await rm(dir, { recursive: true });
    await assert.rejects(store.generate("ca", "ed25519"), { code: "KEY_STORE_FAILED" });
    assert.deepEqual((await store.get("ca"))?.publicKeySpki, old.publicKeySpki);
    assert.match(before.toString(), /^-----BEGIN PRIVATE KEY-----/);
  });
});
