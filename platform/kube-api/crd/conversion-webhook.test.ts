import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import type { JsonObject } from "@tegata/kube-types";
import { loadIdentity } from "../bootstrap/authority.ts";
import { dataFiles } from "../bootstrap/data-files.ts";
import { startKubeApiForTest } from "../testing.ts";
import { type Send, sendTo, until } from "./testdata/api-client.ts";

const CRD = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: JsonObject[] };
}

/** A webhook that moves `spec.host` of v1 to `spec.address` of v2, and back. */
function renameHost({ desiredAPIVersion, objects }: Review["request"]): JsonObject[] {
  return objects.map((object) => {
    const { host, address, ...spec } = object.spec as JsonObject;
    const value = host ?? address ?? null;
    return {
      ...object,
      apiVersion: desiredAPIVersion,
      spec: { ...spec, ...(desiredAPIVersion.endsWith("v2") ? { address: value } : { host: value }) },
    };
  });
}

async function startWebhook(t: TestContext, answer: (request: Review["request"]) => JsonObject) {
  const seen: Review[] = [];
  const { authority, serving } = await loadIdentity(dataFiles("memory"), "127.0.0.1", new Date());
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const review = JSON.parse(await text(request)) as Review;
    seen.push(review);
    response.end(
      JSON.stringify({
        apiVersion: review.apiVersion,
        kind: review.kind,
        response: { uid: review.request.uid, ...answer(review.request) },
      }),
    );
  };
  const server = createServer(
    { cert: serving.certificatePem, key: serving.privateKeyPem },
    (request, response) => void serve(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/convert`,
    caBundle: encodeBase64(encodeUtf8(authority.certificatePem)),
    seen,
  };
}

const version = (name: string, field: string, storage: boolean): JsonObject => ({
  name,
  served: true,
  storage,
  schema: {
    openAPIV3Schema: {
      type: "object",
      properties: { spec: { type: "object", properties: { [field]: { type: "string" } } } },
    },
  },
});

const hostCrd = (url: string, caBundle: string): JsonObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "hosts.example.com" },
  spec: {
    group: "example.com",
    scope: "Cluster",
    names: { plural: "hosts", kind: "Host" },
    versions: [version("v1", "host", true), version("v2", "address", false)],
    conversion: { strategy: "Webhook", webhook: { conversionReviewVersions: ["v1"], clientConfig: { url, caBundle } } },
  },
});

async function start(t: TestContext, crd: JsonObject): Promise<Send> {
  const send = sendTo(t, await startKubeApiForTest(t));
  assert.equal((await send("POST", CRD, crd)).code, 201);
  await until(
    () => send("GET", "/apis/example.com/v2/hosts"),
    ({ code }) => code === 200,
  );
  return send;
}

const host: JsonObject = {
  apiVersion: "example.com/v1",
  kind: "Host",
  metadata: { name: "a", labels: { x: "y" } },
  spec: { host: "one" },
};
const success = (request: Review["request"]): JsonObject => ({
  result: { status: "Success" },
  convertedObjects: renameHost(request),
});

describe("conversion by webhook", () => {
  it("converts what is read and what is written in the version that is not stored", async (t) => {
    const { url, caBundle, seen } = await startWebhook(t, success);
    const send = await start(t, hostCrd(url, caBundle));
    const created = await send("POST", "/apis/example.com/v1/hosts", host);
    const read = await send("GET", "/apis/example.com/v2/hosts/a");
    assert.deepEqual(read.body.spec, { address: "one" });
    assert.deepEqual(read.body.metadata, created.body.metadata);
    const written = await send("POST", "/apis/example.com/v2/hosts", {
      ...host,
      apiVersion: "example.com/v2",
      metadata: { name: "b" },
      spec: { address: "two" },
    });
    assert.deepEqual([written.code, written.body.spec], [201, { address: "two" }]);
    assert.deepEqual((await send("GET", "/apis/example.com/v1/hosts/b")).body.spec, { host: "two" });
    const list = await send("GET", "/apis/example.com/v2/hosts");
    assert.deepEqual(
      (list.body.items as JsonObject[]).map(({ spec }) => spec),
      [{ address: "one" }, { address: "two" }],
    );
    assert.deepEqual([seen[0]?.apiVersion, seen[0]?.kind], ["apiextensions.k8s.io/v1", "ConversionReview"]);
  });

  const failures: Record<string, [(request: Review["request"]) => JsonObject, string]> = {
    "says why it cannot": [() => ({ result: { status: "Failed", message: "no address" } }), "no address"],
    "answers to another request": [(request) => ({ ...success(request), uid: "other" }), "expected response.uid="],
    "loses the object": [
      () => ({ result: { status: "Success" }, convertedObjects: [] }),
      "returned 0 objects, expected 1",
    ],
    "gives the wrong version": [
      ({ objects }) => ({ result: { status: "Success" }, convertedObjects: objects }),
      "invalid groupVersion (expected example.com/v2, received example.com/v1)",
    ],
    "renames the object": [
      (request) => ({
        result: { status: "Success" },
        convertedObjects: renameHost(request).map((each) => ({
          ...each,
          metadata: { ...(each.metadata as JsonObject), name: "z" },
        })),
      }),
      "must have the same name: a != z",
    ],
  };
  for (const [what, [answer, message]] of Object.entries(failures)) {
    it(`fails the read when the webhook ${what}`, async (t) => {
      const { url, caBundle } = await startWebhook(t, answer);
      const send = await start(t, hostCrd(url, caBundle));
      await send("POST", "/apis/example.com/v1/hosts", host);
      const { code, body } = await send("GET", "/apis/example.com/v2/hosts/a");
      assert.equal(code, 500);
      const text = body.message as string;
      assert.ok(text.startsWith("conversion webhook for example.com/v1, Kind=Host failed: "), text);
      assert.ok(text.includes(message), text);
    });
  }

  it("trusts the CA that the CRD names now, without a restart", async (t) => {
    const { url, caBundle } = await startWebhook(t, success);
    const { caBundle: otherBundle } = await startWebhook(t, success);
    const send = await start(t, hostCrd(url, otherBundle));
    await send("POST", "/apis/example.com/v1/hosts", host);
    assert.equal((await send("GET", "/apis/example.com/v2/hosts/a")).code, 500);
    const { body } = await send("GET", `${CRD}/hosts.example.com`);
    const rotated = hostCrd(url, caBundle);
    assert.equal((await send("PUT", `${CRD}/hosts.example.com`, { ...body, spec: rotated.spec })).code, 200);
    await until(
      () => send("GET", "/apis/example.com/v2/hosts/a"),
      ({ code }) => code === 200,
    );
  });
});
