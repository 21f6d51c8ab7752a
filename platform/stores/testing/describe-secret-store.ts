import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { decodeUtf8, type SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { JsonObject } from "@tegata/kube-types";
import type { ReadOutcome, RemoteRef, SecretStore } from "../contract.ts";

/** What a store can do beyond reading; the suite tests what is said here. */
export interface StoreFeatures {
  /** It keeps numbered versions of a secret. */
  readonly versions?: boolean;
  /** `what: "metadata"` gives the tags of {@link StoreUnderTest.put} as a JSON object. */
  readonly metadata?: boolean;
  readonly findByName?: boolean;
  readonly findByTags?: boolean;
  /** A value may be any bytes, and not only text. */
  readonly binary?: boolean;
  /** A secret is one value, a JSON text; else it is an object of members. */
  readonly textSecrets?: boolean;
  /** Members are bytes and nothing else; numbers and objects are put as the JSON text of them, and null as nothing. */
  readonly flatMembers?: boolean;
}

/** A store with the means to fill it and to break it. */
export interface StoreUnderTest {
  readonly store: SecretStore;
  /** Creates or replaces a secret, an object of members. @returns its version; empty if the store has none */
  readonly put: (key: string, members: JsonObject, tags?: Readonly<Record<string, string>>) => Promise<string>;
  readonly remove?: (key: string) => Promise<void>;
  /** From now on the provider accepts requests and does not answer them. */
  readonly hang?: () => void;
  /** From now on the provider cannot be reached. */
  readonly breakDown?: () => Promise<void> | void;
  /** From now on the provider answers with an error of its own. */
  readonly failWith?: (status: number) => void;
}

const CANARY = "canary-5e1f0c";
const signal = () => new AbortController().signal;

/** A reference, by its key and property. */
function refTo(key: string, property = "", rest: Partial<RemoteRef> = {}): RemoteRef {
  return { key, property, version: "", what: "value", ...rest };
}

function textOf(outcome: ReadOutcome | undefined): string {
  assert.equal(outcome?.kind, "found");
  return outcome?.kind === "found" ? decodeUtf8(outcome.bytes.reveal()) : "";
}

function texts(values: ReadonlyMap<string, SecretBytes>): Record<string, string> {
  return Object.fromEntries([...values].map(([key, value]) => [key, decodeUtf8(value.reveal())]));
}

/**
 * Runs the contract of {@link SecretStore} against a store.
 *
 * @param create - makes a store and its provider, empty; both end with the test.
 */
export function describeSecretStore(
  name: string,
  features: StoreFeatures,
  create: (t: TestContext) => Promise<StoreUnderTest>,
): void {
  describe(`${name} keeps the contract of a secret store`, () => {
    it("returns a whole secret as JSON", async (t) => {
      const { store, put } = await create(t);
      await put("app-db", { user: "u", port: 5432, nested: { z: 1, a: [true, null] } });
      const [outcome] = await store.read([refTo("app-db")], signal());
      const value: unknown = JSON.parse(textOf(outcome));
      const flat = { nested: '{"z":1,"a":[true,null]}', port: "5432", user: "u" };
      assert.deepEqual(
        value,
        features.flatMembers === true ? flat : { nested: { a: [true, null], z: 1 }, port: 5432, user: "u" },
      );
    });
    it("returns a property by its name, and by a path", async (t) => {
      const { store, put } = await create(t);
      await put("app-db", { user: "u", port: 5432, flag: true, nested: { list: ["a", "b"] } });
      const refs = ["user", "port", "flag", "nested.list.1", "nested.list.#", "nested"].map((property) =>
        refTo("app-db", property),
      );
      const outcomes = await store.read(refs, signal());
      assert.deepEqual(outcomes.map(textOf), ["u", "5432", "true", "b", "2", '{"list":["a","b"]}']);
    });
    if (features.textSecrets !== true) {
      it("prefers a member whose name is the property to the letter", async (t) => {
        const { store, put } = await create(t);
        await put("app-tls", { "tls.crt": "exact", tls: { crt: "path" } });
        const [outcome] = await store.read([refTo("app-tls", "tls.crt")], signal());
        assert.equal(textOf(outcome), "exact");
      });
    }
    it("says absent of a secret and of a property that do not exist, and only of those", async (t) => {
      const { store, put } = await create(t);
      await put("app-db", { user: "u", empty: "" });
      const refs = [refTo("app-none"), refTo("app-db", "none"), refTo("app-db", "empty"), refTo("app-db", "user")];
      const outcomes = await store.read(refs, signal());
      assert.deepEqual(
        outcomes.map(({ kind }) => kind),
        ["absent", "absent", "found", "found"],
      );
    });
    it("answers in the order of the references, also for repeated ones", async (t) => {
      const { store, put } = await create(t);
      await put("a", { v: "1" });
      await put("b", { v: "2" });
      const refs = [refTo("b", "v"), refTo("a", "v"), refTo("c", "v"), refTo("b", "v")];
      const outcomes = await store.read(refs, signal());
      assert.deepEqual(
        outcomes.map((outcome) => (outcome.kind === "found" ? textOf(outcome) : outcome.kind)),
        ["2", "1", "absent", "2"],
      );
      assert.deepEqual(await store.read([], signal()), []);
    });
    it("gives every caller bytes of its own", async (t) => {
      const { store, put } = await create(t);
      await put("a", { v: "value" });
      const [first, second] = await store.read([refTo("a", "v"), refTo("a", "v")], signal());
      if (first?.kind === "found") first.bytes.wipe();
      assert.equal(textOf(second), "value");
    });
    it("returns bytes exactly: NUL, all of Unicode, HTML, escapes, a mebibyte", async (t) => {
      const { store, put } = await create(t);
      const values = [
        "\0",
        "a\0b\n\r\t",
        "héllo 日本 😀",
        '<a&b>\u2028\\"',
        "x".repeat(1024 * 1024 - 200),
        " ",
        "0012",
        "null",
      ];
      for (const [i, v] of values.entries()) await put(`bytes-${i}`, { v });
      const outcomes = await store.read(
        values.map((_, i) => refTo(`bytes-${i}`, "v")),
        signal(),
      );
      for (const [i, outcome] of outcomes.entries())
        assert.ok(textOf(outcome) === values[i], `value ${i} came back changed`);
    });
    it("extracts the members of a secret, and of an object in it", async (t) => {
      const { store, put } = await create(t);
      await put("app-db", { user: "u", port: 5432, on: false, nothing: null, nested: { a: "1", b: [2] } });
      const all = await store.extract(refTo("app-db"), signal());
      const nested = await store.extract(refTo("app-db", "nested"), signal());
      assert.ok(all.kind === "found" && nested.kind === "found");
      assert.deepEqual(texts(all.values), {
        nested: '{"a":"1","b":[2]}',
        nothing: "",
        on: "false",
        port: "5432",
        user: "u",
      });
      assert.deepEqual(texts(nested.values), { a: features.flatMembers === true ? '"1"' : "1", b: "[2]" });
    });
    it("says absent when there is nothing to extract from, and refuses what is not an object", async (t) => {
      const { store, put } = await create(t);
      await put("app-db", { user: "u" });
      assert.equal((await store.extract(refTo("none"), signal())).kind, "absent");
      assert.equal((await store.extract(refTo("app-db", "none"), signal())).kind, "absent");
      await assert.rejects(store.extract(refTo("app-db", "user"), signal()), { code: "SECRET_NOT_AN_OBJECT" });
    });
    it("serves many readers at once", async (t) => {
      const { store, put } = await create(t);
      for (let i = 0; i < 10; i++) await put(`many-${i}`, { v: String(i) });
      const reads = Array.from({ length: 100 }, (_, i) => store.read([refTo(`many-${i % 10}`, "v")], signal()));
      const outcomes = (await Promise.all(reads)).flat();
      assert.deepEqual(
        outcomes.map(textOf),
        outcomes.map((_, i) => String(i % 10)),
      );
    });
    it("does not call itself invalid while it works, and can be closed more than once", async (t) => {
      const { store } = await create(t);
      assert.match(await store.validate(signal()), /^(valid|unknown)$/);
      await store.close();
      await store.close();
    });
    it("gives up at once for a reader that has aborted", async (t) => {
      const { store, put } = await create(t);
      await put("a", { v: "1" });
      const reason = new Error("enough");
      await assert.rejects(store.read([refTo("a")], AbortSignal.abort(reason)), reason);
    });
    describeOptional(features, create);
    describeFailures(create);
  });
}

function describeOptional(features: StoreFeatures, create: (t: TestContext) => Promise<StoreUnderTest>): void {
  if (features.versions === true) {
    it("reads an older version, and says absent of one that never was", async (t) => {
      const { store, put } = await create(t);
      const first = await put("a", { v: "1" });
      const second = await put("a", { v: "2" });
      const refs = [first, second, "", "77"].map((version) => refTo("a", "v", { version }));
      const outcomes = await store.read(refs, signal());
      assert.deepEqual(outcomes.slice(0, 3).map(textOf), ["1", "2", "2"]);
      assert.equal(outcomes[3]?.kind, "absent");
      assert.equal(outcomes[2]?.kind === "found" ? outcomes[2].version : "", second);
    });
  }
  it("says absent of a secret that was deleted", async (t) => {
    const { store, put, remove } = await create(t);
    if (remove === undefined) return;
    await put("a", { v: "1" });
    await remove("a");
    assert.equal((await store.read([refTo("a")], signal()))[0]?.kind, "absent");
  });
  if (features.metadata === true) {
    it("returns metadata in place of the value", async (t) => {
      const { store, put } = await create(t);
      await put("a", { v: "1" }, { team: "shop", env: "prod" });
      const refs = ["team", "none"].map((property) => refTo("a", property, { what: "metadata" }));
      const [team, none, missing] = await store.read([...refs, refTo("none", "", { what: "metadata" })], signal());
      assert.equal(textOf(team), "shop");
      assert.equal(none?.kind, "absent");
      assert.equal(missing?.kind, "absent");
    });
  }
  if (features.findByName === true) {
    it("finds secrets by a pattern of their names; none is an empty result", async (t) => {
      const { store, put } = await create(t);
      for (const key of ["app-one", "app-two", "web"]) await put(key, { v: key });
      const find = (nameRegexp: string) => store.lister?.find({ path: "", nameRegexp, tags: {} }, signal());
      assert.deepEqual([...((await find("^app-")) ?? [])].map(([key]) => key).sort(), ["app-one", "app-two"]);
      assert.deepEqual([...((await find("nope")) ?? [])], []);
      await assert.rejects(async () => find("("), { code: "FIND_PATTERN_INVALID" });
    });
  }
  if (features.findByTags === true) {
    it("finds secrets by their tags, all of which must match", async (t) => {
      const { store, put } = await create(t);
      await put("one", { v: "1" }, { team: "shop", env: "prod" });
      await put("two", { v: "2" }, { team: "shop" });
      await put("three", { v: "3" });
      const find = (tags: Record<string, string>) => store.lister?.find({ path: "", nameRegexp: "", tags }, signal());
      assert.deepEqual([...((await find({ team: "shop" })) ?? [])].map(([key]) => key).sort(), ["one", "two"]);
      assert.deepEqual(
        [...((await find({ team: "shop", env: "prod" })) ?? [])].map(([key]) => key),
        ["one"],
      );
    });
  }
}

function describeFailures(create: (t: TestContext) => Promise<StoreUnderTest>): void {
  it("lets go of a provider that does not answer when the reader aborts", async (t) => {
    const { store, put, hang } = await create(t);
    if (hang === undefined) return;
    await put("a", { v: CANARY });
    await store.read([refTo("a")], signal());
    hang();
    const controller = new AbortController();
    const reason = new Error("enough");
    const read = store.read([refTo("a")], controller.signal);
    setImmediate(() => controller.abort(reason));
    await assert.rejects(read, reason);
  });
  it("fails as unavailable, never as absent, when the provider is down, and quotes no secret", async (t) => {
    const { store, put, breakDown } = await create(t);
    if (breakDown === undefined) return;
    await put("a", { v: CANARY });
    await store.read([refTo("a")], signal());
    await breakDown();
    await assertUnavailable(() => store.read([refTo("a")], signal()));
  });
  for (const status of [500, 502, 503]) {
    it(`fails as unavailable, never as absent, when the provider answers ${status}`, async (t) => {
      const { store, put, failWith } = await create(t);
      if (failWith === undefined) return;
      await put("a", { v: CANARY });
      await store.read([refTo("a")], signal());
      failWith(status);
      await assertUnavailable(() => store.read([refTo("a")], signal()));
    });
  }
}

async function assertUnavailable(read: () => Promise<readonly ReadOutcome[]>): Promise<void> {
  await assert.rejects(read, (error) => {
    assert.ok(error instanceof TegataError, "a failure of the provider is a TegataError");
    assert.equal(error.kind, "unavailable");
    assert.ok(!`${error.text} ${error.stack} ${String(error.cause)}`.includes(CANARY), "the error quotes a secret");
    return true;
  });
}
