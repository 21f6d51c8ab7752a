// Writes, ten at a time, until a write fails; then one small one. Prints what was acknowledged and what is to be seen.
import { TegataError } from "@tegata/errors";
import { openStore } from "../store.ts";
import { namesIn, put } from "../testing.ts";

const [dir = ""] = process.argv.slice(2);
const store = await openStore({ dataDir: dir, now: () => new Date() });

let acknowledged = 0;
let failure: unknown;
for (let i = 0; i < 5000 && failure === undefined; i += 10) {
  const batch = Array.from({ length: 10 }, (_, j) => put(store, `n${i + j}`, { text: "x".repeat(500) }));
  for (const outcome of await Promise.allSettled(batch)) {
    if (outcome.status === "fulfilled") acknowledged = outcome.value;
    else failure = outcome.reason;
  }
}
const { version } = store;
const names = namesIn(store).length;
const small = await put(store, "small");
const code = failure instanceof TegataError ? failure.code : "";
console.log(JSON.stringify({ acknowledged, version, names, code, small }));
await store.close();
