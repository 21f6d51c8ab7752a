import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { JsonObject, JsonValue } from "@tegata/kube-types";
import { startKubeApi } from "../kube-api.ts";
import { startKubeApiForTest } from "../testing.ts";
import { type Answer, type Send, sendTo, until } from "./testdata/api-client.ts";
import { EXTERNAL_SECRET_CRD } from "./testdata/external-secret-crd.ts";

const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const OBJECTS = "/apis/external-secrets.io/v1/namespaces/default/externalsecrets";

async function start(t: TestContext): Promise<Send> {
  return sendTo(t, await startKubeApiForTest(t));
}

async function startWithCrd(t: TestContext): Promise<Send> {
  const send = await start(t);
  await install(send, EXTERNAL_SECRET_CRD);
  return send;
}

async function install(send: Send, crd: JsonObject): Promise<Answer> {
  const created = await send("POST", CRDS, crd);
  assert.equal(created.code, 201, JSON.stringify(created.body));
  const { name } = created.body.metadata as { name: string };
  return until(
    () => send("GET", `${CRDS}/${name}`),
    (answer) => conditionOf(answer, "Established") === "True",
  );
}

function conditionOf({ body }: Answer, type: string): string | undefined {
  const { conditions = [] } = (body.status ?? {}) as { conditions?: { type: string; status: string }[] };
  return conditions.find((condition) => condition.type === type)?.status;
}

const externalSecret = (spec: JsonObject, name = "db"): JsonObject => ({
  apiVersion: "external-secrets.io/v1",
  kind: "ExternalSecret",
  metadata: { name },
  spec,
});

const causesOf = ({ body }: Answer): string[] => {
  const { causes = [] } = (body.details ?? {}) as { causes?: { field: string; message: string }[] };
  return causes.map(({ field, message }) => `${field}: ${message}`);
};

const widgetCrd = (overrides: JsonObject = {}, names: JsonObject = {}): JsonObject => {
  const plural = (names.plural as string | undefined) ?? "widgets";
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.com` },
    spec: {
      group: "example.com",
      scope: "Cluster",
      names: { plural, kind: "Widget", ...names },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } },
        },
      ],
      ...overrides,
    },
  };
};

describe("a CustomResourceDefinition", () => {
  it("completes its names, accepts them and is established", async (t) => {
    const send = await start(t);
    const { body } = await install(send, EXTERNAL_SECRET_CRD);
    const names = {
      plural: "externalsecrets",
      singular: "externalsecret",
      kind: "ExternalSecret",
      listKind: "ExternalSecretList",
      shortNames: ["es"],
      categories: ["external-secrets"],
    };
    assert.deepEqual((body.spec as JsonObject).names, names);
    const { acceptedNames, storedVersions, conditions } = body.status as JsonObject;
    assert.deepEqual(acceptedNames, names);
    assert.deepEqual(storedVersions, ["v1"]);
    assert.deepEqual(
      (conditions as JsonObject[]).map(({ type, status, reason, message }) => ({ type, status, reason, message })),
      [
        { type: "NamesAccepted", status: "True", reason: "NoConflicts", message: "no conflicts found" },
        {
          type: "Established",
          status: "True",
          reason: "InitialNamesAccepted",
          message: "the initial names have been accepted",
        },
      ],
    );
  });

  it("is in discovery before it says that it is established", async (t) => {
    const send = await startWithCrd(t);
    const { body } = await send("GET", "/apis/external-secrets.io/v1");
    const names = (body.resources as { name: string; shortNames?: string[]; categories?: string[] }[]).map(
      ({ name }) => name,
    );
    assert.deepEqual(names, ["externalsecrets", "externalsecrets/status"]);
  });

  it("is served again after a restart", async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), "crd-"));
    t.after(() => rm(dataDir, { recursive: true, force: true }));
    const first = await startKubeApi({ dataDir });
    await install(sendTo(t, first), EXTERNAL_SECRET_CRD);
    await first.stop();
    const second = await startKubeApi({ dataDir });
    t.after(() => second.stop());
    assert.equal((await sendTo(t, second)("GET", OBJECTS)).code, 200);
  });

  const refused: Record<string, [JsonObject, ...string[]]> = {
    "a name that is not plural.group": [
      { ...widgetCrd(), metadata: { name: "x.example.com" } },
      'metadata.name: Invalid value: "x.example.com": must be spec.names.plural+"."+spec.group',
    ],
    "no storage version": [
      widgetCrd({
        versions: [{ name: "v1", served: true, storage: false, schema: { openAPIV3Schema: { type: "object" } } }],
      }),
      'spec.versions: Invalid value: ["v1"]: must have exactly one version marked as storage version',
      "status.storedVersions: Invalid value: []: must have at least one stored version",
    ],
    "no schema": [
      widgetCrd({ versions: [{ name: "v1", served: true, storage: true }] }),
      "spec.versions[0].schema.openAPIV3Schema: Required value",
    ],
    "a schema that is not structural": [
      widgetCrd({
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object", properties: { spec: {} } } },
          },
        ],
      }),
      "spec.versions[0].schema.openAPIV3Schema.properties[spec].type: Required value: must not be empty for specified object fields",
    ],
    "a CEL rule that does not compile": [
      widgetCrd({
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: { type: "object", "x-kubernetes-validations": [{ rule: "self.spec.a", message: "m" }] },
            },
          },
        ],
      }),
      `spec.versions[0].schema.openAPIV3Schema.x-kubernetes-validations[0].rule: Invalid value: {"Rule":"self.spec.a","Message":"m","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field 'spec'\n | self.spec.a\n | ....^`,
    ],
    "an unknown scope": [
      widgetCrd({ scope: "Universe" }),
      'spec.scope: Unsupported value: "Universe": supported values: "Cluster", "Namespaced"',
    ],
    "a webhook without a client": [
      widgetCrd({ conversion: { strategy: "Webhook" } }),
      "spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook",
    ],
    "a column of an unknown type": [
      widgetCrd({
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object" } },
            additionalPrinterColumns: [{ name: "A", type: "text", jsonPath: ".a" }],
          },
        ],
      }),
      'spec.versions[0].additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
    ],
    "a selectable field that the schema does not have": [
      widgetCrd({
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: "object" } },
            selectableFields: [{ jsonPath: ".spec.a" }],
          },
        ],
      }),
      'spec.versions[0].selectableFields[0].jsonPath: Invalid value: ".spec.a": is an invalid path: does not refer to a valid field',
    ],
  };
  it("is refused in the API server's words", async (t) => {
    const send = await start(t);
    for (const [why, [crd, ...causes]] of Object.entries(refused)) {
      const answer = await send("POST", CRDS, crd);
      assert.equal(answer.code, 422, why);
      assert.deepEqual(causesOf(answer), causes, why);
    }
  });

  it("does not get names that another one has, until that one goes", async (t) => {
    const send = await start(t);
    await install(send, widgetCrd());
    const other = widgetCrd({}, { plural: "gadgets", kind: "Widget" });
    assert.equal((await send("POST", CRDS, other)).code, 201);
    const conflicted = await until(
      () => send("GET", `${CRDS}/gadgets.example.com`),
      (answer) => conditionOf(answer, "NamesAccepted") === "False",
    );
    assert.equal(conditionOf(conflicted, "Established"), "False");
    assert.equal((await send("GET", "/apis/example.com/v1/gadgets")).code, 404);
    await send("DELETE", `${CRDS}/widgets.example.com`);
    await until(
      () => send("GET", `${CRDS}/gadgets.example.com`),
      (answer) => conditionOf(answer, "Established") === "True",
    );
    assert.equal((await send("GET", "/apis/example.com/v1/gadgets")).code, 200);
  });

  it("keeps its plural, and once established its kind", async (t) => {
    const send = await start(t);
    const { body } = await install(send, widgetCrd());
    const changed = structuredClone(body) as JsonObject & { spec: { names: JsonObject } };
    changed.spec.names.kind = "Gizmo";
    assert.deepEqual(causesOf(await send("PUT", `${CRDS}/widgets.example.com`, changed)), [
      'spec.names.kind: Invalid value: "Gizmo": field is immutable',
    ]);
  });

  it("remembers every version that was ever stored", async (t) => {
    const send = await start(t);
    const { body } = await install(send, widgetCrd());
    const v1 = (body.spec as { versions: JsonObject[] }).versions[0];
    const changed = {
      ...body,
      spec: {
        ...(body.spec as JsonObject),
        versions: [
          { ...v1, storage: false },
          { ...v1, name: "v2", storage: true },
        ],
      },
    };
    const updated = await send("PUT", `${CRDS}/widgets.example.com`, changed as JsonObject);
    assert.deepEqual((updated.body.status as JsonObject).storedVersions, ["v1", "v2"]);
    const dropped = {
      ...updated.body,
      spec: { ...(updated.body.spec as JsonObject), versions: [{ ...v1, name: "v2", storage: true }] },
    };
    assert.match(
      causesOf(await send("PUT", `${CRDS}/widgets.example.com`, dropped as JsonObject))[0] ?? "",
      /^status\.storedVersions\[0\]: Invalid value: "v1": missing from spec\.versions;/,
    );
  });

  it("takes all its objects with it, and waits for those with finalizers", async (t) => {
    const send = await start(t);
    await install(send, widgetCrd());
    const widgets = "/apis/example.com/v1/widgets";
    const widget = (name: string, metadata: JsonObject = {}) => ({
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name, ...metadata },
    });
    await send("POST", widgets, widget("free"));
    await send("POST", widgets, widget("held", { finalizers: ["example.com/hold"] }));
    await send("DELETE", `${CRDS}/widgets.example.com`);
    await until(
      () => send("GET", `${widgets}/free`),
      ({ code }) => code === 404,
    );
    assert.equal(conditionOf(await send("GET", `${CRDS}/widgets.example.com`), "Terminating"), "True");
    assert.equal((await send("POST", widgets, widget("late"))).code, 405);
    await send("PATCH", `${widgets}/held`, { metadata: { finalizers: null } });
    await until(
      () => send("GET", `${CRDS}/widgets.example.com`),
      ({ code }) => code === 404,
    );
    await until(
      () => send("GET", widgets),
      ({ code }) => code === 404,
    );
  });
});

describe("an object of a defined kind", () => {
  const minimal = {
    secretStoreRef: { name: "vault", kind: "SecretStore" },
    data: [{ secretKey: "password", remoteRef: { key: "app/db" } }],
  };

  it("is defaulted and pruned", async (t) => {
    const send = await startWithCrd(t);
    const { code, body, warnings } = await send("POST", OBJECTS, externalSecret({ ...minimal, nope: 1 }));
    assert.equal(code, 201);
    assert.deepEqual(warnings, ['299 - "unknown field \\"spec.nope\\""']);
    assert.deepEqual(body.spec, {
      ...minimal,
      refreshInterval: "1h0m0s",
      target: { creationPolicy: "Owner", deletionPolicy: "Retain" },
      data: [
        {
          secretKey: "password",
          remoteRef: { key: "app/db", conversionStrategy: "Default", decodingStrategy: "None", metadataPolicy: "None" },
        },
      ],
    });
  });

  it("is refused with unknown fields when fields are validated strictly", async (t) => {
    const send = await startWithCrd(t);
    const { code, body } = await send(
      "POST",
      `${OBJECTS}?fieldValidation=Strict`,
      externalSecret({ ...minimal, nope: 1 }),
    );
    assert.equal(code, 400);
    assert.match(body.message as string, /strict decoding error: unknown field "spec\.nope"$/);
  });

  it("is refused with one cause per field", async (t) => {
    const send = await startWithCrd(t);
    const answer = await send(
      "POST",
      OBJECTS,
      externalSecret({ secretStoreRef: { kind: "Vault" }, data: [{ secretKey: "a b", remoteRef: {}, sourceRef: {} }] }),
    );
    assert.equal(answer.code, 422);
    assert.deepEqual(causesOf(answer).slice(0, 4), [
      'spec.secretStoreRef.kind: Unsupported value: "Vault": supported values: "SecretStore", "ClusterSecretStore"',
      `spec.data[0].secretKey: Invalid value: "a b": spec.data[0].secretKey in body should match '^[-._a-zA-Z0-9]+$'`,
      "spec.data[0].remoteRef.key: Required value",
      "spec.data[0].sourceRef: Invalid value: 0: spec.data[0].sourceRef in body should have at least 1 properties",
    ]);
  });

  it("is refused when a CEL rule fails, and when one could not be checked", async (t) => {
    const send = await startWithCrd(t);
    const broken = { immutable: true, creationPolicy: "Merge" };
    const answer = await send("POST", OBJECTS, externalSecret({ ...minimal, target: broken }));
    assert.deepEqual(causesOf(answer), ["spec.target: Invalid value: immutable needs creationPolicy Owner"]);
    const shapeless = await send("POST", OBJECTS, externalSecret({ ...minimal, target: { ...broken, name: 1 } }));
    assert.deepEqual(causesOf(shapeless), [
      'spec.target.name: Invalid value: "integer": spec.target.name in body must be of type string: "integer"',
      "<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
    ]);
  });

  it("keeps its status apart", async (t) => {
    const send = await startWithCrd(t);
    const created = await send("POST", OBJECTS, { ...externalSecret(minimal), status: { syncedResourceVersion: "1" } });
    assert.equal(created.body.status, undefined);
    const status = {
      refreshTime: "2026-01-02T03:04:05Z",
      conditions: [{ type: "Ready", status: "True", reason: "SecretSynced" }],
    };
    const updated = await send("PUT", `${OBJECTS}/db/status`, { ...created.body, spec: {}, status });
    assert.equal(updated.code, 200, JSON.stringify(updated.body));
    assert.deepEqual(
      [updated.body.status, updated.body.spec, (updated.body.metadata as JsonObject).generation],
      [status, created.body.spec, 1],
    );
  });

  it("is printed in the CRD's columns", async (t) => {
    const send = await startWithCrd(t);
    const created = await send("POST", OBJECTS, externalSecret(minimal));
    const status = { conditions: [{ type: "Ready", status: "True", reason: "SecretSynced" }] };
    await send("PUT", `${OBJECTS}/db/status`, { ...created.body, status } as JsonObject);
    const { body } = await send("GET", OBJECTS, undefined, { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" });
    const titles = (body.columnDefinitions as { name: string }[]).map(({ name }) => name);
    assert.deepEqual(titles, ["Name", "Store", "Refresh Interval", "Status", "Ready", "Last Sync"]);
    assert.deepEqual((body.rows as { cells: JsonValue[] }[])[0]?.cells, [
      "db",
      "vault",
      "1h0m0s",
      "SecretSynced",
      "True",
      null,
    ]);
  });

  it("is found by the fields that the CRD makes selectable, and by no others", async (t) => {
    const send = await startWithCrd(t);
    await send("POST", OBJECTS, externalSecret(minimal));
    await send("POST", OBJECTS, externalSecret({ ...minimal, secretStoreRef: { name: "aws" } }, "other"));
    const { body } = await send("GET", `${OBJECTS}?fieldSelector=spec.secretStoreRef.name%3Daws`);
    assert.deepEqual(
      (body.items as { metadata: { name: string } }[]).map(({ metadata }) => metadata.name),
      ["other"],
    );
    assert.equal((await send("GET", `${OBJECTS}?fieldSelector=spec.refreshInterval%3D1h`)).code, 400);
  });

  it("is read in another version with only its apiVersion rewritten", async (t) => {
    const send = await startWithCrd(t);
    const { body } = await send("POST", OBJECTS, externalSecret(minimal));
    const other = await send("GET", "/apis/external-secrets.io/v1beta1/namespaces/default/externalsecrets/db");
    assert.deepEqual(other.body, { ...body, apiVersion: "external-secrets.io/v1beta1" });
    const list = await send("GET", "/apis/external-secrets.io/v1beta1/externalsecrets");
    assert.deepEqual(
      (list.body.items as JsonObject[]).map(({ apiVersion }) => apiVersion),
      ["external-secrets.io/v1beta1"],
    );
  });

  it("warns of a deprecated version", async (t) => {
    const send = await startWithCrd(t);
    const { warnings } = await send("POST", "/apis/external-secrets.io/v1beta1/namespaces/default/externalsecrets", {
      ...externalSecret(minimal),
      apiVersion: "external-secrets.io/v1beta1",
    });
    assert.deepEqual(warnings, ['299 - "external-secrets.io/v1beta1 ExternalSecret is deprecated"']);
  });

  it("goes with its namespace although the version in which it is stored is not served", async (t) => {
    const send = await start(t);
    const open = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    const versions = [
      { name: "v1", served: false, storage: true, schema: open },
      { name: "v2", served: true, storage: false, schema: open },
    ];
    await install(send, widgetCrd({ scope: "Namespaced", versions }));
    await send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "gone" } });
    const widgets = "/apis/example.com/v2/namespaces/gone/widgets";
    const widget = { apiVersion: "example.com/v2", kind: "Widget", metadata: { name: "a" } };
    assert.equal((await send("POST", widgets, widget)).code, 201);
    await send("DELETE", "/api/v1/namespaces/gone");
    await until(
      () => send("GET", "/api/v1/namespaces/gone"),
      ({ code }) => code === 404,
    );
    assert.equal((await send("GET", `${widgets}/a`)).code, 404);
  });

  it("warns of what is not checked, and of finalizers that do not say whose they are", async (t) => {
    const send = await start(t);
    const schema = {
      type: "object",
      properties: { a: { type: "string", format: "nope" }, b: { type: "string", format: "uri" } },
    };
    const created = await send(
      "POST",
      CRDS,
      widgetCrd({ versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }] }),
    );
    assert.deepEqual(created.warnings, ['299 - "unrecognized format \\"nope\\""']);
    await until(
      () => send("GET", "/apis/example.com/v1/widgets"),
      ({ code }) => code === 200,
    );
    const metadata = { name: "a", finalizers: ["mine", "example.com/hold"] };
    const widget = await send("POST", "/apis/example.com/v1/widgets", {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata,
    });
    assert.deepEqual(widget.warnings, [
      '299 - "metadata.finalizers: \\"mine\\": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers"',
    ]);
  });

  it("is scaled through the paths that the CRD names", async (t) => {
    const send = await start(t);
    const schema = {
      type: "object",
      properties: {
        spec: { type: "object", properties: { replicas: { type: "integer" } } },
        status: { type: "object", properties: { replicas: { type: "integer" }, selector: { type: "string" } } },
      },
    };
    const scale = {
      specReplicasPath: ".spec.replicas",
      statusReplicasPath: ".status.replicas",
      labelSelectorPath: ".status.selector",
    };
    await install(
      send,
      widgetCrd({
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: { openAPIV3Schema: schema },
            subresources: { status: {}, scale },
          },
        ],
      }),
    );
    const widgets = "/apis/example.com/v1/widgets";
    const refused = await send("POST", widgets, {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "a" },
      spec: { replicas: -1 },
    });
    assert.deepEqual(causesOf(refused), [".spec.replicas: Invalid value: -1: should be a non-negative integer"]);
    await send("POST", widgets, {
      apiVersion: "example.com/v1",
      kind: "Widget",
      metadata: { name: "a" },
      spec: { replicas: 2 },
    });
    const { body } = await send("PATCH", `${widgets}/a/scale`, { spec: { replicas: 3 } });
    assert.deepEqual([body.kind, body.spec], ["Scale", { replicas: 3 }]);
    assert.deepEqual((await send("GET", `${widgets}/a`)).body.spec, { replicas: 3 });
  });
});
