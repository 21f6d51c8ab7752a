import assert from "node:assert/strict";
import { it } from "node:test";
import { externalSecretProblems } from "./admission.ts";
import type { ExternalSecretSpec } from "./api/external-secret.ts";

const data = [{ secretKey: "a", remoteRef: { key: "b" } }];
const extract = { key: "b" };

const refused: Record<string, [ExternalSecretSpec, RegExp]> = {
  "neither data nor dataFrom": [{}, /either data or dataFrom should be specified/],
  "deletionPolicy Delete with Merge": [
    { data, target: { creationPolicy: "Merge", deletionPolicy: "Delete" } },
    /deletionPolicy=Delete must not be used/,
  ],
  "deletionPolicy Delete with CreateOrMerge": [
    { data, target: { creationPolicy: "CreateOrMerge", deletionPolicy: "Delete" } },
    /deletionPolicy=Delete/,
  ],
  "deletionPolicy Merge with None": [
    { data, target: { creationPolicy: "None", deletionPolicy: "Merge" } },
    /There is no Secret to merge with/,
  ],
  "two sources in one dataFrom": [{ dataFrom: [{ extract, find: {} }] }, /cannot be set at the same time/],
  "an empty dataFrom": [{ dataFrom: [{}] }, /either extract, find, or sourceRef must be set/],
  "an empty sourceRef": [{ dataFrom: [{ extract, sourceRef: {} }] }, /generatorRef or storeRef must be set/],
  "the same key twice": [{ data: [...data, ...data] }, /duplicate secretKey found: a/],
  "a template that mints a ServiceAccount token": [
    {
      data,
      target: {
        template: {
          type: "kubernetes.io/service-account-token",
          metadata: { annotations: { "kubernetes.io/service-account.name": "admin" } },
        },
      },
    },
    /is not allowed/,
  ],
  "a template that mints one by templated annotations": [
    {
      data,
      target: {
        template: {
          type: "kubernetes.io/service-account-token",
          templateFrom: [{ literal: "a: b", target: "annotations" }],
        },
      },
    },
    /templateFrom target="Annotations" is not allowed/,
  ],
  "a bootstrap token": [{ data, target: { template: { type: "bootstrap.kubernetes.io/token" } } }, /is not allowed/],
  "a template that reaches beyond data and metadata": [
    { data, target: { template: { templateFrom: [{ literal: "a: b", target: "metadata.ownerReferences" }] } } },
    /must be one of "Data", "Annotations" or "Labels"/,
  ],
  "an interval that is no duration": [{ data, refreshInterval: "1 hour" }, /is not a duration/],
};
for (const [what, [spec, message]] of Object.entries(refused)) {
  it(`refuses ${what}`, () => assert.match(externalSecretProblems({ spec }).join("; "), message));
}

const accepted: Record<string, ExternalSecretSpec> = {
  "the same key twice if missing values are tolerated": {
    data: [...data, ...data],
    target: { deletionPolicy: "Merge" },
  },
  "a template target in any case": {
    data,
    target: { template: { templateFrom: [{ literal: "a: b", target: "LABELS" }] } },
  },
  "a generator alone": { dataFrom: [{ sourceRef: { generatorRef: { kind: "Password", name: "p" } } }] },
  "an extract from another store": { dataFrom: [{ extract, sourceRef: { storeRef: { name: "other" } } }] },
};
for (const [what, spec] of Object.entries(accepted)) {
  it(`accepts ${what}`, () => assert.deepEqual(externalSecretProblems({ spec }), []));
}
