import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { before, describe, it, type TestContext } from "node:test";
import { decodeUtf8, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem, generateSigner } from "@tegata/keys";
import type { KubeObject } from "@tegata/kube-types";
import {
  distinguishedName,
  formatCertificatePem,
  leafTemplate,
  parseCertificate,
  rootTemplate,
  serialNumberFrom,
  signCertificate,
  type Signer,
} from "@tegata/pki";
import { builtinResources } from "../builtins/index.ts";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import { openStore, type Store } from "../store/index.ts";
import type { AdmissionAttributes, AdmissionOperation } from "./types.ts";
import { WebhookAdmission } from "./webhook-admission.ts";
import { type Webhook, WEBHOOK_COLLECTIONS } from "./webhook-types.ts";

interface Review {
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly object: KubeObject;
    readonly dryRun: boolean;
    readonly userInfo: { readonly username: string };
  };
}
type Answer = Record<string, unknown>;

const signal = new AbortController().signal;
const resources = new ResourceRegistry();
resources.replace("builtin", builtinResources());

class Authority {
  readonly #signer: Signer;
  readonly #der: Uint8Array;

  private constructor(signer: Signer, der: Uint8Array) {
    this.#signer = signer;
    this.#der = der;
  }

  static async create(name: string): Promise<Authority> {
    const signer = await generateSigner("ec-p256");
    const subject = distinguishedName([["commonName", name]]);
    const request = { subject, serialNumber: 1n, publicKeySpki: signer.publicKeySpki, lifetimeMs: 3_600_000 };
    return new Authority(signer, await signCertificate(rootTemplate(request, new Date()), signer));
  }

  get bundle(): string {
    return encodeBase64(encodeUtf8(formatCertificatePem(this.#der)));
  }

  async serving(): Promise<{ key: string; cert: string }> {
    const key = await generateSigner("ec-p256");
    const template = leafTemplate(
      {
        subject: distinguishedName([["commonName", "webhook"]]),
        serialNumber: serialNumberFrom(randomBytes(16)),
        publicKeySpki: key.publicKeySpki,
        lifetimeMs: 3_600_000,
        issuer: parseCertificate(this.#der),
        usages: ["serverAuth"],
        subjectAltNames: [{ type: "ip", value: "127.0.0.1" }],
      },
      new Date(),
    );
    const cert = formatCertificatePem(await signCertificate(template, this.#signer));
    return { key: decodeUtf8(exportPkcs8Pem(key).reveal()), cert };
  }
}

/** A webhook on a loopback port. */
async function startWebhook(
  t: TestContext,
  authority: Authority,
  answer: (review: Review) => Answer | Promise<Answer>,
) {
  const seen: Review[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const review = JSON.parse(await text(request)) as Review;
    seen.push(review);
    const body = { uid: review.request.uid, ...(await answer(review)) };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1", response: body }));
  };
  const server = createServer(await authority.serving(), (request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/admit`, seen };
}

function patch(...operations: object[]): Answer {
  return { allowed: true, patchType: "JSONPatch", patch: encodeBase64(encodeUtf8(JSON.stringify(operations))) };
}

function webhook(url: string, caBundle: string, rest: Partial<Webhook> = {}): Webhook {
  return {
    name: "a.tegata.dev",
    clientConfig: { url, caBundle },
    rules: [{ operations: ["*"], apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"] }],
    sideEffects: "None",
    admissionReviewVersions: ["v1"],
    timeoutSeconds: 5,
    ...rest,
  };
}

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
  let authority: Authority;
  before(async () => {
    authority = await Authority.create("webhook-ca v1");
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
    assert.equal(review?.request.object.metadata.name, "a");
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

  it("says why a service cannot be called", async (t) => {
    const { store, admission } = await start(t);
    const byService = { ...webhook("", ""), clientConfig: { service: { namespace: "shop", name: "hook" } } };
    await put(store, WEBHOOK_COLLECTIONS.validating, "c", { webhooks: [byService] });
    await assert.rejects(admission.validate(attributes(), signal), {
      message: /service "shop\/hook" cannot be reached.*clientConfig\.url/,
    });
  });

  it("trusts a rotated CA bundle from the next call on, and the old one no more", async (t) => {
    const { store, admission } = await start(t);
    const next = await Authority.create("webhook-ca v2");
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
    assert.deepEqual(first.seen[1]?.request.object.metadata.labels, { x: "y" });
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
