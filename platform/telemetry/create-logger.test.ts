import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { describe, it } from "node:test";
import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import fc from "fast-check";
import { createLogger, type LoggerOptions } from "./create-logger.ts";

const CANARY = "hunter2-S3cr3t-canary";

function record(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const now = () => new Date("2026-01-02T03:04:05.678Z");
  const logger = createLogger({ format: "json", destination: { write: (line) => lines.push(line) }, now, ...options });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? "{}") as Record<string, unknown> };
}

function thrown(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return assert.fail("it did not throw");
}

describe("a logger", () => {
  it("writes one JSON line: level, time, fields, message", () => {
    const { logger, lines } = record({ fields: { program: "operator" } });
    logger.with({ controller: "externalsecret" }).info("secret synced", { keys: 3 });
    assert.deepEqual(lines, [
      '{"level":"info","time":"2026-01-02T03:04:05.678Z","program":"operator","controller":"externalsecret","keys":3,"msg":"secret synced"}\n',
    ]);
  });

  it("leaves out lines below its level", () => {
    const { logger, lines } = record({ level: "warn" });
    logger.info("no");
    logger.warn("yes");
    assert.equal(lines.length, 1);
  });

  it("keeps a field from passing for the line's own", () => {
    const { logger, last } = record();
    logger.info("real", { msg: "forged", level: "error" });
    assert.deepEqual([last()["msg"], last()["msg_"], last()["level_"]], ["real", "forged", "error"]);
  });

  it("prints a TegataError as kind, code, message and remedy, with its cause", () => {
    const { logger, last } = record();
    const cause = new TegataError({ kind: "denied", code: "B", message: "no role", remedy: "Bind it." });
    const error = new TegataError({
      kind: "unavailable",
      code: "A",
      message: "store is down",
      remedy: "Start it.",
      cause,
    });
    logger.error("sync failed", { error });
    assert.deepEqual(last()["error"], {
      kind: "unavailable",
      code: "A",
      message: "store is down",
      remedy: "Start it.",
      cause: { kind: "denied", code: "B", message: "no role", remedy: "Bind it." },
    });
  });

  it("prints a bug by name and places", () => {
    const { logger, last } = record();
    logger.error("reconcile met a bug", { error: new TypeError("Cannot read properties of undefined (reading 'x')") });
    const { name, message, stack } = last()["error"] as { name: string; message: string; stack: string[] };
    assert.deepEqual([name, message], ["TypeError", "Cannot read properties of undefined"]);
    assert.match(stack[0] ?? "", /create-logger\.test\.ts:\d+:\d+/);
  });

  const key = generateKeyPairSync("ec", { namedCurve: "P-256" })
    .privateKey.export({ format: "pem", type: "pkcs8" })
    .toString();
  const secrets: Record<string, unknown> = {
    SecretBytes: new SecretBytes(encodeUtf8(CANARY)),
    "a Buffer": Buffer.from(CANARY),
    "a Uint8Array in a list in a Map": new Map([["a", [encodeUtf8(CANARY)]]]),
    "an object of a class": new (class Session {
      readonly value = CANARY;
    })(),
    "a key": createPrivateKey(key),
    "a URL with a password": new URL(`https://user:${CANARY}@store/path?token=${CANARY}`),
    "a header under its name": { headers: { Authorization: `Bearer ${CANARY}` } },
    "an error of BigInt()": thrown(() => BigInt(CANARY)),
    "an error of RegExp()": thrown(() => new RegExp(`(${CANARY}`)),
    "an error of JSON.parse()": thrown(() => JSON.parse(CANARY)),
    "an error of in": thrown(() => "k" in (CANARY as unknown as object)),
    "an error of Buffer.from()": thrown(() => Buffer.from("x", CANARY as BufferEncoding)),
    "an error of Headers": thrown(() => new Headers({ authorization: `${CANARY}\nx` })),
    "an error of URL()": thrown(() => new URL(`${CANARY}:// bad`)),
    "an error whose message has lines like a stack": new Error(`x\n    at ${CANARY}`),
    "an AggregateError": new AggregateError([new Error(CANARY)], CANARY),
    "a cause that is a text": new Error("x", { cause: CANARY }),
    "a TegataError with a bug below": new TegataError({
      kind: "unavailable",
      code: "A",
      message: "m",
      remedy: "r",
      cause: thrown(() => JSON.parse(CANARY)),
    }),
  };
  for (const [what, value] of Object.entries(secrets)) {
    for (const format of ["json", "pretty"] as const) {
      it(`never prints ${what} (${format})`, () => {
        const { logger, lines } = record({ format, level: "debug" });
        for (const level of ["debug", "info", "warn", "error"] as const) logger[level]("it", { error: value, value });
        logger.with({ value }).info("it");
        const text = lines.join("");
        assert.equal(lines.length, 5);
        for (const piece of [
          CANARY,
          "hunter2",
          Buffer.from(CANARY).toString("base64").slice(0, 8),
          Buffer.from(CANARY).toString("hex"),
        ]) {
          assert.ok(!text.includes(piece), text);
        }
      });
    }
  }

  it("never throws, whatever the fields are", () => {
    const { logger, last } = record();
    const hostile = {
      get value(): string {
        throw new Error("hunter2");
      },
    };
    const bare: unknown = Object.create(Object.create(null));
    logger.info("odd", {
      hostile,
      bare,
      fn: () => 1,
      symbol: Symbol("x"),
      date: new Date(Number.NaN),
      nothing: undefined,
    });
    assert.deepEqual(
      [last()["hostile"], last()["bare"], last()["fn"], last()["symbol"], last()["date"], "nothing" in last()],
      ["[unreadable]", "[object]", "[function]", "[symbol]", "[invalid date]", false],
    );
  });

  it("makes one line of JSON of any field", () => {
    const { logger, lines } = record();
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        lines.length = 0;
        logger.info("it", { value });
        assert.equal(lines.length, 1);
        assert.equal((JSON.parse(lines[0] ?? "") as { msg: string }).msg, "it");
      }),
    );
  });

  it("bounds what one line may hold", () => {
    const { logger, lines } = record();
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    logger.info("big", {
      text: "x".repeat(100_000),
      list: Array.from({ length: 10_000 }, (_, i) => i),
      loop,
      n: 10n,
      bad: Number.NaN,
    });
    assert.ok((lines[0]?.length ?? 0) < 10_000);
  });

  it("prints lines for people on request, with the remedy and the places below", () => {
    const { logger, lines } = record({ format: "pretty" });
    const error = new TegataError({
      kind: "denied",
      code: "KUBE_FORBIDDEN",
      message: "cannot get secrets",
      remedy: "Grant it.",
    });
    logger.warn("reconcile failed", { key: "shop/db", note: "two words", error });
    assert.deepEqual(lines, [
      '03:04:05.678 WARN  reconcile failed key=shop/db note="two words"\n    cannot get secrets [KUBE_FORBIDDEN]\n    Grant it.\n',
    ]);
  });
});
