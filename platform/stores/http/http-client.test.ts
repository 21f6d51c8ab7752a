import assert from "node:assert/strict";
import http from "node:http";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it, type TestContext } from "node:test";
import { decodeUtf8, encodeUtf8 } from "@tegata/bytes";
import { denyLinkLocal } from "../egress.ts";
import { HttpClient, MAX_ANSWER_BYTES } from "./http-client.ts";
import { parseRetryAfterMs, RETRY_AFTER_MAX_MS } from "./retry-after.ts";

const never = () => new AbortController().signal;

function newClient(t: TestContext, timeoutMs = 10_000): HttpClient {
  const client = new HttpClient({ displayName: "store", tls: {}, egress: denyLinkLocal, timeoutMs });
  t.after(() => client.close());
  return client;
}

async function startHttp(
  t: TestContext,
  onRequest: http.RequestListener,
): Promise<{ origin: URL; connections: () => number }> {
  const server = http.createServer(onRequest);
  let connections = 0;
  server.on("connection", () => connections++);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    origin: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    connections: () => connections,
  };
}

/** A server that answers with raw bytes, one handler per connection. */
async function startRaw(t: TestContext, onRequest: (socket: Socket, connection: number) => void): Promise<URL> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const connection = ++connections;
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("data", () => onRequest(socket, connection));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const get = (origin: URL, rest: object = {}) => ({ method: "GET", origin, path: "/", headers: {}, ...rest });

describe("the HTTP client", () => {
  it("keeps its connections", async (t) => {
    const { origin, connections } = await startHttp(t, (_, response) => response.end("ok"));
    const client = newClient(t);
    for (let i = 0; i < 20; i++) await client.request(get(origin), never());
    assert.equal(connections(), 1);
  });
  it("sends paths, bodies and headers as they are", async (t) => {
    const { origin } = await startHttp(t, (request, response) => {
      void request
        .toArray()
        .then((chunks) =>
          response.end(`${request.method} ${request.url} ${String(request.headers["x-a"])} ${chunks.join("")}`),
        );
    });
    const request = get(origin, {
      method: "POST",
      path: "/a/../b%2Fc?d=%20",
      headers: { "X-A": "1" },
      body: encodeUtf8("bødy"),
    });
    const { body } = await newClient(t).request(request, never());
    assert.equal(decodeUtf8(body), "POST /a/../b%2Fc?d=%20 1 bødy");
  });
  it("sends again what met a kept connection that the server had closed", async (t) => {
    const origin = await startRaw(t, (socket, connection) => {
      if (connection === 1 && socket.bytesWritten > 0) socket.resetAndDestroy();
      else socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok");
    });
    const client = newClient(t);
    for (let i = 0; i < 2; i++) assert.equal(decodeUtf8((await client.request(get(origin), never())).body), "ok");
  });
  it("does not send again what met a fresh connection", async (t) => {
    let requests = 0;
    const origin = await startRaw(t, (socket) => {
      requests++;
      socket.resetAndDestroy();
    });
    await assert.rejects(newClient(t).request(get(origin), never()), {
      code: "STORE_UNREACHABLE",
      message: /ECONNRESET/,
    });
    assert.equal(requests, 1);
  });
  for (const [why, answer] of Object.entries({
    "a body that is too short": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
    "a chunk that is cut": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf",
    "no HTTP": "SSH-2.0-canary\r\n\r\n",
  })) {
    it(`fails on ${why}, and repeats nothing of it`, async (t) => {
      const origin = await startRaw(t, (socket) => socket.end(answer));
      await assert.rejects(newClient(t).request(get(origin), never()), (error: Error) => {
        assert.equal("code" in error && error.code, "STORE_UNREACHABLE");
        assert.ok(!error.message.includes("canary"));
        return true;
      });
    });
  }
  it("gives up on an answer that drips", async (t) => {
    const origin = await startRaw(t, (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"));
    await assert.rejects(newClient(t, 30).request(get(origin), never()), {
      code: "STORE_TIMEOUT",
      kind: "unavailable",
    });
  });
  it("gives up on an answer without end", async (t) => {
    const chunk = Buffer.alloc(1024 * 1024);
    const { origin } = await startHttp(t, (_, response) => {
      const write = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once("drain", write);
      };
      write();
    });
    await assert.rejects(newClient(t).request(get(origin), never()), {
      code: "STORE_ANSWER_TOO_LARGE",
      message: new RegExp(String(MAX_ANSWER_BYTES)),
    });
  });
  it("fails with the caller's reason when it aborts", async (t) => {
    const controller = new AbortController();
    const { origin } = await startHttp(t, () => controller.abort(new Error("enough")));
    await assert.rejects(newClient(t).request(get(origin), controller.signal), /enough/);
  });
  it("refuses headers that cannot be sent, without their values", async (t) => {
    const { origin } = await startHttp(t, (_, response) => response.end());
    await assert.rejects(
      newClient(t).request(get(origin, { headers: { "X-Vault-Token": "canary\r\nX: 1" } }), never()),
      (error: Error) => {
        assert.equal("code" in error && error.code, "STORE_REQUEST_INVALID");
        assert.ok(!error.stack?.includes("canary"));
        return true;
      },
    );
  });
  it("lets requests end that are under way when it is closed", async (t) => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const { origin } = await startHttp(t, (_, response) => {
      asked.resolve();
      void answer.promise.then(() => response.end("ok"));
    });
    const client = newClient(t);
    const request = client.request(get(origin), never());
    await asked.promise;
    client.close();
    answer.resolve();
    assert.equal(decodeUtf8((await request).body), "ok");
  });
  it("checks the addresses that a name leads to", async (t) => {
    const client = new HttpClient({ displayName: "store", tls: {}, egress: () => false, timeoutMs: 1000 });
    t.after(() => client.close());
    await assert.rejects(client.request(get(new URL("http://localhost:1")), never()), { code: "STORE_EGRESS_DENIED" });
  });
});

describe("Retry-After", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const cases: Record<string, number | undefined> = {
    "7": 7000,
    "0": 0,
    "Thu, 01 Jan 2026 00:00:05 GMT": 5000,
    "Thu, 01 Jan 2020 00:00:00 GMT": 0,
    "999999999": RETRY_AFTER_MAX_MS,
    soon: undefined,
    "-5": undefined,
  };
  for (const [header, ms] of Object.entries(cases)) {
    it(`of "${header}" is ${ms} ms`, () => assert.equal(parseRetryAfterMs(header, now), ms));
  }
});
