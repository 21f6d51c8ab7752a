// The embedded Kubernetes API: start, durable creates, reads, a list of 10,000 Secrets, watch events; each beside its limit.
//   npm run bench -- kube-api [OBJECTS]
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm } from "node:fs/promises";
import { type ClientHttp2Session, connect } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Requests under way at a time. */
const WRITERS = 64;
/** Bytes of each Secret's value: with its metadata, an object has about 1 KiB. */
const VALUE_BYTES = 512;

interface Server {
  readonly url: string;
  readonly caPem: string;
  readonly admin: { readonly certificatePem: string; readonly privateKeyPem: string };
  readonly readyMs: number;
  readonly plainUrl: string;
}

/** Runs the measurement and prints its figures. */
export async function benchKubeApi([objectsText = "10000"]: readonly string[]): Promise<void> {
  const objects = Number(objectsText);
  const dataDir = await mkdtemp(join(tmpdir(), "tegata-bench-"));
  const child = fork(join(import.meta.dirname, "kube-api-server.ts"), [dataDir]);
  const ask = async <T>(message: object): Promise<T> => {
    child.send(message);
    const [answer] = (await once(child, "message")) as [T];
    return answer;
  };
  const [server] = (await once(child, "message")) as [Server];
  const { certificatePem: cert, privateKeyPem: key } = server.admin;
  const session = connect(server.url, { ca: server.caPem, cert, key });
  const plain = connect(server.plainUrl, { rejectUnauthorized: false });
  try {
    report("ready after start", `${server.readyMs.toFixed(0)} ms`, "target 600 ms");
    await measureCreates(session, objects, dataDir);
    await measureReads(session, objects);
    const bytes = await measureList(session, objects);
    const { rssBytes } = await ask<{ rssBytes: number }>({ bytes });
    const limitMs = await median(5, () => call(plain, "GET", "/"));
    report("  limit: the same bytes from a bare server", `${limitMs.toFixed(0)} ms`);
    await measureWatch(session);
    report(`memory with ${objects} Secrets`, `${(rssBytes / 1e6).toFixed(0)} MB`);
  } finally {
    session.close();
    plain.close();
    child.send({ stop: true });
    await once(child, "exit");
    await rm(dataDir, { recursive: true });
  }
}

const SECRETS = "/api/v1/namespaces/default/secrets";

async function measureCreates(session: ClientHttp2Session, objects: number, dir: string): Promise<void> {
  const serial: number[] = [];
  for (let i = 0; i < 200; i++) serial.push(await timed(() => create(session, `serial-${i}`)));
  const ms = await timed(() => inParallel(objects, (i) => create(session, `s-${i}`)));
  const limitMs = await timed(() => appendAndSync(dir, objects));
  report("durable creates, one writer (p50)", `${at(serial, 0.5).toFixed(2)} ms`);
  report(`durable creates, ${WRITERS} writers`, `${perSecond(objects, ms)}/s`, "target 800/s");
  report("  limit: append and fdatasync alone, as many at a time", `${perSecond(objects, limitMs)}/s`);
}

async function measureReads(session: ClientHttp2Session, objects: number): Promise<void> {
  const reads = Math.min(objects, 10_000);
  const ms = await timed(() => inParallel(reads, (i) => call(session, "GET", `${SECRETS}/s-${i}`)));
  report(`reads, ${WRITERS} at a time`, `${perSecond(reads, ms)}/s`);
}

async function measureList(session: ClientHttp2Session, objects: number): Promise<number> {
  let bytes = 0;
  const ms = await median(5, async () => {
    bytes = (await call(session, "GET", SECRETS)).length;
  });
  report(`list of ${objects} Secrets (${(bytes / 1e6).toFixed(1)} MB)`, `${ms.toFixed(0)} ms`, "target 400 ms");
  return bytes;
}

/** Many watchers of few writes: what one change costs when everybody hears of it. */
async function measureWatch(session: ClientHttp2Session, watchers = 200, events = 1000): Promise<void> {
  const path = "/api/v1/namespaces/default/configmaps";
  const streams = Array.from({ length: watchers }, () =>
    session.request({ ":path": `${path}?watch=1&labelSelector=b` }),
  );
  await Promise.all(streams.map((stream) => once(stream, "response")));
  const seen = streams.map(
    (stream) =>
      new Promise<void>((resolve) => {
        let lines = 0;
        stream.on("data", (chunk: Buffer) => {
          for (const byte of chunk) if (byte === 0x0a) lines++;
          if (lines >= events) resolve();
        });
      }),
  );
  const ms = await timed(async () => {
    const labels = { b: "" };
    await inParallel(events, (i) => call(session, "POST", path, { metadata: { name: `w-${i}`, labels } }));
    await Promise.all(seen);
  });
  for (const stream of streams) stream.close();
  report(`${events} writes seen by ${watchers} watchers`, `${perSecond(events * watchers, ms)} events/s`);
}

function create(session: ClientHttp2Session, name: string): Promise<Buffer> {
  const password = Buffer.alloc(VALUE_BYTES, name).toString("base64");
  return call(session, "POST", SECRETS, { metadata: { name, labels: { app: "bench" } }, data: { password } });
}

function call(session: ClientHttp2Session, method: string, path: string, body?: object): Promise<Buffer> {
  const stream = session.request({ ":method": method, ":path": path, "content-type": "application/json" });
  return new Promise((resolve, reject) => {
    let status = 0;
    const chunks: Buffer[] = [];
    stream.on("response", (headers) => {
      status = headers[":status"] ?? 500;
    });
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () => {
      const answer = Buffer.concat(chunks);
      if (status < 300) resolve(answer);
      else reject(new Error(`${method} ${path}: HTTP ${status} ${answer.toString()}`));
    });
    stream.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** What the disk allows: the records of as many writers at a time, appended and synced together. */
async function appendAndSync(dir: string, records: number): Promise<void> {
  const file = await open(join(dir, "limit"), "a");
  const batch = Buffer.alloc(1024 * WRITERS, "x");
  for (let i = 0; i < records; i += WRITERS) {
    await file.appendFile(batch);
    await file.datasync();
  }
  await file.close();
}

async function inParallel(count: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: WRITERS }, worker));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function median(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < runs; i++) times.push(await timed(work));
  return at(times, 0.5);
}

function at(times: readonly number[], quantile: number): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * quantile)] ?? 0;
}

function perSecond(count: number, ms: number): string {
  return Math.round((count / ms) * 1000).toLocaleString("en");
}

function report(what: string, figure: string, target = ""): void {
  process.stdout.write(`${what.padEnd(58)} ${figure.padStart(16)}  ${target}\n`);
}
