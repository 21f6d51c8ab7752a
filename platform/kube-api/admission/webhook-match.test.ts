import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type { KubeObject } from "@tegata/kube-types";
import { builtinResources } from "../builtins/index.ts";
import { ResourceRegistry } from "../registry/resource-registry.ts";
import { openStore, type Store } from "../store/index.ts";
import { webhook } from "./testing.ts";
import type { AdmissionAttributes } from "./types.ts";
import { matchWebhook } from "./webhook-match.ts";
import type { Webhook } from "./webhook-types.ts";

const resources = new ResourceRegistry();
resources.replace("", builtinResources());

const EVERYTHING = [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*/*"] }];
const LABELLED = { matchLabels: { team: "shop" } };

function labelled(labels: Record<string, string> = {}): KubeObject {
  return { apiVersion: "v1", kind: "Any", metadata: { name: "a", labels } };
}

/** @param path - e.g. `autoscaling/v2/horizontalpodautoscalers` */
function write(path: string, rest: Partial<AdmissionAttributes> = {}): AdmissionAttributes {
  const [group = "", version = "", plural = ""] = path.split("/");
  const resource = resources.find(group, version, plural);
  assert.ok(resource, path);
  return {
    operation: "CREATE",
    resource,
    subresource: "",
    namespace: resource.namespaced ? "shop" : "",
    name: "a",
    object: labelled(),
    oldObject: undefined,
    options: {},
    dryRun: false,
    user: { username: "jane", groups: [] },
    ...rest,
  };
}

describe("matching of webhooks", () => {
  let store: Store;
  before(async () => {
    store = await openStore({ dataDir: "memory", now: () => new Date() });
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "shop" } } };
    await store.commit({ collection: "namespaces", key: "shop", expectedVersion: 0, object: namespace });
    const other = { apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } };
    await store.commit({ collection: "namespaces", key: "other", expectedVersion: 0, object: other });
  });

  const match = (rest: Partial<Webhook>, attributes: AdmissionAttributes): string => {
    const seenAs = matchWebhook(webhook("", "", { rules: EVERYTHING, ...rest }), attributes, { store, resources });
    return seenAs === undefined ? "nothing" : `${seenAs.group}/${seenAs.version}`;
  };
  const rule = (apiVersions: string[], patterns: string[] = ["*"]) => [
    { operations: ["CREATE"], apiGroups: ["*"], apiVersions, resources: patterns },
  ];
  const HPA = "autoscaling/v2/horizontalpodautoscalers";

  const versions: Record<string, [Partial<Webhook>, string]> = {
    "its own version": [{ rules: rule(["v2"]) }, "autoscaling/v2"],
    "its own version before another one": [{ rules: rule(["v1", "v2"]) }, "autoscaling/v2"],
    "the version that the webhook wants": [{ rules: rule(["v1"]) }, "autoscaling/v1"],
    "no version that is not served": [{ rules: rule(["v9"]) }, "nothing"],
    "the first wanted version that is served": [{ rules: rule(["v9", "v1"]) }, "autoscaling/v1"],
    "no other version, if the match is to be exact": [{ rules: rule(["v1"]), matchPolicy: "Exact" }, "nothing"],
    "its own version, if the match is to be exact": [{ rules: rule(["v2"]), matchPolicy: "Exact" }, "autoscaling/v2"],
  };
  for (const [what, [rest, seen]] of Object.entries(versions))
    it(`shows an object in ${what}`, () => assert.equal(match(rest, write(HPA)), seen));

  const patterns: readonly (readonly [patterns: string[], subresource: string, matches: boolean])[] = [
    [["*"], "", true],
    [["*"], "status", false],
    [["*/*"], "status", true],
    [["*/*"], "", true],
    [["pods", "horizontalpodautoscalers"], "", true],
    [["pods"], "", false],
    [["horizontalpodautoscalers/status"], "status", true],
    [["horizontalpodautoscalers/status"], "", false],
    [["horizontalpodautoscalers/*"], "status", true],
    [["*/status"], "status", true],
    [["*/status"], "scale", false],
    [[], "", false],
  ];
  for (const [items, subresource, matches] of patterns)
    it(`${matches ? "shows" : "does not show"} "${subresource}" to a webhook for [${items.join(", ")}]`, () => {
      const seen = match({ rules: rule(["*"], items) }, write(HPA, { subresource }));
      assert.equal(seen !== "nothing", matches);
    });

  const selections: Record<string, [Partial<Webhook>, AdmissionAttributes, boolean]> = {
    "an object in a labelled namespace": [{ namespaceSelector: LABELLED }, write("/v1/configmaps"), true],
    "an object in another namespace": [
      { namespaceSelector: LABELLED },
      write("/v1/configmaps", { namespace: "other" }),
      false,
    ],
    "an object of the cluster": [{ namespaceSelector: LABELLED }, write("/v1/nodes"), true],
    "a labelled Namespace": [
      { namespaceSelector: LABELLED },
      write("/v1/namespaces", { object: labelled({ team: "shop" }) }),
      true,
    ],
    "a Namespace without the label": [{ namespaceSelector: LABELLED }, write("/v1/namespaces"), false],
    "a Namespace that is deleted": [
      { namespaceSelector: LABELLED },
      write("/v1/namespaces", { operation: "DELETE", object: undefined, oldObject: labelled({ team: "shop" }) }),
      true,
    ],
    "a labelled object": [
      { objectSelector: LABELLED },
      write("/v1/configmaps", { object: labelled({ team: "shop" }) }),
      true,
    ],
    "an object without the label": [{ objectSelector: LABELLED }, write("/v1/configmaps"), false],
    "an object that loses the label": [
      { objectSelector: LABELLED },
      write("/v1/configmaps", { oldObject: labelled({ team: "shop" }) }),
      true,
    ],
  };
  for (const [what, [rest, attributes, matches]] of Object.entries(selections))
    it(`${matches ? "shows" : "does not show"} ${what} to a webhook that selects by label`, () => {
      assert.equal(match(rest, attributes) !== "nothing", matches);
    });
});
