// A client that shows what came over the wire, for the tests of CRDs.
import { Agent, request } from "node:https";
import type { TestContext } from "node:test";
import type { JsonObject } from "@tegata/kube-types";
import type { KubeApi } from "../../kube-api.ts";

export interface Answer {
  readonly code: number;
  readonly body: JsonObject;
  readonly warnings: string[];
}

export type Send = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Sends JSON to a server as its administrator. */
export function sendTo(t: Pick<TestContext, "after">, api: KubeApi): Send {
  const agent = new Agent({
    keepAlive: true,
    ca: api.caPem,
    cert: api.admin.certificatePem,
    key: api.admin.privateKeyPem,
  });
  t.after(() => agent.destroy());
  return (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
      const outgoing = request(
        new URL(path, api.url),
        { method, agent, headers: { "content-type": contentType, "content-length": Buffer.byteLength(text ?? ""), ...headers } },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("end", () => {
            const answer = Buffer.concat(chunks).toString();
            resolve({
              code: incoming.statusCode ?? 0,
              body: (answer.startsWith("{") ? JSON.parse(answer) : { text: answer }) as JsonObject,
              warnings: [incoming.headers.warning ?? []].flat(),
            });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(text);
    });
}

/** Asks until the answer satisfies, as `kubectl wait` does by watching. */
export async function until(ask: () => Promise<Answer>, satisfies: (answer: Answer) => boolean): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (attempt === 500) throw new Error(`still ${JSON.stringify(answer)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
