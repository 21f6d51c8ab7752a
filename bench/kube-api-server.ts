// The embedded API in a process of its own, and beside it a server that only sends bytes: the limit of a list.
import { createSecureServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { startKubeApi } from "@tegata/kube-api";

const [dataDir = "memory"] = process.argv.slice(2);
const startedAt = performance.now();
const api = await startKubeApi({ dataDir });
const readyMs = performance.now() - startedAt;

let payload = Buffer.alloc(0);
const plain = createSecureServer({ key: api.admin.privateKeyPem, cert: api.admin.certificatePem });
plain.on("request", (_, response) => response.end(payload));
plain.listen(0, "127.0.0.1", () => {
  const { port } = plain.address() as AddressInfo;
  process.send?.({ url: api.url, caPem: api.caPem, admin: api.admin, readyMs, plainUrl: `https://127.0.0.1:${port}` });
});

process.on("message", (message: { bytes?: number; stop?: boolean }) => {
  if (message.bytes !== undefined) {
    payload = Buffer.alloc(message.bytes, "x");
    process.send?.({ rssBytes: process.memoryUsage.rss() });
  }
  if (message.stop === true) void api.stop().then(() => process.exit(0));
});
