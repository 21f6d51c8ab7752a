import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, JsonValue } from "@tegata/kube-types";
import { builtinResources } from "../builtins/index.ts";
import type { ResourceDefinition } from "../registry/types.ts";
import { compareVersions } from "./versions.ts";
import { Discovery } from "./index.ts";

const AGGREGATED = (version: string) => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
const BUILTIN = builtinResources();

/** A custom kind in two versions, as a CRD makes them. */
function customResources(): ResourceDefinition[] {
  const [secret] = BUILTIN.filter(({ plural }) => plural === "secrets");
  assert.ok(secret);
  const custom: ResourceDefinition = {
    ...secret,
    group: "stable.example.org",
    kind: "CronTab",
    plural: "crontabs",
    singular: "crontab",
    isCustom: true,
    hasStatus: true,
    schema: { type: "object", properties: { spec: { type: "object", properties: { cron: { type: "string" } } } } },
  };
  return [{ ...custom, version: "v1beta1" }, custom];
}

const DISCOVERY = new Discovery([...BUILTIN, ...customResources()]);

function read(path: string, accept?: string): JsonObject {
  const answer = DISCOVERY.get({ path, accept });
  assert.ok(answer, `there is no document at ${path}`);
  return JSON.parse(answer.body) as JsonObject;
}

function entries(value: JsonValue | undefined): JsonObject[] {
  return value as JsonObject[];
}

function names(values: JsonValue | undefined, ...path: readonly string[]): JsonValue[] {
  return entries(values).map((value) => path.reduce<JsonValue>((at, name) => (at as JsonObject)[name] ?? null, value));
}

describe("aggregated discovery", () => {
  it("answers in the version that comes first in Accept", () => {
    const accept = `${AGGREGATED("v2")},${AGGREGATED("v2beta1")},application/json`;
    assert.equal(DISCOVERY.get({ path: "/apis", accept })?.contentType, AGGREGATED("v2"));
    assert.equal(read("/apis", accept).apiVersion, "apidiscovery.k8s.io/v2");
    // A client that knows only v2beta1 would see no kinds at all in v2.
    const older = `${AGGREGATED("v2beta1")},application/json`;
    assert.equal(DISCOVERY.get({ path: "/apis", accept: older })?.contentType, AGGREGATED("v2beta1"));
    assert.equal(read("/apis", older).apiVersion, "apidiscovery.k8s.io/v2beta1");
  });

  it("lists the core group at /api and all others at /apis, the built-in ones first", () => {
    assert.deepEqual(names(read("/api", AGGREGATED("v2")).items, "metadata", "name"), [null]);
    const groups = names(read("/apis", AGGREGATED("v2")).items, "metadata", "name");
    assert.ok(groups.includes("apps") && !groups.includes(null));
    assert.equal(groups.at(-1), "stable.example.org");
  });

  it("names subresources with the kind that they speak", () => {
    const groups = entries(read("/apis", AGGREGATED("v2")).items);
    const apps = groups.filter(({ metadata }) => (metadata as JsonObject).name === "apps");
    const resources = apps
      .flatMap(({ versions }) => entries(versions))
      .flatMap((version) => entries(version.resources));
    const [deployments] = resources.filter(({ resource }) => resource === "deployments");
    assert.deepEqual(names(deployments?.subresources, "subresource"), ["status", "scale"]);
    assert.deepEqual(names(deployments?.subresources, "responseKind", "kind"), ["Deployment", "Scale"]);
  });
});

describe("plain discovery", () => {
  it("lists groups with the preferred version first", () => {
    const [custom] = entries(read("/apis").groups).filter(({ name }) => name === "stable.example.org");
    assert.deepEqual(names(custom?.versions, "version"), ["v1", "v1beta1"]);
    assert.deepEqual(custom?.preferredVersion, { groupVersion: "stable.example.org/v1", version: "v1" });
    assert.deepEqual(read("/apis/stable.example.org").versions, custom?.versions);
  });

  it("lists the resources of each version with their subresources", () => {
    assert.deepEqual(read("/api").versions, ["v1"]);
    const { groupVersion, resources } = read("/apis/apps/v1");
    assert.equal(groupVersion, "apps/v1");
    assert.ok(names(resources, "name").includes("deployments/scale"));
    assert.ok(names(read("/api/v1").resources, "name").includes("secrets"));
  });

  it("has nothing at other paths", () => {
    for (const path of ["/apis/apps/v2", "/apis/nope", "/api/v2", "/openapi/v3/apis/apps", "/"]) {
      assert.equal(DISCOVERY.get({ path, accept: undefined }), undefined, path);
    }
  });
});

describe("OpenAPI v3", () => {
  const paths = read("/openapi/v3").paths as Record<string, { serverRelativeURL: string }>;

  it("may be kept for ever under the hash that the index names, but not under another", () => {
    const [, hash] = paths["apis/apps/v1"]?.serverRelativeURL.split("?hash=") ?? [];
    const request = { path: "/openapi/v3/apis/apps/v1", accept: undefined };
    assert.match(DISCOVERY.get({ ...request, hash })?.cacheControl ?? "", /^public, immutable, max-age=\d+$/);
    assert.equal(DISCOVERY.get({ ...request, hash: "old" })?.cacheControl, "no-cache, private");
    assert.equal(DISCOVERY.get(request)?.etag, `"${hash}"`);
  });

  for (const path of Object.keys(paths)) {
    it(`offers fieldValidation on every kind that can be patched, and resolves its references: ${path}`, () => {
      const document = read(`/openapi/v3/${path}`);
      const operations = Object.values(document.paths as JsonObject).flatMap((item) =>
        Object.entries(item as JsonObject),
      );
      for (const [method, operation] of operations) {
        assert.ok((operation as JsonObject)["x-kubernetes-group-version-kind"]);
        if (method === "patch")
          assert.ok(names((operation as JsonObject).parameters, "name").includes("fieldValidation"));
      }
      const { schemas } = document.components as { schemas: JsonObject };
      for (const reference of references(document)) {
        assert.ok(Object.hasOwn(schemas, reference.replace("#/components/schemas/", "")), reference);
      }
    });
  }

  it("describes each kind under its name, with the required fields", () => {
    const { schemas } = read("/openapi/v3/apis/apps/v1").components as { schemas: Record<string, JsonObject> };
    const gvk = [{ group: "apps", version: "v1", kind: "Deployment" }];
    assert.deepEqual(schemas["io.k8s.api.apps.v1.Deployment"]?.["x-kubernetes-group-version-kind"], gvk);
    assert.deepEqual(schemas["io.k8s.api.apps.v1.DeploymentSpec"]?.required, ["selector", "template"]);
    assert.ok(schemas["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]);
  });

  it("gives custom kinds the metadata that their CRD leaves out", () => {
    const { schemas } = read("/openapi/v3/apis/stable.example.org/v1").components as { schemas: JsonObject };
    const { properties } = schemas["org.example.stable.v1.CronTab"] as { properties: JsonObject };
    assert.deepEqual(Object.keys(properties).sort(), ["apiVersion", "kind", "metadata", "spec"]);
    assert.match(JSON.stringify(properties.metadata), /meta\.v1\.ObjectMeta/);
  });
});

describe("OpenAPI v2", () => {
  it("has no kinds, and says so in the encoding that kubectl asks for", () => {
    const type = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    const answer = DISCOVERY.get({ path: "/openapi/v2", accept: type });
    assert.equal(answer?.contentType, type.replace("@", "."));
    assert.equal(answer?.body, "\n\u00032.0\u0012\u0019\n\nKubernetes\u0012\u000bunversioned");
    assert.deepEqual(read("/openapi/v2", "application/json").paths, {});
  });
});

describe("compareVersions", () => {
  it("prefers stable over beta over alpha, and higher numbers", () => {
    const versions = ["foo", "v1alpha1", "v1", "v10", "v2beta1", "v2", "v1beta2", "bar"];
    const sorted = ["v10", "v2", "v1", "v2beta1", "v1beta2", "v1alpha1", "bar", "foo"];
    assert.deepEqual(versions.sort(compareVersions), sorted);
  });
});

function references(value: JsonValue): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, member]) =>
    key === "$ref" && typeof member === "string" ? [member] : references(member),
  );
}
