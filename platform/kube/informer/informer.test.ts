import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Secret } from "@tegata/kube-types";
import { createKubeClient } from "../client/kube-client.ts";
import type { InformerOptions } from "../informer-types.ts";
import { configMaps, secrets } from "../resources.ts";
import { eventually } from "../testing/eventually.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ScriptedKubeApi } from "../testing/scripted-kube-api.ts";
import { createInformerFactory } from "./informer-factory.ts";
import {
  createInformer,
  INITIAL_SILENCE_SECONDS,
  type InformerEnvironment,
  WATCH_SILENCE_SECONDS,
} from "./informer.ts";

const SECRETS = "/api/v1/secrets";
const FAST: InformerEnvironment = { backoff: { firstMs: 1, maxMs: 5, resetAfterMs: 1000 }, random: () => 0 };

function secret(name: string, extra: Partial<Secret> = {}): Secret {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace: "shop", name }, ...extra };
}

async function startApi(t: TestContext) {
  const api = await ScriptedKubeApi.start(t);
  const client = createKubeClient(api.access(), { random: () => 0 });
  const stop = new AbortController();
  t.after(() => client.close());
  t.after(() => stop.abort());
  return { api, client, signal: stop.signal };
}

async function start(
  t: TestContext,
  options: InformerOptions<Secret> = {},
  prepare: (api: ScriptedKubeApi) => void = () => {},
) {
  const { api, client, signal } = await startApi(t);
  prepare(api);
  const informer = createInformer(client, secrets, options, FAST);
  const heard: string[] = [];
  informer.onChange({
    added: (object, initial) => heard.push(`added ${object.metadata.name}${initial ? " (initial)" : ""}`),
    updated: (object, old) => heard.push(`updated ${object.metadata.name} ${old.type ?? "?"} -> ${object.type ?? "?"}`),
    deleted: (object) => heard.push(`deleted ${object.metadata.name}`),
  });
  void informer.run(signal);
  await informer.waitForSync(signal);
  const settled = async () => {
    const marker = `marker-${Math.random().toString(36).slice(2)}`;
    api.put(SECRETS, secret(marker));
    await eventually(() => informer.get(`shop/${marker}`) !== undefined, "the informer follows");
    api.remove(SECRETS, `shop/${marker}`);
    await eventually(() => informer.get(`shop/${marker}`) === undefined, "the informer follows");
    return heard.filter((line) => !line.includes("marker-"));
  };
  return { api, informer, heard, settled };
}

for (const watchList of [true, false]) {
  describe(`an informer on a server ${watchList ? "with" : "without"} WatchList`, () => {
    const prepare = (api: ScriptedKubeApi) => {
      api.watchListEnabled = watchList;
      api.put(SECRETS, secret("a", { type: "x" }));
      api.put(SECRETS, secret("b"));
    };

    it("hands over what exists as initial, then each change once and in order", async (t) => {
      const { api, heard, settled } = await start(t, {}, prepare);
      assert.deepEqual(heard, ["added a (initial)", "added b (initial)"]);
      api.put(SECRETS, secret("a", { type: "y" }));
      api.put(SECRETS, secret("c"));
      api.remove(SECRETS, "shop/b");
      assert.deepEqual((await settled()).slice(2), ["updated a x -> y", "added c", "deleted b"]);
    });

    it("goes on where it stood after the connection was cut", async (t) => {
      const { api, heard, settled } = await start(t, {}, prepare);
      api.dropConnections();
      api.put(SECRETS, secret("c"));
      api.remove(SECRETS, "shop/a");
      assert.deepEqual((await settled()).slice(2), ["added c", "deleted a"]);
      assert.equal(heard.filter((line) => line.endsWith("(initial)")).length, 2);
    });

    it("finds missed changes and deletions after the server forgot its history", async (t) => {
      const { api, settled } = await start(t, {}, prepare);
      await api.stop();
      api.put(SECRETS, secret("a", { type: "z" }));
      api.remove(SECRETS, "shop/b");
      api.put(SECRETS, secret("c"));
      api.compact();
      await api.listen();
      assert.deepEqual((await settled()).slice(2).sort(), ["added c", "deleted b", "updated a x -> z"]);
    });

    it("opens the next watch from the last bookmark", async (t) => {
      const { api, settled } = await start(t, {}, prepare);
      for (let i = 0; i < 5; i++) api.put("/api/v1/configmaps", secret(`other${i}`));
      api.sendBookmarks();
      await settled();
      api.compact();
      api.sendBookmarks();
      await settled();
      const before = api.requests.length;
      api.endWatches();
      await settled();
      const [reopened, ...more] = api.requests.slice(before);
      assert.equal(more.length, 0);
      assert.equal(reopened?.url.searchParams.get("sendInitialEvents"), null);
    });

    it("lists again when the server's versions go back", async (t) => {
      const { api, settled } = await start(t, {}, prepare);
      const isList = ({ url }: { url: URL }) =>
        url.searchParams.has("limit") || url.searchParams.has("sendInitialEvents");
      await eventually(() => api.watcherCount === 1, "the watch stands");
      const before = api.requests.filter(isList).length;
      api.sendLine(
        JSON.stringify({ type: "BOOKMARK", object: { kind: "Secret", metadata: { resourceVersion: "1" } } }),
      );
      await eventually(() => api.requests.filter(isList).length > before, "it lists again");
      assert.deepEqual(await settled(), ["added a (initial)", "added b (initial)"]);
    });
  });
}

describe("an informer", () => {
  it("lists in chunks where it must list", async (t) => {
    const { api, informer } = await start(t, {}, (api) => {
      api.watchListEnabled = false;
      for (let i = 0; i < 1201; i++) api.put(SECRETS, secret(`s${i}`));
    });
    assert.equal(informer.list().length, 1201);
    assert.equal(api.requests.filter(({ url }) => url.searchParams.has("limit")).length, 3);
  });

  it("does not keep what was deleted between two chunks of a list whose continuation expired", async (t) => {
    let lists = 0;
    const { informer } = await start(t, {}, (api) => {
      api.watchListEnabled = false;
      for (let i = 0; i < 600; i++) api.put(SECRETS, secret(`s${i}`));
      api.script = ({ url }) => {
        if (url.searchParams.has("limit") && ++lists === 2) {
          api.remove(SECRETS, "shop/s0");
          api.compact();
        }
        return false;
      };
    });
    assert.equal(informer.get("shop/s0"), undefined);
    assert.equal(informer.list().length, 599);
  });

  it("does not ask in a tight loop a server whose every watch has expired", async (t) => {
    const { api, client, signal } = await startApi(t);
    api.watchListEnabled = false;
    api.script = ({ url }, response) => {
      if (!url.searchParams.has("watch") || url.searchParams.has("sendInitialEvents")) return false;
      response.writeHead(410).end();
      return true;
    };
    const backoff = { firstMs: 60_000, maxMs: 60_000, resetAfterMs: 1 };
    const informer = createInformer(client, secrets, {}, { ...FAST, backoff });
    void informer.run(signal);
    await eventually(() => informer.failure() !== undefined, "the informer backs off");
    assert.equal(api.requests.filter(({ url }) => url.searchParams.has("limit")).length, 2);
  });

  it("drops managedFields, and what its user does not read", async (t) => {
    const { informer } = await start(
      t,
      { transform: ({ apiVersion, kind, metadata }) => ({ apiVersion, kind, metadata }) },
      (api) => {
        api.put(SECRETS, {
          ...secret("a", { data: { k: "MQ==" } }),
          metadata: { namespace: "shop", name: "a", managedFields: [{ manager: "x" }] },
        });
      },
    );
    assert.equal(informer.get("shop/a")?.data, undefined);
    assert.equal(informer.get("shop/a")?.metadata.managedFields, undefined);
  });

  it("finds objects by index, also after they have changed", async (t) => {
    const indexes = { byType: (object: Secret) => [object.type ?? "none"] };
    const { api, informer, settled } = await start(t, { indexes }, (api) => {
      api.put(SECRETS, secret("a", { type: "x" }));
      api.put(SECRETS, secret("b", { type: "x" }));
    });
    const names = (key: string) => informer.byIndex("byType", key).map(({ metadata }) => metadata.name);
    assert.deepEqual(names("x"), ["a", "b"]);
    api.put(SECRETS, secret("a", { type: "y" }));
    api.remove(SECRETS, "shop/b");
    await settled();
    assert.deepEqual([names("x"), names("y")], [[], ["a"]]);
    assert.throws(() => informer.byIndex("nope", "x"), /no index "nope"/);
  });

  it("passes over duplicates and events that come late", async (t) => {
    const { api, settled } = await start(t, {}, (api) => api.put(SECRETS, secret("a", { type: "x" })));
    const late = { ...secret("a", { type: "old" }), metadata: { namespace: "shop", name: "a", resourceVersion: "1" } };
    const [same] = api.stored(SECRETS);
    api.sendLine(JSON.stringify({ type: "MODIFIED", object: late }));
    api.sendLine(JSON.stringify({ type: "DELETED", object: late }));
    api.sendLine(JSON.stringify({ type: "ADDED", object: same }));
    assert.deepEqual(await settled(), ["added a (initial)"]);
  });

  it("opens a silent watch again, without listing", async (t) => {
    const { api, client, signal } = await startApi(t);
    const clock = new FakeClock();
    const informer = createInformer(client, secrets, {}, { ...FAST, clock });
    void informer.run(signal);
    await informer.waitForSync(signal);
    for (let silences = 1; silences <= 3; silences++) {
      await clock.advance(WATCH_SILENCE_SECONDS * 1000);
      await eventually(() => api.requests.length === 1 + silences, "the watch is opened again");
    }
    api.put(SECRETS, secret("a"));
    await eventually(() => informer.get("shop/a") !== undefined, "the new watch works");
    const [first, ...more] = api.requests.map(({ url }) => url.searchParams.has("sendInitialEvents"));
    assert.deepEqual([first, more], [true, [false, false, false]]);
  });

  it("lists when a server takes the request for initial events and never ends them", async (t) => {
    const { api, client, signal } = await startApi(t);
    api.put(SECRETS, secret("a"));
    api.script = ({ url }, response) => {
      if (url.searchParams.get("sendInitialEvents") !== "true") return false;
      response.writeHead(200).write("\n");
      return true;
    };
    const clock = new FakeClock();
    const informer = createInformer(client, secrets, {}, { ...FAST, clock });
    void informer.run(signal);
    await eventually(() => api.requests.length === 1, "the watch is asked for");
    await clock.advance(INITIAL_SILENCE_SECONDS * 1000);
    await informer.waitForSync(signal);
    assert.equal(informer.list().length, 1);
  });

  it("says why it has nothing yet", async (t) => {
    const { api, client, signal } = await startApi(t);
    api.script = (_, response) => {
      response.writeHead(403).end();
      return true;
    };
    const informer = createInformer(client, secrets, {}, FAST);
    void informer.run(signal);
    await eventually(() => informer.failure() !== undefined, "the failure is seen");
    await assert.rejects(informer.waitForSync(signal, 1), {
      code: "KUBE_SYNC_TIMEOUT",
      message: /secrets could not be listed within 0.001 s: cannot watch secrets in all namespaces/,
    });
  });

  it("recovers when RBAC is granted later", async (t) => {
    const { api, client, signal } = await startApi(t);
    let refused = 0;
    api.script = (_, response) => {
      if (refused++ >= 3) return false;
      response.writeHead(403).end();
      return true;
    };
    const informer = createInformer(client, secrets, {}, FAST);
    void informer.run(signal);
    await informer.waitForSync(signal);
    assert.equal(informer.failure(), undefined);
  });

  it("does not ask in a tight loop a server that ends every watch at once", async (t) => {
    const { api, client, signal } = await startApi(t);
    api.script = (_, response) => {
      response.writeHead(200).end();
      return true;
    };
    const informer = createInformer(
      client,
      secrets,
      {},
      { ...FAST, backoff: { firstMs: 60_000, maxMs: 60_000, resetAfterMs: 1 } },
    );
    void informer.run(signal);
    await eventually(() => informer.failure() !== undefined, "the informer backs off");
    assert.equal(api.requests.length, 1);
  });

  it("keeps working when one handler throws, and tells the others", async (t) => {
    const { client, api, signal } = await startApi(t);
    api.put(SECRETS, secret("a"));
    const informer = createInformer(client, secrets, {}, FAST);
    const heard: string[] = [];
    informer.onChange({
      added() {
        throw new Error("bug");
      },
    });
    const off = informer.onChange({ added: (object) => heard.push(object.metadata.name ?? "") });
    void informer.run(signal);
    await informer.waitForSync(signal);
    off();
    informer.onChange({ added: (object, initial) => heard.push(`late ${object.metadata.name} ${initial}`) });
    assert.deepEqual(heard, ["a", "late a true"]);
  });
});

describe("an informer factory", () => {
  it("opens one watch for all who want the same", async (t) => {
    const { api, client, signal } = await startApi(t);
    const factory = createInformerFactory(client, FAST);
    const first = factory.informer(secrets, { indexes: { byType: ({ type = "" }) => [type] } });
    const second = factory.informer(secrets, { indexes: { byName: ({ metadata: { name = "" } }) => [name] } });
    factory.informer(secrets, { namespace: "shop" });
    assert.deepEqual(factory.notSynced(), ["secrets: not listed yet", "secrets: not listed yet"]);
    const running = factory.run(signal);
    await factory.waitForSync(signal);
    api.put(SECRETS, secret("a"));
    await eventually(() => second.byIndex("byName", "a").length === 1, "the second user sees the object");
    assert.equal(first, second);
    assert.equal(api.watcherCount, 2);
    assert.deepEqual(factory.notSynced(), []);
    assert.throws(() => factory.informer(secrets, { indexes: { byName: () => [] } }), /different functions/);
    const late = factory.informer(configMaps);
    await late.waitForSync(signal);
    void running;
  });
});
