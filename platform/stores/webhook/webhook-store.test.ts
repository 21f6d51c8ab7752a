import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { decodeUtf8, encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { JsonObject } from "@tegata/kube-types";
import type { StoreContext, TemplateRenderer } from "../context.ts";
import type { RemoteRef, SecretStore } from "../contract.ts";
import { getPath } from "../gjson/index.ts";
import { checkStoreProvider, openStore } from "../open-store.ts";
import { describeSecretStore } from "../testing/describe-secret-store.ts";
import { type StaticObjects, staticReferences } from "../testing/static-references.ts";

const never = () => new AbortController().signal;

/** `{{ .a.b }}` only, which is all that these manifests need. */
const render: TemplateRenderer = (template, data) =>
  template.replace(/\{\{ *\.(\w+)\.([\w-]+) *\}\}/g, (_, name: string, key: string) => {
    const map = data[name];
    return typeof map === "object" && map !== null
      ? String(Object.entries(map).find(([k]) => k === key)?.[1] ?? "")
      : "";
  });

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

type Answer = (request: Seen, response: http.ServerResponse) => void;

async function startService(t: TestContext, answer: Answer): Promise<{ url: string; seen: Seen[]; stop(): void }> {
  const seen: Seen[] = [];
  const server = http.createServer((incoming, response) => {
    void incoming.toArray().then((chunks) => {
      const request = {
        method: incoming.method ?? "",
        url: incoming.url ?? "",
        headers: incoming.headers,
        body: chunks.join(""),
      };
      seen.push(request);
      answer(request, response);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  t.after(stop);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, stop };
}

async function open(
  t: TestContext,
  spec: JsonObject,
  objects: StaticObjects = {},
  context: Partial<StoreContext> = {},
): Promise<SecretStore> {
  const references = staticReferences(objects);
  const store = await openStore(
    { webhook: spec },
    { displayName: 'SecretStore "shop/hook"', references, renderTemplate: render, ...context },
  );
  t.after(() => store.close());
  return store;
}

function refTo(key: string, rest: Partial<RemoteRef> = {}): RemoteRef {
  return { key, property: "", version: "", what: "value", ...rest };
}

async function readText(store: SecretStore, ref: RemoteRef): Promise<string> {
  const [outcome] = await store.read([ref], never());
  assert.equal(outcome?.kind, "found");
  return outcome?.kind === "found" ? decodeUtf8(outcome.bytes.reveal()) : "";
}

describe("the webhook store", () => {
  it("asks as its templates say, and takes the answer as it is", async (t) => {
    const service = await startService(t, (_, response) => response.end("\0bytes"));
    const spec = {
      url: `${service.url}/v1/{{ .remoteRef.key }}?version={{ .remoteRef.version }}&p={{ .remoteRef.property }}`,
      method: "POST",
      headers: { Authorization: "Bearer {{ .auth.token }}", "X-Key": "{{ .remoteRef.key }}" },
      body: '{"key":"{{ .remoteRef.key }}","ns":"{{ .remoteRef.namespace }}"}',
      secrets: [{ name: "auth", secretRef: { name: "creds" } }],
    };
    const store = await open(t, spec, { secrets: { "creds/token": "t0k" } }, { consumerNamespace: "shop" });
    assert.equal(await readText(store, refTo("a b/c&d", { version: "2", property: "x.y" })), "\0bytes");
    const [request] = service.seen;
    assert.deepEqual(
      [request?.method, request?.url, request?.headers.authorization, request?.headers["x-key"], request?.body],
      ["POST", "/v1/a+b%2Fc%26d?version=2&p=x.y", "Bearer t0k", "a b/c&d", '{"key":"a b/c&d","ns":"shop"}'],
    );
  });
  it("takes the part of the answer that its JSON path leads to, which may be a template", async (t) => {
    const answer = {
      data: { text: "p\nw", n: 1.5, t: true, z: null, o: { b: [1], a: "<" }, list: ["first", "second"] },
    };
    const service = await startService(t, (_, response) => response.end(JSON.stringify(answer)));
    const store = await open(t, { url: service.url, result: { jsonPath: "$.data.{{ .remoteRef.property }}" } });
    const values = [];
    for (const property of ["text", "n", "t", "z", "o", "list"])
      values.push(await readText(store, refTo("k", { property })));
    assert.deepEqual(values, ["p\nw", "1.5", "true", "", '{"a":"\\u003c","b":[1]}', "first"]);
  });
  it("extracts the members of an object, or of a text that holds one", async (t) => {
    const answer = { plain: { a: "1", b: 2.5 }, text: '{"a":"1","b":2.5}', list: [1] };
    const service = await startService(t, (_, response) => response.end(JSON.stringify(answer)));
    const store = await open(t, { url: service.url, result: { jsonPath: "$.{{ .remoteRef.property }}" } });
    for (const property of ["plain", "text"]) {
      const extracted = await store.extract(refTo("k", { property }), never());
      const values =
        extracted.kind === "found"
          ? [...extracted.values].map(([key, value]) => [key, decodeUtf8(value.reveal())])
          : [];
      assert.deepEqual(values, [
        ["a", "1"],
        ["b", "2.5"],
      ]);
    }
    await assert.rejects(store.extract(refTo("k", { property: "plain.a" }), never()), { code: "SECRET_NOT_AN_OBJECT" });
  });
  it("says absent of a 404 and of nothing else", async (t) => {
    let status = 404;
    const service = await startService(t, (_, response) => response.writeHead(status).end("canary"));
    const store = await open(t, { url: service.url, result: { jsonPath: "$.a" } });
    assert.equal((await store.read([refTo("k")], never()))[0]?.kind, "absent");
    assert.equal((await store.extract(refTo("k"), never())).kind, "absent");
    const kinds: Record<number, string> = {
      200: "unavailable",
      302: "unavailable",
      304: "unavailable",
      400: "invalid-input",
      401: "denied",
      403: "denied",
      429: "unavailable",
      500: "unavailable",
    };
    for (const [code, kind] of Object.entries(kinds)) {
      status = Number(code);
      await assert.rejects(store.read([refTo("k")], never()), (error) => {
        assert.ok(error instanceof TegataError && error.kind === kind, `${code} is ${kind}`);
        assert.ok(!error.text.includes("canary"));
        return true;
      });
    }
  });
  it("fails, and does not say absent, when the path leads nowhere in the answer", async (t) => {
    const service = await startService(t, (_, response) => response.end('{"error":"canary","list":[]}'));
    for (const jsonPath of ["$.data", "$.list[?(@.x == 1)]"]) {
      const store = await open(t, { url: service.url, result: { jsonPath } });
      await assert.rejects(store.read([refTo("k")], never()), { kind: "unavailable", code: "STORE_ANSWER_UNEXPECTED" });
    }
  });
  it("refuses keys that would lead to another path, host or header", async (t) => {
    const service = await startService(t, (_, response) => response.end("x"));
    const store = await open(t, {
      url: `${service.url}/a/{{ .remoteRef.key }}`,
      headers: { "X-Key": "{{ .remoteRef.key }}" },
    });
    await assert.rejects(store.read([refTo("..")], never()), { code: "STORE_KEY_INVALID" });
    await assert.rejects(store.read([refTo("a\r\nX-Evil: 1")], never()), { code: "STORE_REQUEST_INVALID" });
    const byHost = await open(t, { url: "http://{{ .remoteRef.key }}/" });
    await assert.rejects(byHost.read([refTo("169.254.169.254")], never()), { code: "STORE_EGRESS_DENIED" });
    await assert.rejects(byHost.read([refTo("user:pw@host")], never()), { code: "STORE_KEY_INVALID" });
    assert.equal(service.seen.length, 0);
  });
  for (const host of [
    "169.254.169.254",
    "[::ffff:169.254.169.254]",
    "[fe80::1]",
    "2852039166",
    "0xa9fea9fe",
    "0.0.0.0",
    "[::]",
  ]) {
    it(`does not connect to ${host}`, async (t) => {
      const store = await open(t, { url: `http://${host}/latest/meta-data` });
      await assert.rejects(store.read([refTo("k")], never()), { code: "STORE_EGRESS_DENIED", kind: "denied" });
    });
  }
  it("gives up after its manifest's timeout", async (t) => {
    const service = await startService(t, () => {});
    const store = await open(t, { url: service.url, timeout: "20ms" });
    await assert.rejects(store.read([refTo("k")], never()), { code: "STORE_TIMEOUT", message: /within 20 ms/ });
  });
  it("pushes a value as the body, and deletes it", async (t) => {
    const service = await startService(t, (request, response) =>
      response.writeHead(request.method === "DELETE" ? 404 : 201).end(),
    );
    const store = await open(t, { url: `${service.url}/{{ .remoteRef.remoteKey }}` });
    await store.writer?.write(refTo("k"), new SecretBytes(encodeUtf8("value")), never());
    await store.writer?.remove(refTo("k"), never());
    assert.deepEqual(
      service.seen.map(({ method, url, body }) => [method, url, body]),
      [
        ["POST", "/k", "value"],
        ["DELETE", "/k", ""],
      ],
    );
  });
  for (const [why, webhook] of Object.entries({
    "no URL": {},
    "a URL of a file": { url: "file:///etc/passwd" },
    "a method that is none": { url: "https://x", method: "GET /" },
    "a timeout that is none": { url: "https://x", timeout: "soon" },
    NTLM: { url: "https://x", auth: { ntlm: {} } },
    "a secret without a name": { url: "https://x", secrets: [{ secretRef: { name: "a" } }] },
  })) {
    it(`refuses a manifest with ${why}`, async () => {
      await assert.rejects(checkStoreProvider({ webhook }), { code: "STORE_SPEC_INVALID" });
    });
  }
});

// The service decides what a property is: this one takes gjson paths.
describeSecretStore("the webhook store", { textSecrets: true }, async (t) => {
  const secrets = new Map<string, Uint8Array>();
  let fault: Answer | undefined;
  const service = await startService(t, (request, response) => {
    if (fault !== undefined) return fault(request, response);
    const url = new URL(request.url, "http://service");
    const property = url.searchParams.get("property") ?? "";
    const whole = secrets.get(url.pathname);
    const body = whole === undefined || property === "" ? whole : getPath(whole, encodeUtf8(property))?.text;
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  const store = await open(t, { url: `${service.url}/{{ .remoteRef.key }}?property={{ .remoteRef.property }}` });
  return {
    store,
    put: async (key, members) => {
      secrets.set(`/${key}`, encodeUtf8(JSON.stringify(members)));
      return "";
    },
    remove: async (key) => void secrets.delete(`/${key}`),
    hang: () => {
      fault = () => {};
    },
    breakDown: () => service.stop(),
    failWith: (status) => {
      fault = (_, response) => response.writeHead(status).end();
    },
  };
});
