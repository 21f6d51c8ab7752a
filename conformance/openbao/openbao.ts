import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** A server to talk to. */
export interface VaultServer {
  readonly url: string;
  readonly rootToken: string;
}

/** The `bao` (or `vault`) program: `$BAO_BINARY`, or what is in `PATH`. */
export function findOpenBao(): string | undefined {
  const wanted = process.env.BAO_BINARY;
  const candidates = wanted === undefined ? ["bao", "vault"] : [wanted];
  return candidates.find((program) => spawnSync(program, ["version"]).status === 0);
}

/** Starts a dev server of its own, in memory, with KV version 2 at `secret/`. */
export async function startOpenBao(program: string): Promise<VaultServer & { stop(): Promise<void> }> {
  const port = await freePort();
  const rootToken = "conformance-root";
  const args = [
    "server",
    "-dev",
    "-dev-no-store-token",
    `-dev-root-token-id=${rootToken}`,
    `-dev-listen-address=127.0.0.1:${port}`,
  ];
  const server = spawn(program, args, { stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    server.kill("SIGTERM");
    await once(server, "exit");
  };
  try {
    await ready(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, rootToken, stop };
}

/** Time for a dev server to come up, in milliseconds. */
const START_MS = 30_000;

async function ready(url: string, server: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_MS;
  for (;;) {
    const response = await fetch(`${url}/v1/secret/config`).catch(() => undefined);
    // 403: the engine is mounted, and wants a token.
    if (response?.status === 403 || response?.status === 400) return;
    if (server.exitCode !== null) throw new Error(`the server ended with exit code ${server.exitCode}`);
    if (performance.now() > deadline) throw new Error("the server did not come up");
    await delay(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
