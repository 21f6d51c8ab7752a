import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findDefinition, kindSchema, objectMetaSchema } from "@tegata/kube-types/protobuf";
import type { Schema } from "@tegata/kube-types/schema";
import { allKinds } from "./catalogue.ts";

function schemaOf(group: string, version: string, kind: string): Schema {
  const schema = kindSchema({ group, version, kind });
  assert.ok(schema, kind);
  return schema;
}

function fieldOf(schema: Schema | undefined, path: string): Schema | undefined {
  return path.split(".").reduce<Schema | undefined>((at, name) => (at?.items ?? at)?.properties?.[name], schema);
}

describe("the schemas of the built-in kinds", () => {
  for (const { group, version, kind } of allKinds()) {
    it(`have a type for every field: ${kind}.${version}.${group}`, () => {
      const untyped = fieldsWithout(schemaOf(group, version, kind), (schema) => {
        return schema.type ?? schema.anyOf ?? schema["x-kubernetes-int-or-string"];
      });
      assert.deepEqual(untyped, []);
    });
  }

  it("are unknown for kinds that are not built in", () => {
    assert.equal(kindSchema({ group: "", version: "v1", kind: "Nope" }), undefined);
    assert.equal(kindSchema({ group: "", version: "v1", kind: "PodSpec" }), undefined);
    assert.equal(kindSchema({ group: "apps", version: "v2", kind: "Deployment" }), undefined);
  });

  it("say by which key a strategic merge patch and server-side apply match the items of a list", () => {
    const ports = fieldOf(schemaOf("apps", "v1", "Deployment"), "spec.template.spec.containers.ports");
    assert.equal(ports?.["x-kubernetes-patch-merge-key"], "containerPort");
    assert.deepEqual(ports?.["x-kubernetes-list-map-keys"], ["containerPort", "protocol"]);
    assert.equal(ports?.items?.properties?.protocol?.default, "TCP");
    const volumes = fieldOf(schemaOf("", "v1", "Pod"), "spec.volumes");
    assert.equal(volumes?.["x-kubernetes-patch-strategy"], "merge,retainKeys");
    const finalizers = objectMetaSchema().properties?.finalizers;
    assert.equal(finalizers?.["x-kubernetes-list-type"], "set");
    assert.equal(finalizers?.["x-kubernetes-patch-strategy"], "merge");
  });

  it("put the fields of an embedded message where JSON has them", () => {
    const secret = fieldOf(schemaOf("", "v1", "Pod"), "spec.volumes.secret.secretName");
    assert.equal(secret?.type, "string");
  });

  it("do not judge by required, which only the published definition names", () => {
    const spec = fieldOf(schemaOf("apps", "v1", "Deployment"), "spec");
    assert.ok(spec);
    assert.equal(spec.required, undefined);
    assert.deepEqual(findDefinition(spec)?.schema.required, ["selector", "template"]);
    assert.equal(findDefinition(spec)?.name, "io.k8s.api.apps.v1.DeploymentSpec");
  });

  it("know quantities, and numbers that may be names, by their definition", () => {
    const port = fieldOf(schemaOf("", "v1", "Service"), "spec.ports.targetPort");
    assert.equal(findDefinition(port ?? {})?.name, "io.k8s.apimachinery.pkg.util.intstr.IntOrString");
    const hard = fieldOf(schemaOf("", "v1", "ResourceQuota"), "spec.hard")?.additionalProperties;
    assert.ok(typeof hard === "object");
    assert.equal(findDefinition(hard)?.name, "io.k8s.apimachinery.pkg.api.resource.Quantity");
  });

  it("have no format by whose violation a Secret's value would be shown", () => {
    assert.deepEqual(fieldOf(schemaOf("", "v1", "Secret"), "data")?.additionalProperties, { type: "string" });
  });
});

/** The paths at which `has` finds nothing, each schema looked at once. */
function fieldsWithout(
  schema: Schema,
  has: (schema: Schema) => unknown,
  path = "",
  seen = new Set<Schema>(),
): string[] {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const { properties = {}, items, additionalProperties } = schema;
  const below: [string, Schema][] = [
    ...Object.entries(properties),
    ...(items === undefined ? [] : ([["[]", items]] as [string, Schema][])),
    ...(typeof additionalProperties === "object" ? ([["{}", additionalProperties]] as [string, Schema][]) : []),
  ];
  return [
    ...(has(schema) === undefined ? [path] : []),
    ...below.flatMap(([name, child]) => fieldsWithout(child, has, `${path}.${name}`, seen)),
  ];
}
