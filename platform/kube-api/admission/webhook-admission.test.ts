import assert from "node:assert/strict";
import { before, describe, it, type TestContext } from "node:test";
import { builtinResources } from "../builtins/index.ts";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import { openStore, type Store } from "../store/index.ts";
import { type Answer, patch, startWebhook, webhook, WebhookCa } from "./testing.ts";
import type { AdmissionAttributes, AdmissionOperation } from "./types.ts";
import { WebhookAdmission } from "./webhook-admission.ts";
import { type Webhook, WEBHOOK_COLLECTIONS } from "./webhook-types.ts";

const signal = new AbortController().signal;
const resources = new ResourceRegistry();
resources.replace("builtin", builtinResources());

async function put(store: Store, collection: string, name: string, rest: object): Promise<void> {
  const object = { apiVersion: "v1", kind: "Any", metadata: { name }, ...rest };
  const place = { collection, key: name };
  await store.commit({ ...place, expectedVersion: store.head(place)?.version ?? 0, object });
}

function attributes(rest: Partial<AdmissionAttributes> = {}, labels: Record<string, string> = {}): AdmissionAttributes {
  const resource = resources.find("", "v1", "configmaps");
  assert.ok(resource);
  return {
    operation: "CREATE" as AdmissionOperation,
    resource,
    subresource: "",
    namespace: "shop",
    name: "a",
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "shop", labels } },
    oldObject: undefined,
    options: {},
    dryRun: false,
    user: { username: "jane", groups: [] },
    ...rest,
  };
}

describe("admission webhooks", () => {
  let authority: WebhookCa;
  before(async () => {
    authority = await WebhookCa.create("webhook-ca v1");
  });

  async function start(t: TestContext) {
    const store = await openStore({ dataDir: "memory", now: () => new Date() });
    const admission = new WebhookAdmission({
      store,
      resources,
    });
    t.after(() => admission.close());
    return { store, admission };
  }

  it("shows the webhook who writes what", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => ({ allowed: true, warnings: ["mind the gap"] }));
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(hook.url, authority.bundle)] });
    assert.deepEqual(await admission.validate(attributes(), signal), ["mind the gap"]);
    const [review] = hook.seen;
    assert.equal(review?.request.userInfo.username, "jane");
    assert.equal(review?.request.operation, "CREATE");
    assert.equal(review?.request.object?.metadata.name, "a");
  });

  it("applies the JSON patch of a mutating webhook", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => patch({ op: "add", path: "/data", value: { a: "b" } }));
    await put(store, WEBHOOK_COLLECTIONS.mutating, "c", { webhooks: [webhook(hook.url, authority.bundle)] });
    const { object } = await admission.mutate(attributes(), signal);
    assert.deepEqual((object as { data?: unknown }).data, { a: "b" });
  });

  it("refuses with the code and message of the webhook", async (t) => {
    const { store, admission } = await start(t);
    const status = { code: 403, reason: "Forbidden", message: "not today" };
    const hook = await startWebhook(t, authority, () => ({ allowed: false, status }));
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(hook.url, authority.bundle)] });
    await assert.rejects(admission.validate(attributes(), signal), {
      code: 403,
      reason: "Forbidden",
      message: 'admission webhook "a.tegata.dev" denied the request: not today',
    });
  });

  it("refuses without explanation with 400", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => ({ allowed: false }));
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(hook.url, authority.bundle)] });
    await assert.rejects(admission.validate(attributes(), signal), {
      code: 400,
      message: 'admission webhook "a.tegata.dev" denied the request without explanation',
    });
  });

  it("fails or passes as failurePolicy says when the webhook is unreachable", async (t) => {
    const { store, admission } = await start(t);
    const unreachable = "https://127.0.0.1:1/";
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(unreachable, authority.bundle)] });
    await assert.rejects(admission.validate(attributes(), signal), {
      code: 500,
      message:
        /^Internal error occurred: failed calling webhook "a\.tegata\.dev": failed to call webhook: Post "https:.*ECONNREFUSED/,
    });
    const ignored = webhook(unreachable, authority.bundle, { failurePolicy: "Ignore" });
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [ignored] });
    assert.deepEqual(await admission.validate(attributes(), signal), []);
  });

  it("gives up after timeoutSeconds", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => new Promise<Answer>(() => undefined));
    const slow = webhook(hook.url, authority.bundle, { timeoutSeconds: 1 });
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [slow] });
    await assert.rejects(admission.validate(attributes(), signal), {
      code: 500,
      message: /context deadline exceeded$/,
    });
  });

  it("follows a Service to its Endpoints, and wants a certificate of the Service", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => ({ allowed: true }));
    const service = { namespace: "shop", name: "hook", path: "/a/path", port: 8443 };
    const byService = { ...webhook("", ""), clientConfig: { service, caBundle: authority.bundle } };
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [byService] });
    const failures = async () => admission.validate(attributes(), signal).then(String, (error: Error) => error.message);
    assert.match(await failures(), /service "hook" not found$/);
    await put(store, "services", "shop/hook", { spec: { ports: [{ port: 443 }] } });
    assert.match(await failures(), /no service port 8443 found for service "hook"$/);
    await put(store, "services", "shop/hook", { spec: { ports: [{ port: 8443 }] } });
    assert.match(await failures(), /no endpoints available for service "hook"; .* use clientConfig\.url/);
    const ports = [{ port: Number(new URL(hook.url).port) }];
    await put(store, "endpoints", "shop/hook", { subsets: [{ addresses: [{ ip: "127.0.0.1" }], ports }] });
    assert.deepEqual(await admission.validate(attributes(), signal), []);
    assert.equal(hook.seen.length, 1);
    const other = { ...byService, clientConfig: { ...byService.clientConfig, service: { ...service, name: "other" } } };
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [other] });
    await put(store, "services", "shop/other", { spec: { ports: [{ port: 8443 }] } });
    await put(store, "endpoints", "shop/other", { subsets: [{ addresses: [{ ip: "127.0.0.1" }], ports }] });
    assert.match(await failures(), /Hostname\/IP does not match certificate's altnames/);
  });

  it("trusts a rotated CA bundle from the next call on, and the old one no more", async (t) => {
    const { store, admission } = await start(t);
    const next = await WebhookCa.create("webhook-ca v2");
    const hook = await startWebhook(t, next, () => ({ allowed: true }));
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(hook.url, authority.bundle)] });
    await assert.rejects(admission.validate(attributes(), signal), { code: 500 });
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(hook.url, next.bundle)] });
    assert.deepEqual(await admission.validate(attributes(), signal), []);
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook(hook.url, authority.bundle)] });
    await assert.rejects(admission.validate(attributes(), signal), { code: 500 });
  });

  it("asks again those that want it after a later webhook changed the object", async (t) => {
    const { store, admission } = await start(t);
    const first = await startWebhook(t, authority, () => ({ allowed: true }));
    const second = await startWebhook(t, authority, () => patch({ op: "add", path: "/metadata/labels/x", value: "y" }));
    const webhooks = [
      webhook(first.url, authority.bundle, { name: "first.tegata.dev", reinvocationPolicy: "IfNeeded" }),
      webhook(second.url, authority.bundle, { name: "second.tegata.dev", reinvocationPolicy: "Never" }),
    ];
    await put(store, WEBHOOK_COLLECTIONS.mutating, "c", { webhooks });
    await admission.mutate(attributes(), signal);
    assert.deepEqual([first.seen.length, second.seen.length], [2, 1]);
    assert.deepEqual(first.seen[1]?.request.object?.metadata.labels, { x: "y" });
  });

  it("refuses a dry run where the webhook may have side effects", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => ({ allowed: true }));
    const some = webhook(hook.url, authority.bundle, { sideEffects: "Some" });
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [some] });
    await assert.rejects(admission.validate(attributes({ dryRun: true }), signal), {
      code: 400,
      message: 'admission webhook "a.tegata.dev" does not support dry run',
    });
    assert.equal(hook.seen.length, 0);
  });

  const unmatched: Record<string, [Partial<Webhook>, AdmissionAttributes]> = {
    "another operation": [
      { rules: [{ operations: ["DELETE"], apiGroups: [""], apiVersions: ["v1"], resources: ["*"] }] },
      attributes(),
    ],
    "another group": [
      { rules: [{ operations: ["*"], apiGroups: ["apps"], apiVersions: ["*"], resources: ["*"] }] },
      attributes(),
    ],
    "another scope": [
      { rules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"], scope: "Cluster" }] },
      attributes(),
    ],
    "a subresource, which * does not name": [
      { rules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"] }] },
      attributes({ subresource: "status" }),
    ],
    "another version under matchPolicy Exact": [
      { rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v2"], resources: ["*"] }], matchPolicy: "Exact" },
      attributes(),
    ],
    "an object without the label": [{ objectSelector: { matchLabels: { a: "b" } } }, attributes()],
    "a namespace without the label": [{ namespaceSelector: { matchLabels: { a: "b" } } }, attributes()],
    "a condition that is false": [
      {
        matchConditions: [
          { name: "never", expression: "request.userInfo.username == 'root' || object.metadata.name.startsWith('b')" },
        ],
      },
      attributes(),
    ],
    "a false condition beside one that cannot be evaluated": [
      {
        matchConditions: [
          { name: "bad", expression: "object.x.y" },
          { name: "never", expression: "false" },
        ],
      },
      attributes(),
    ],
  };
  for (const [why, [rest, write]] of Object.entries(unmatched))
    it(`does not ask about ${why}`, async (t) => {
      const { store, admission } = await start(t);
      await put(store, "namespaces", "shop", {});
      // Whoever asks this webhook gets an error.
      await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [webhook("https://127.0.0.1:1/", "", rest)] });
      assert.deepEqual(await admission.validate(write, signal), []);
    });

  it("asks about a write that meets the conditions", async (t) => {
    const { store, admission } = await start(t);
    const hook = await startWebhook(t, authority, () => ({ allowed: true }));
    const expression =
      "request.operation == 'CREATE' && oldObject == null && !has(object.data) && request.kind.kind == 'ConfigMap'";
    const conditional = webhook(hook.url, authority.bundle, { matchConditions: [{ name: "new", expression }] });
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [conditional] });
    await admission.validate(attributes(), signal);
    assert.equal(hook.seen.length, 1);
  });

  it("fails the write when a condition cannot be evaluated", async (t) => {
    const { store, admission } = await start(t);
    const conditional = webhook("https://127.0.0.1:1/", "", {
      matchConditions: [{ name: "bad", expression: "object.x.y" }],
    });
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [conditional] });
    await assert.rejects(admission.validate(attributes(), signal), {
      code: 500,
      message: /match conditions.*no such key/,
    });
  });
});
