import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { concatBytes, decodeBase64, encodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { JsonObject, JsonValue } from "@tegata/kube-types";
import { decodeKubeProtobuf } from "@tegata/kube-types/protobuf";
import fc from "fast-check";

interface RecordedBody {
  readonly command: string;
  /** Base64. */
  readonly body: string;
  readonly object: JsonObject;
}

const RECORDED = JSON.parse(
  readFileSync(new URL("testdata/kubectl-1.33-bodies.json", import.meta.url), "utf8"),
) as RecordedBody[];

describe("protobuf bodies that kubectl sends", () => {
  for (const { command, body, object } of RECORDED) {
    it(`decodes ${command}`, () => {
      assert.deepEqual(decodeKubeProtobuf(bytesOf(body)), withoutNulls(object));
    });
  }
});

describe("protobuf types that JSON writes in its own way", () => {
  it("writes a MicroTime with six digits and a Time without", () => {
    const spec = concatBytes(
      lengthDelimited(1, encodeUtf8("holder")),
      varint(2, 15),
      lengthDelimited(4, concatBytes(varint(1, 1_700_000_000), varint(2, 123_456_789))),
    );
    const metadata = lengthDelimited(8, varint(1, 1_700_000_000));
    const lease = concatBytes(lengthDelimited(1, metadata), lengthDelimited(2, spec));
    assert.deepEqual(decodeKubeProtobuf(envelope("coordination.k8s.io/v1", "Lease", lease)), {
      kind: "Lease",
      apiVersion: "coordination.k8s.io/v1",
      metadata: { creationTimestamp: "2023-11-14T22:13:20Z" },
      spec: { holderIdentity: "holder", leaseDurationSeconds: 15, renewTime: "2023-11-14T22:13:20.123456Z" },
    });
  });

  it("keeps a zero behind a pointer and drops it where Go would", () => {
    const preconditions = lengthDelimited(2, lengthDelimited(1, encodeUtf8("")));
    const options = concatBytes(varint(1, 0), preconditions);
    assert.deepEqual(decodeKubeProtobuf(envelope("v1", "DeleteOptions", options)), {
      kind: "DeleteOptions",
      apiVersion: "v1",
      gracePeriodSeconds: 0,
      preconditions: { uid: "" },
    });
  });

  it("takes DeleteOptions under any group and version", () => {
    assert.equal(decodeKubeProtobuf(envelope("apps/v1", "DeleteOptions", new Uint8Array())).kind, "DeleteOptions");
  });

  it("reads negative integers", () => {
    const minusOne = concatBytes(Uint8Array.of(0x08), Uint8Array.from(Array(9).fill(0xff)), Uint8Array.of(0x01));
    assert.equal(decodeKubeProtobuf(envelope("v1", "DeleteOptions", minusOne)).gracePeriodSeconds, -1);
  });

  it("writes a schema's items, and whether additional properties are allowed, as JSON Schema does", () => {
    const schema = concatBytes(
      lengthDelimited(24, lengthDelimited(1, lengthDelimited(5, encodeUtf8("string")))),
      lengthDelimited(30, varint(1, 0)),
      lengthDelimited(8, lengthDelimited(1, encodeUtf8("[1]"))),
    );
    assert.deepEqual(openApiSchema(decodeKubeProtobuf(crd(schema))), {
      default: [1],
      items: { type: "string" },
      additionalProperties: false,
    });
  });

  it("keeps a label called __proto__ as a label", () => {
    const label = concatBytes(lengthDelimited(1, encodeUtf8("__proto__")), lengthDelimited(2, encodeUtf8("x")));
    const secret = decodeKubeProtobuf(envelope("v1", "Secret", lengthDelimited(1, lengthDelimited(11, label))));
    const { labels } = secret.metadata as { labels: JsonObject };
    assert.deepEqual(Object.keys(labels), ["__proto__"]);
    assert.equal(Object.getPrototypeOf(labels), Object.prototype);
  });
});

describe("malformed protobuf", () => {
  const secretWith = (metadata: Uint8Array) => envelope("v1", "Secret", lengthDelimited(1, metadata));
  const rejected: Record<string, Uint8Array> = {
    "an empty body": new Uint8Array(),
    JSON: encodeUtf8('{"kind":"Secret"}'),
    "a kind that is not built in": envelope("example.org/v1", "Foo", new Uint8Array()),
    "a length beyond the end": secretWith(Uint8Array.of(0x0a, 0x7f, 0x61)),
    "a number that is cut off": secretWith(Uint8Array.of(0x38, 0x80)),
    "a number of eleven bytes": secretWith(Uint8Array.of(0x38, ...Array(10).fill(0x80), 0x01)),
    "text that is not UTF-8": secretWith(lengthDelimited(1, Uint8Array.of(0xff))),
    "a wire type that does not fit the field": secretWith(varint(1, 5)),
    "a group": secretWith(Uint8Array.of(0x0b)),
    "field number zero": secretWith(Uint8Array.of(0x00, 0x00)),
    "a time in the year 300000": secretWith(lengthDelimited(8, varint(1, 9_000_000_000_000))),
    "an embedded object that is not JSON": crd(lengthDelimited(8, lengthDelimited(1, encodeUtf8("{")))),
    "embedded JSON nested ten thousand deep": crd(
      lengthDelimited(8, lengthDelimited(1, encodeUtf8(`${"[".repeat(10_000)}${"]".repeat(10_000)}`))),
    ),
    "schemas nested ten thousand deep": crd(nestedSchema(10_000)),
  };
  for (const [what, bytes] of Object.entries(rejected)) {
    it(`refuses ${what}`, () => assert.throws(() => decodeKubeProtobuf(bytes), { code: "PROTOBUF_INVALID" }));
  }

  it("never fails in another way, whatever the bytes", () => {
    const kinds = fc.constantFrom<[string, string]>(
      ["v1", "Secret"],
      ["v1", "Pod"],
      ["apps/v1", "Deployment"],
      ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
    );
    fc.assert(
      fc.property(kinds, fc.uint8Array({ maxLength: 200 }), ([apiVersion, kind], bytes) => {
        decodesOrRefuses(envelope(apiVersion, kind, bytes));
      }),
    );
  });

  it("never fails in another way when a real body is damaged", () => {
    const bodies = fc.constantFrom(...RECORDED.map(({ body }) => bytesOf(body)));
    fc.assert(
      fc.property(bodies, fc.nat(), fc.nat(255), (body, place, byte) => {
        const damaged = Uint8Array.from(body);
        damaged[place % damaged.length] = byte;
        decodesOrRefuses(damaged);
      }),
    );
  });
});

function decodesOrRefuses(bytes: Uint8Array): void {
  try {
    decodeKubeProtobuf(bytes);
  } catch (error) {
    assert.ok(error instanceof TegataError, String(error));
  }
}

function varintBytes(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

function varint(number: number, value: number): Uint8Array {
  return concatBytes(varintBytes(number * 8), varintBytes(value));
}

function lengthDelimited(number: number, bytes: Uint8Array): Uint8Array {
  return concatBytes(varintBytes(number * 8 + 2), varintBytes(bytes.length), bytes);
}

function envelope(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const typeMeta = concatBytes(lengthDelimited(1, encodeUtf8(apiVersion)), lengthDelimited(2, encodeUtf8(kind)));
  return concatBytes(encodeUtf8("k8s\0"), lengthDelimited(1, typeMeta), lengthDelimited(2, raw));
}

/** A CRD with one version that has this schema. */
function crd(schema: Uint8Array): Uint8Array {
  const version = lengthDelimited(4, lengthDelimited(1, schema));
  return envelope(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    lengthDelimited(2, lengthDelimited(7, version)),
  );
}

function openApiSchema(crd: JsonObject): JsonValue | undefined {
  const { spec } = crd as { spec: { versions: { schema: { openAPIV3Schema: JsonObject } }[] } };
  return spec.versions[0]?.schema.openAPIV3Schema;
}

function nestedSchema(depth: number): Uint8Array {
  let schema: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i++) schema = lengthDelimited(28, schema);
  return schema;
}

function bytesOf(base64: string): Uint8Array {
  return decodeBase64(base64) ?? new Uint8Array();
}

/** Go prints the zero time as null. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([key, member]) => [key, withoutNulls(member)]));
}
