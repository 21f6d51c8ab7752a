import assert from "node:assert/strict";
import { before, describe, it, type TestContext } from "node:test";
import type { JsonObject } from "@tegata/kube-types";
import { configMap, TestApi } from "../registry/testing.ts";
import { type Answer, patch, type Review, startWebhook, webhook, WebhookCa } from "./testing.ts";
import type { Webhook } from "./webhook-types.ts";

const MAPS = "/api/v1/namespaces/default/configmaps";
const CONFIGURATIONS = "/apis/admissionregistration.k8s.io/v1";

describe("a write", () => {
  let ca: WebhookCa;
  before(async () => {
    ca = await WebhookCa.create("webhook-ca");
  });

  /** A server with one webhook in place. */
  async function start(
    t: TestContext,
    kind: "Mutating" | "Validating",
    answer: (review: Review) => Answer,
    rest: Partial<Webhook> = {},
  ) {
    const api = await TestApi.start(t);
    const hook = await startWebhook(t, ca, answer);
    const configuration = { metadata: { name: "test" }, webhooks: [webhook(hook.url, ca.bundle, rest)] };
    const answered = await api.post(`${CONFIGURATIONS}/${kind.toLowerCase()}webhookconfigurations`, configuration);
    assert.equal(answered.status, 201, answered.text);
    return { api, hook };
  }

  it("is stored as a mutating webhook left it, with its warnings", async (t) => {
    const { api } = await start(t, "Mutating", () => ({
      ...patch({ op: "add", path: "/data/added", value: "by the webhook" }),
      warnings: ["changed"],
    }));
    const { status, headers } = await api.post(MAPS, configMap("a", { data: { own: "x" } }));
    assert.equal(status, 201);
    assert.equal(headers["warning"], '299 - "changed"');
    const { body } = await api.get(`${MAPS}/a`);
    assert.deepEqual(body["data"], { own: "x", added: "by the webhook" });
  });

  it("is checked after a webhook changed it", async (t) => {
    const { api } = await start(t, "Mutating", () => patch({ op: "add", path: "/data/not~1a~1key", value: "x" }));
    const { status, body } = await api.post(MAPS, configMap("a"));
    assert.equal(status, 422);
    assert.match(body.message ?? "", /data\[not\/a\/key\]/);
  });

  it("is not stored when a validating webhook refuses it", async (t) => {
    const { api } = await start(t, "Validating", ({ request }) =>
      request.object?.metadata.name === "bad"
        ? { allowed: false, status: { code: 422, reason: "Invalid", message: "bad name" } }
        : { allowed: true },
    );
    const { status, body } = await api.post(MAPS, configMap("bad"));
    assert.equal(status, 422);
    assert.equal(body.message, 'admission webhook "a.tegata.dev" denied the request: bad name');
    assert.equal((await api.get(`${MAPS}/bad`)).status, 404);
    assert.equal((await api.post(MAPS, configMap("good"))).status, 201);
  });

  it("shows a webhook what was there: old and new for an update, old for a deletion", async (t) => {
    const { api, hook } = await start(t, "Validating", () => ({ allowed: true }));
    await api.post(MAPS, configMap("a", { data: { version: "1" } }));
    await api.patch("merge", `${MAPS}/a`, { data: { version: "2" } });
    await api.delete(`${MAPS}/a`);
    const versions = hook.seen.map(({ request }) => {
      const version = (object: unknown) => (object as { data: { version: string } } | null)?.data.version ?? "-";
      return `${request.operation} ${version(request.oldObject)} ${version(request.object)}`;
    });
    assert.deepEqual(versions, ["CREATE - 1", "UPDATE 1 2", "DELETE 2 -"]);
  });

  it("is shown, and changed, in the version that the webhook asks for", async (t) => {
    const rules = [{ operations: ["CREATE"], apiGroups: ["autoscaling"], apiVersions: ["v1"], resources: ["*"] }];
    const { api, hook } = await start(
      t,
      "Mutating",
      () => patch({ op: "replace", path: "/spec/maxReplicas", value: 7 }),
      { rules },
    );
    const path = "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers";
    const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
    const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 3 };
    const created = await api.post(path, {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "web" },
      spec,
    });
    assert.equal(created.status, 201, created.text);
    assert.equal(hook.seen[0]?.request.object?.apiVersion, "autoscaling/v1");
    const { body } = await api.get(`${path}/web`);
    assert.equal(body.apiVersion, "autoscaling/v2");
    assert.equal((body["spec"] as JsonObject)["maxReplicas"], 7);
  });

  it("is shown as a dry run", async (t) => {
    const { api, hook } = await start(t, "Validating", () => ({ allowed: true }));
    await api.post(`${MAPS}?dryRun=All`, configMap("a"));
    assert.equal(hook.seen[0]?.request.dryRun, true);
    assert.equal((await api.get(`${MAPS}/a`)).status, 404);
  });

  it("goes to the webhook only where the labels of its namespace match", async (t) => {
    const { api, hook } = await start(t, "Validating", () => ({ allowed: true }), {
      namespaceSelector: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["shop"] }],
      },
    });
    await api.post("/api/v1/namespaces", { metadata: { name: "shop" } });
    await api.post(MAPS, configMap("a"));
    await api.post("/api/v1/namespaces/shop/configmaps", configMap("b"));
    const asked = hook.seen
      .map(({ request }) => request.object?.metadata.name)
      .filter((name) => name !== "kube-root-ca.crt");
    assert.deepEqual(asked, ["b"]);
  });

  it("of a webhook configuration goes to no webhook, so that a broken one can be taken away", async (t) => {
    const everything = [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }];
    const { api } = await start(t, "Validating", () => ({ allowed: false }), { rules: everything });
    assert.equal((await api.post(MAPS, configMap("a"))).status, 400);
    assert.equal((await api.delete(`${CONFIGURATIONS}/validatingwebhookconfigurations/test`)).status, 200);
    assert.equal((await api.post(MAPS, configMap("a"))).status, 201);
  });

  it("of a webhook configuration is completed and checked", async (t) => {
    const { api } = await start(t, "Validating", () => ({ allowed: true }));
    const { body } = await api.get(`${CONFIGURATIONS}/validatingwebhookconfigurations/test`);
    const [stored = {}] = body["webhooks"] as unknown as JsonObject[];
    assert.equal(stored["failurePolicy"], "Fail");
    assert.equal(stored["matchPolicy"], "Equivalent");
    const bad = {
      ...webhook("http://user:s3cret@host/?q#f", "", { sideEffects: "Some", timeoutSeconds: 31, name: "short" }),
      matchConditions: [{ name: "c", expression: "object." }],
    };
    const refused = await api.post(`${CONFIGURATIONS}/validatingwebhookconfigurations`, {
      metadata: { name: "bad" },
      webhooks: [bad],
    });
    assert.equal(refused.status, 422);
    const message = refused.body.message ?? "";
    for (const part of [
      "three segments",
      "sideEffects",
      "timeoutSeconds",
      "only allowed URL scheme",
      "user information",
      "query",
      "fragments",
      "matchConditions[0].expression",
    ])
      assert.ok(message.includes(part), `${part}: ${message}`);
    assert.ok(!message.includes("s3cret"));
  });
});
