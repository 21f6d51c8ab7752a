// The other side of bench/secret-sync.ts, in a process of its own so that the operator's CPU and memory are its own:
// an embedded Kubernetes API and a dev store. Says where they are on standard output, answers questions over IPC.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevStore } from "@tegata/dev-store";
import { startKubeApi } from "@tegata/kube-api";

interface Question {
  readonly ask: string;
  readonly path?: string;
  readonly body?: never;
}

const dataDir = mkdtempSync(join(tmpdir(), "tegata-bench-"));
const kube = await startKubeApi({ dataDir: join(dataDir, "kube") });
let reads = 0;
let logins = 0;
const store = await startDevStore({
  onRequest: ({ path }) => {
    if (path.includes("/data/")) reads += 1;
    if (path.includes("login")) logins += 1;
  },
});

process.on("message", (message: Question) => {
  void answer(message);
});

async function answer(message: Question): Promise<void> {
  switch (message.ask) {
    case "counts":
      process.send?.({ reads, logins });
      break;
    case "write":
      await store.call("POST", message.path ?? "", message.body);
      process.send?.({ written: true });
      break;
    case "stop":
      await kube.stop();
      await store.stop();
      rmSync(dataDir, { recursive: true, force: true });
      process.exit(0);
  }
}
process.send?.({ kubeconfig: kube.adminKubeconfig, storeUrl: store.url, token: store.rootToken });
