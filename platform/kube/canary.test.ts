import assert from "node:assert/strict";
import { inspect } from "node:util";
import { it } from "node:test";
import { createController, createInformer, createKubeClient, secrets } from "@tegata/kube";
import { createLogger } from "@tegata/telemetry";
import { eventually } from "./testing/eventually.ts";
import { ScriptedKubeApi } from "./testing/scripted-kube-api.ts";

const CANARY = "hunter2-canary-value";
const FORMS = [CANARY, Buffer.from(CANARY).toString("base64"), Buffer.from(CANARY).toString("hex"), CANARY.slice(0, 8)];

it("no log line and no error holds a secret value or a token, whatever the server does with it", async (t) => {
  const api = await ScriptedKubeApi.start(t);
  let output = "";
  const destination = { write: (line: string) => void (output += line) };
  const loggers = (["json", "pretty"] as const).map((format) => createLogger({ level: "debug", format, destination }));
  const [logger = assert.fail(), pretty = assert.fail()] = loggers;
  const data = { password: Buffer.from(CANARY).toString("base64") };
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name: "db" }, data };
  const client = createKubeClient(api.access(CANARY), { logger, random: () => 0 });
  t.after(() => client.close());
  const fail = async (work: () => Promise<unknown>) => {
    try {
      await work();
      assert.fail("it did not fail");
    } catch (error) {
      output += inspect(error, { depth: 10 });
      pretty.error("failed", { error });
    }
  };

  // Servers and proxies that send back what they got.
  for (const status of [400, 409, 422, 429, 500, 502, 503]) {
    for (const wrap of [
      (body: string) => body,
      (body: string) => JSON.stringify({ kind: "Status", code: status, message: body }),
    ]) {
      api.script = ({ body }, response) => {
        if (status === 409)
          response.writeHead(409).end(JSON.stringify({ kind: "Status", code: 409, message: "taken" }));
        else response.writeHead(status, { "retry-after": "0" }).end(wrap(body));
        return true;
      };
      if (status === 503 || status === 429) continue;
      await fail(() => client.create(secrets, secret));
      await fail(() => client.apply(secrets, secret, { fieldManager: "t" }));
    }
  }
  api.script = (_, response) => {
    response.writeHead(200).end(`{"data":"${CANARY}`);
    return true;
  };
  await fail(() => client.get(secrets, "shop", "db"));
  await fail(() => client.list(secrets));

  // A watch that is torn in the middle of a value, and a reconciler with a bug.
  api.script = () => false;
  api.put("/api/v1/secrets", secret);
  const stop = new AbortController();
  const informer = createInformer(client, secrets, {}, { logger, backoff: { firstMs: 1, maxMs: 2, resetAfterMs: 1 } });
  const controller = createController({
    name: "test",
    logger,
    reconcile: async (key) => {
      const object = informer.get(key);
      JSON.parse(Buffer.from(object?.data?.["password"] ?? "", "base64").toString());
      return {};
    },
  });
  t.after(() => stop.abort());
  const watches = () => api.requests.filter(({ url }) => url.searchParams.has("watch")).length;
  let failures = 0;
  const running = [informer.run(stop.signal), controller.run(stop.signal)];
  for (const line of [
    `{"type":"ADDED","object":"${CANARY}"`,
    `{"type":"${CANARY}","object":{"metadata":{}}}`,
    CANARY,
  ]) {
    await eventually(() => watches() > failures && api.watcherCount > 0, "the watch stands");
    api.sendLine(line);
    failures++;
    await eventually(() => output.split("watch failed").length > failures, "the failure is logged");
  }
  controller.enqueue("shop/db");
  await eventually(() => output.includes("reconcile met a bug"), "the bug is logged");
  stop.abort();
  await Promise.all(running);

  assert.ok(output.length > 5000);
  for (const form of FORMS) assert.ok(!output.includes(form), `the output holds ${form}`);
});
