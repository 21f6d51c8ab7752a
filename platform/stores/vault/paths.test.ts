import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { dataPath, metadataPath } from "./paths.ts";

// External Secrets Operator, Vault provider: how a key becomes a path.
const paths: readonly [mount: string, kvVersion: 1 | 2, key: string, data: string, metadata: string][] = [
  ["secret", 2, "foo", "secret/data/foo", "secret/metadata/foo"],
  ["secret/path", 2, "foo", "secret/path/data/foo", "secret/path/metadata/foo"],
  ["secret/path", 1, "foo", "secret/path/foo", "secret/path/foo"],
  ["secret/path", 2, "secret/path/foo", "secret/path/data/foo", "secret/path/metadata/foo"],
  ["secret/path", 2, "secret/path/data/foo", "secret/path/data/foo", "secret/path/metadata/foo"],
  ["secret/path", 1, "secret/path/foo", "secret/path/foo", "secret/path/foo"],
  ["secret", 2, "data/foo", "secret/data/data/foo", "secret/metadata/data/foo"],
  ["secret", 2, "secretive/foo", "secret/data/secretive/foo", "secret/metadata/secretive/foo"],
  ["", 2, "secret/path/foo", "secret/data/path/foo", "secret/metadata/path/foo"],
  ["", 2, "secret/path/data/foo", "secret/path/data/foo", "secret/path/metadata/foo"],
  ["secret", 2, "/app//db", "secret/data/app/db", "secret/metadata/app/db"],
  ["secret", 2, "/secret/data/foo", "secret/data/foo", "secret/metadata/foo"],
  ["", 1, "secret/path/foo", "secret/path/foo", "secret/path/foo"],
  [
    "kvv2",
    2,
    "k8s-myhome/harbor/admin-password",
    "kvv2/data/k8s-myhome/harbor/admin-password",
    "kvv2/metadata/k8s-myhome/harbor/admin-password",
  ],
];

describe("a Vault path", () => {
  for (const [mount, kvVersion, key, data, metadata] of paths) {
    it(`of "${key}" in version ${kvVersion} ${mount === "" ? "without a mount" : `at "${mount}"`} is ${data}`, () => {
      assert.equal(dataPath({ mount, kvVersion }, key), data);
      assert.equal(metadataPath({ mount, kvVersion }, key), metadata);
    });
  }
  for (const key of ["..", "a/../../sys/mounts", "./a", "", "/"]) {
    it(`of "${key}" is refused`, () => {
      assert.throws(() => dataPath({ mount: "secret", kvVersion: 2 }, key), { code: "STORE_KEY_INVALID" });
    });
  }
});
