// Writes with 64 writers at a time, and tells of each write when it is acknowledged, until it is killed.
import { openStore } from "../store.ts";
import { put } from "../testing.ts";

const [dir = "", run = ""] = process.argv.slice(2);
const store = await openStore({ dataDir: dir, now: () => new Date(), snapshotAfterBytes: 300_000 });

async function write(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const name = `w${writer}-${i % 20}`;
    const version = await put(store, name, { run, text: "x".repeat(200) });
    process.send?.([name, version]);
  }
}

await Promise.all(Array.from({ length: 64 }, (_, writer) => write(writer)));
