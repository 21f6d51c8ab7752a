import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { Secret } from "@tegata/kube-types";
import type { ExternalSecret, ExternalSecretTarget } from "./api/external-secret.ts";
import { CREATED_BY_LABEL, DATA_HASH_ANNOTATION, fieldManagerOf, MANAGED_LABEL } from "./names.ts";
import { ownerHash } from "./object-hash.ts";
import { type Content, type Observed, planSync } from "./plan.ts";
import { buildTarget, type RenderedTarget } from "./target.ts";

function externalSecret(target: ExternalSecretTarget = {}, metadata: ExternalSecret["metadata"] = {}): ExternalSecret {
  return {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: "db", namespace: "shop", uid: "uid-1", generation: 1, ...metadata },
    spec: { secretStoreRef: { name: "vault" }, target },
  };
}

function rendered(data: Record<string, string>, extra: Partial<RenderedTarget> = {}): RenderedTarget {
  return {
    data: new Map(Object.entries(data).map(([key, value]) => [key, encodeUtf8(value)])),
    labels: {},
    annotations: {},
    finalizers: [],
    type: undefined,
    ...extra,
  };
}

const content = (data: Record<string, string>, extra: Partial<RenderedTarget> = {}): Content => ({
  kind: "ready",
  rendered: rendered(data, extra),
  missing: [],
  isEmpty: Object.keys(data).length === 0,
});

const unavailable = new TegataError({
  kind: "unavailable",
  code: "STORE_UNREACHABLE",
  message: 'SecretStore "shop/vault": no answer',
  remedy: "Check the address.",
});

function observe(es: ExternalSecret, target: Secret | undefined, what: Content): Observed {
  return { externalSecret: es, target, formerTargets: [], content: what };
}

/** The target as an earlier sync wrote it, with the `managedFields` that the API server then keeps. */
function synced(es: ExternalSecret, data: Record<string, string>, extra: Partial<RenderedTarget> = {}): Secret {
  const secret = buildTarget(es, undefined, rendered(data, extra));
  const fields = (map: object): Record<string, object> =>
    Object.fromEntries(Object.keys(map).map((key) => [`f:${key}`, {}]));
  secret.metadata.uid = "secret-uid";
  secret.metadata.managedFields = [
    {
      manager: fieldManagerOf(es.metadata.name ?? ""),
      operation: "Update",
      fieldsV1: {
        "f:data": { ".": {}, ...fields(secret.data ?? {}) },
        "f:metadata": {
          "f:labels": { ".": {}, ...fields(secret.metadata.labels ?? {}) },
          "f:annotations": fields(secret.metadata.annotations ?? {}),
        },
      } as never,
    },
  ];
  return secret;
}

describe("creation policies", () => {
  it("Owner creates the Secret with owner reference, labels and the hash of its data", () => {
    const plan = planSync(observe(externalSecret(), undefined, content({ password: "first" })));
    const [action] = plan.actions;
    assert.equal(action?.kind, "create");
    const { metadata, data } = action.secret;
    assert.deepEqual(data, { password: encodeBase64(encodeUtf8("first")) });
    assert.equal(metadata.labels?.[MANAGED_LABEL], "true");
    assert.equal(metadata.labels[CREATED_BY_LABEL], ownerHash("shop", "db"));
    assert.match(metadata.annotations?.[DATA_HASH_ANNOTATION] ?? "", /^[0-9a-f]{56}$/);
    assert.deepEqual(metadata.ownerReferences, [
      {
        apiVersion: "external-secrets.io/v1",
        kind: "ExternalSecret",
        name: "db",
        uid: "uid-1",
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    assert.equal(plan.ready.reason, "SecretSynced");
  });

  it("plans nothing when the Secret already is as it should be", () => {
    const es = externalSecret({}, { labels: { app: "shop" } });
    const target = synced(es, { password: "first" }, { labels: { app: "shop" } });
    const plan = planSync(observe(es, target, content({ password: "first" }, { labels: { app: "shop" } })));
    assert.deepEqual(plan.actions, []);
    assert.equal(plan.ready.status, "True");
  });

  it("takes over what External Secrets wrote as v1beta1 without writing", () => {
    const es = externalSecret();
    const target = synced(es, { password: "first" });
    for (const reference of target.metadata.ownerReferences ?? []) reference.apiVersion = "external-secrets.io/v1beta1";
    assert.deepEqual(planSync(observe(es, target, content({ password: "first" }))).actions, []);
  });

  it("Owner adopts a Secret that belongs to nobody, and replaces its keys", () => {
    const foreign: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "db", namespace: "shop" },
      data: { other: "eA==" },
    };
    const [action] = planSync(observe(externalSecret(), foreign, content({ password: "first" }))).actions;
    assert.equal(action?.kind, "update");
    assert.deepEqual(Object.keys(action.secret.data ?? {}), ["password"]);
  });

  for (const policy of ["Merge", "CreateOrMerge"] as const) {
    it(`${policy} keeps the keys of others and sets no owner`, () => {
      const foreign: Secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "db", namespace: "shop" },
        data: { other: "eA==" },
      };
      const [action] = planSync(
        observe(externalSecret({ creationPolicy: policy }), foreign, content({ password: "first" })),
      ).actions;
      assert.deepEqual(Object.keys(action?.secret.data ?? {}).sort(), ["other", "password"]);
      assert.equal(action?.secret.metadata.ownerReferences, undefined);
      assert.equal(action?.secret.metadata.labels?.[CREATED_BY_LABEL], undefined);
    });

    it(`${policy} removes a key that this ExternalSecret no longer wants`, () => {
      const es = externalSecret({ creationPolicy: policy });
      const target = synced(es, { gone: "x", kept: "y" });
      target.data = { ...target.data, other: "eA==" };
      const [action] = planSync(observe(es, target, content({ kept: "y" }))).actions;
      assert.deepEqual(Object.keys(action?.secret.data ?? {}).sort(), ["kept", "other"]);
    });
  }

  it("Merge waits, Ready, while the Secret does not exist", () => {
    const plan = planSync(
      observe(externalSecret({ creationPolicy: "Merge" }), undefined, content({ password: "first" })),
    );
    assert.deepEqual(plan.actions, []);
    assert.equal(plan.ready.reason, "SecretMissing");
    assert.equal(plan.ready.status, "True");
  });

  it("Orphan gives up the ownership that an earlier Owner took", () => {
    const target = synced(externalSecret(), { password: "first" });
    const [action] = planSync(
      observe(externalSecret({ creationPolicy: "Orphan" }), target, content({ password: "first" })),
    ).actions;
    assert.equal(action?.secret.metadata.ownerReferences, undefined);
    assert.equal(action?.secret.metadata.labels?.[CREATED_BY_LABEL], undefined);
  });

  it("None writes nothing and is synced", () => {
    const plan = planSync(
      observe(externalSecret({ creationPolicy: "None" }), undefined, content({ password: "first" })),
    );
    assert.deepEqual([plan.actions, plan.ready.reason], [[], "SecretSynced"]);
  });

  it("deletes the Secret of an earlier target name", () => {
    const former = synced(externalSecret({ name: "old" }), { password: "first" });
    const plan = planSync({
      ...observe(externalSecret({ name: "new" }), undefined, content({ password: "first" })),
      formerTargets: [former],
    });
    assert.deepEqual(
      plan.actions.map(({ kind, secret }) => [kind, secret.metadata.name]),
      [
        ["delete", "old"],
        ["create", "new"],
      ],
    );
  });
});

describe("a Secret of someone else", () => {
  it("of another ExternalSecret is left alone, and the condition names it", () => {
    const target = synced(externalSecret({ name: "db" }, { name: "other", uid: "uid-2" }), { password: "theirs" });
    const plan = planSync(observe(externalSecret(), target, content({ password: "ours" })));
    assert.deepEqual(plan.actions, []);
    assert.equal(plan.ready.text, "target is owned by another ExternalSecret");
    assert.match(plan.ready.detail, /ExternalSecret "other"/);
  });

  it("of another controller is left alone with policy Owner", () => {
    const target: Secret = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "db",
        ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name: "web", uid: "x", controller: true }],
      },
    };
    const plan = planSync(observe(externalSecret(), target, content({ password: "ours" })));
    assert.equal(plan.ready.text, "failed to take ownership of target secret");
    assert.deepEqual(plan.actions, []);
  });
});

describe("an immutable target", () => {
  const es = externalSecret({ immutable: true });

  it("keeps its values, says so, and gets one update of its labels at most", () => {
    const target = { ...synced(externalSecret(), { password: "first" }), immutable: true };
    const plan = planSync(
      observe(
        externalSecret({}, { labels: { app: "x" } }),
        target,
        content({ password: "second" }, { labels: { app: "x" } }),
      ),
    );
    assert.equal(plan.ready.text, "could not update secret, target is immutable");
    assert.equal(plan.actions.length, 1);
    assert.deepEqual(plan.actions[0]?.secret.data, target.data);
    assert.equal(plan.actions[0]?.secret.metadata.labels?.["app"], "x");
  });

  it("is not rendered again when the ExternalSecret asked for it", () => {
    const target = synced(es, { password: "first" });
    assert.deepEqual(planSync(observe(es, target, content({ password: "second" }))).actions, []);
  });
});

describe("failures", () => {
  it("of a store leave the last good Secret and tell the cause after External Secrets' own words", () => {
    const plan = planSync(
      observe(externalSecret(), synced(externalSecret(), { password: "first" }), {
        kind: "unread",
        error: unavailable,
      }),
    );
    assert.deepEqual(plan.actions, []);
    assert.equal(plan.ready.reason, "SecretSyncedError");
    assert.equal(plan.ready.text, "could not get secret data from provider");
    assert.match(plan.ready.detail, /no answer\. Check the address\./);
    assert.equal(plan.failure, unavailable);
  });

  it("of a template leave the last good Secret", () => {
    const plan = planSync(
      observe(externalSecret(), synced(externalSecret(), { password: "first" }), {
        kind: "unrendered",
        error: unavailable,
      }),
    );
    assert.deepEqual([plan.actions, plan.ready.text], [[], "could not update secret"]);
  });
});

describe("when the store has nothing", () => {
  it("Retain keeps the Secret and flags the empty search", () => {
    const plan = planSync(observe(externalSecret(), synced(externalSecret(), { password: "first" }), content({})));
    assert.deepEqual(plan.actions, []);
    assert.equal(plan.ready.text, "secret retained due to DeletionPolicy=Retain");
    assert.match(plan.ready.detail, /matched nothing/);
  });

  it("Delete deletes an owned Secret", () => {
    const es = externalSecret({ deletionPolicy: "Delete" });
    const plan = planSync(observe(es, synced(es, { password: "first" }), content({})));
    assert.deepEqual([plan.actions[0]?.kind, plan.ready.reason], ["delete", "SecretDeleted"]);
  });

  it("Merge empties the keys and keeps the Secret", () => {
    const es = externalSecret({ deletionPolicy: "Merge", creationPolicy: "Merge" });
    const target = synced(es, { password: "first" });
    target.data = { ...target.data, other: "eA==" };
    const [action] = planSync(observe(es, target, content({}))).actions;
    assert.deepEqual([action?.kind, action?.secret.data], ["update", { other: "eA==" }]);
  });
});

describe("labels and annotations", () => {
  // reference eso.md 10.3, defect a: names of 28 to 63 characters never shed stale labels.
  for (const length of [10, 28, 40, 63, 64, 100]) {
    it(`sheds a stale label for a name of ${length} characters`, () => {
      const es = externalSecret({ name: "target" }, { name: "n".repeat(length) });
      const target = synced(es, { a: "1" }, { labels: { stale: "yes" }, annotations: { old: "yes" } });
      const [action] = planSync(observe(es, target, content({ a: "1" }))).actions;
      assert.equal(action?.kind, "update");
      assert.equal(action.secret.metadata.labels?.["stale"], undefined);
      assert.equal(action.secret.metadata.annotations?.["old"], undefined);
    });
  }

  it("keeps labels that others set", () => {
    const es = externalSecret();
    const target = synced(es, { a: "1" });
    target.metadata.labels = { ...target.metadata.labels, theirs: "yes" };
    assert.deepEqual(planSync(observe(es, target, content({ a: "1" }))).actions, []);
  });

  // Defect i: removing the managed label went unnoticed until the next refresh.
  it("puts the managed label back", () => {
    const es = externalSecret();
    const target = synced(es, { a: "1" });
    delete target.metadata.labels?.[MANAGED_LABEL];
    const [action] = planSync(observe(es, target, content({ a: "1" }))).actions;
    assert.equal(action?.secret.metadata.labels?.[MANAGED_LABEL], "true");
  });
});
