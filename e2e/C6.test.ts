// Row C6: `kubectl describe externalsecret` tells which entry, key and store failed, why, and what to do; Events; no secret
// value anywhere. And the bad input of the field: each case gives a condition and an Event, and the last good Secret stays.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { events, secrets } from "@tegata/kube";
import { type ExternalSecretSpec, externalSecrets } from "@tegata/secret-sync";
import { KUBECTL_MISSING, kubectlFor } from "./support/kubectl.ts";
import { eventually, type Stack, startStack } from "./support/stack.ts";

const CANARY = "c4n4ry-value-9d1f";
const good: ExternalSecretSpec = {
  refreshInterval: "1h",
  data: [{ secretKey: "password", remoteRef: { key: "db", property: "password" } }],
};

/** A Secret that was synced once, so that there is something to lose. */
async function syncedOnce(stack: Stack): Promise<void> {
  await stack.addStore("shop");
  await stack.writeValue("db", { password: CANARY, text: "not a number", binary: "x" });
  await stack.addExternalSecret("shop", "db", good);
  await stack.startOperator();
  await stack.untilReady("shop", "db");
}

it("kubectl describe names entry, key, store, cause and remedy", { skip: KUBECTL_MISSING }, async (t) => {
  const stack = await startStack(t);
  await syncedOnce(stack);
  await stack.client.patch(externalSecrets, "shop", "db", "merge", {
    spec: { data: [{ secretKey: "password", remoteRef: { key: "gone" } }] },
  });
  await stack.untilReady("shop", "db", "False");
  const kubectl = kubectlFor(t, stack.kube.adminKubeconfig);
  const text = await eventually("the Event is there", async () => {
    const described = await kubectl("describe", "externalsecret", "db", "-n", "shop");
    return described.includes("UpdateFailed") ? described : undefined;
  });
  assert.match(text, /could not get secret data from provider: data\[0\] \(key "gone"\): .*no such secret/);
  assert.match(text, /Create it in the store, correct the key/);
  assert.match(text, /Warning\s+UpdateFailed/);
  assert.ok(!text.includes(CANARY));
});

interface BadCase {
  /** What is done to a synced ExternalSecret, its store, or the world. */
  readonly breakIt: (stack: Stack) => unknown;
  readonly reason?: string;
  readonly message: RegExp;
}

const spec = (stack: Stack, change: object): Promise<unknown> =>
  stack.client.patch(externalSecrets, "shop", "db", "merge", { spec: change as never });
const template = (stack: Stack, text: string): Promise<unknown> =>
  spec(stack, { target: { template: { data: { out: text } } } });
const answerWith = (stack: Stack, status: number) => {
  stack.store.setFault(({ path }) => (path.startsWith("secret/") ? { kind: "status", status } : undefined));
  return stack.client.patch(externalSecrets, "shop", "db", "merge", {
    metadata: { annotations: { "force-sync": String(status) } },
  });
};

const cases: Record<string, BadCase> = {
  "a store that does not exist": {
    breakIt: (stack) => spec(stack, { secretStoreRef: { name: "nowhere" } }),
    message: /SecretStore "shop\/nowhere" is not there.*Create it in this namespace/,
  },
  "a store that answers 403": { breakIt: (stack) => answerWith(stack, 403), message: /SecretStore "shop\/vault".*403/ },
  "a store that answers 500": { breakIt: (stack) => answerWith(stack, 500), message: /SecretStore "shop\/vault".*500/ },
  "a store that cuts the connection": {
    breakIt: (stack) => {
      stack.store.setFault(({ path }) => (path.startsWith("secret/") ? { kind: "reset" } : undefined));
      return stack.client.patch(externalSecrets, "shop", "db", "merge", {
        metadata: { annotations: { "force-sync": "reset" } },
      });
    },
    message: /SecretStore "shop\/vault".*no answer/,
  },
  "a store that answers half": {
    breakIt: (stack) => {
      stack.store.setFault(({ path }) => (path.startsWith("secret/") ? { kind: "truncated" } : undefined));
      return stack.client.patch(externalSecrets, "shop", "db", "merge", {
        metadata: { annotations: { "force-sync": "half" } },
      });
    },
    message: /SecretStore "shop\/vault"/,
  },
  "a template that does not parse": {
    breakIt: (stack) => template(stack, "{{ .password "),
    message: /could not update secret: .*template\.data\[out\].*1:/,
  },
  "a template that loops": {
    breakIt: (stack) => template(stack, "{{ range until 100000000 }}x{{ end }}"),
    message: /could not update secret: .*template\.data\[out\]/,
  },
  "a template with a missing key": {
    breakIt: (stack) => template(stack, "{{ .nope }}"),
    message: /no entry for key "nope"/,
  },
  "a template function that is not served": {
    breakIt: (stack) => template(stack, '{{ env "HOME" }}'),
    message: /"env"/,
  },
  "a rewrite that makes an invalid key": {
    breakIt: (stack) =>
      spec(stack, {
        data: null,
        dataFrom: [{ extract: { key: "db" }, rewrite: [{ regexp: { source: "^", target: "a/" } }] }],
      }),
    message: /dataFrom\[0\].*"a\/.*" cannot be a key of a Secret/,
  },
  "an expression that is none": {
    breakIt: (stack) =>
      spec(stack, {
        data: null,
        dataFrom: [{ extract: { key: "db" }, rewrite: [{ regexp: { source: "(", target: "" } }] }],
      }),
    message: /could not get secret data from provider/,
  },
};

describe("bad input leaves the last good Secret and says what, why and what to do:", () => {
  for (const [what, { breakIt, message }] of Object.entries(cases)) {
    it(what, async (t) => {
      const stack = await startStack(t);
      await syncedOnce(stack);
      await breakIt(stack);
      const ready = await stack.untilReady("shop", "db", "False");
      assert.equal(ready.reason, "SecretSyncedError");
      assert.match(ready.message ?? "", message);
      assert.deepEqual(await stack.secretData("shop", "db"), { password: CANARY });
      const warning = await eventually("a Warning Event", async () => {
        const { items } = await stack.client.list(events, { namespace: "shop" });
        return items.find(({ reason, involvedObject }) => reason === "UpdateFailed" && involvedObject.name === "db");
      });
      assert.ok(!`${ready.message} ${warning.message} ${stack.log.join("")}`.includes(CANARY), "a secret value leaked");
    });
  }

  it("a manifest that breaks the schema is refused by name", async (t) => {
    const stack = await startStack(t);
    await stack.addStore("shop");
    await assert.rejects(
      stack.addExternalSecret("shop", "db", { data: [{ secretKey: "no/slash", remoteRef: { key: "db" } }] }),
      {
        message: /spec\.data\[0\]\.secretKey/,
      },
    );
  });

  it("a Secret that belongs to someone else is not touched", async (t) => {
    const stack = await startStack(t);
    await syncedOnce(stack);
    await stack.addExternalSecret("shop", "thief", { ...good, target: { name: "db" } });
    const ready = await stack.untilReady("shop", "thief", "False");
    assert.match(ready.message ?? "", /target is owned by another ExternalSecret: .*ExternalSecret "db"/);
    const secret = await stack.client.get(secrets, "shop", "db");
    assert.equal(secret?.metadata.ownerReferences?.[0]?.name, "db");
  });
});

it("recovers by itself at once when the store is there again", async (t) => {
  const stack = await startStack(t);
  await syncedOnce(stack);
  await spec(stack, { secretStoreRef: { name: "second" } });
  await stack.untilReady("shop", "db", "False");
  await stack.client.create(
    { group: "external-secrets.io", version: "v1", kind: "SecretStore", plural: "secretstores", namespaced: true },
    {
      apiVersion: "external-secrets.io/v1",
      kind: "SecretStore",
      metadata: { namespace: "shop", name: "second" },
      spec: { provider: { fake: { data: [{ key: "db", value: '{"password":"from the second"}' }] } } },
    } as never,
  );
  await stack.untilReady("shop", "db");
  assert.deepEqual(await stack.secretData("shop", "db"), { password: "from the second" });
});
