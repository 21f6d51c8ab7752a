import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { builtinResources } from "../builtins/index.ts";
import { decodeAnswer, encodeReview } from "./admission-review.ts";
import type { AdmissionAttributes } from "./types.ts";

const UID = "1234";
const REVIEW = { kind: "AdmissionReview", apiVersion: "admission.k8s.io/v1" };

function decode(response: unknown, review: object = REVIEW) {
  return decodeAnswer(JSON.stringify({ ...review, response }), UID, "a.tegata.dev");
}

function base64(text: string): string {
  return encodeBase64(encodeUtf8(text));
}

describe("the question to a webhook", () => {
  const resource = builtinResources().find(({ plural }) => plural === "deployments");
  assert.ok(resource);
  const attributes: AdmissionAttributes = {
    operation: "UPDATE",
    resource,
    subresource: "status",
    namespace: "shop",
    name: "web",
    object: undefined,
    oldObject: undefined,
    options: { fieldManager: "kubectl" },
    dryRun: true,
    user: { username: "jane", groups: ["dev"] },
  };
  const ask = (rest: Partial<AdmissionAttributes> = {}) => {
    const { body, uid } = encodeReview({ ...attributes, ...rest }, resource);
    const { request, ...review } = JSON.parse(body) as { request: Record<string, unknown> };
    return { request, review, uid };
  };

  it("says everything that Kubernetes says", () => {
    const { request, review, uid } = ask();
    const kind = { group: "apps", version: "v1", kind: "Deployment" };
    const asked = { group: "apps", version: "v1", resource: "deployments" };
    assert.deepEqual(review, REVIEW);
    assert.deepEqual(request, {
      uid,
      kind,
      resource: asked,
      subResource: "status",
      requestKind: kind,
      requestResource: asked,
      requestSubResource: "status",
      name: "web",
      namespace: "shop",
      operation: "UPDATE",
      userInfo: { username: "jane", groups: ["dev"] },
      object: null,
      oldObject: null,
      dryRun: true,
      options: { kind: "UpdateOptions", apiVersion: "meta.k8s.io/v1", dryRun: ["All"], fieldManager: "kubectl" },
    });
  });

  it("leaves out what there is not", () => {
    const { request } = ask({
      subresource: "",
      namespace: "",
      name: "",
      options: {},
      dryRun: false,
      operation: "CREATE",
    });
    for (const absent of ["subResource", "requestSubResource", "name", "namespace"])
      assert.ok(!(absent in request), absent);
    assert.deepEqual(request["options"], { kind: "CreateOptions", apiVersion: "meta.k8s.io/v1" });
  });
});

describe("the answer of a webhook", () => {
  it("gives its warnings and its patch", () => {
    const patch = base64('[{"op":"remove","path":"/data"}]');
    const answer = decode({ uid: UID, allowed: true, warnings: ["careful", 3], patchType: "JSONPatch", patch });
    assert.deepEqual(answer, { warnings: ["careful"], patch: [{ op: "remove", path: "/data" }] });
  });

  for (const patch of [undefined, null, ""])
    it(`has no patch with ${JSON.stringify(patch) ?? "none"}`, () => {
      assert.equal(decode({ uid: UID, allowed: true, patch }).patch, undefined);
    });

  const unusable: Record<string, () => unknown> = {
    "is not JSON": () => decodeAnswer("<html>", UID, "x"),
    "is a list": () => decodeAnswer("[]", UID, "x"),
    "is null": () => decodeAnswer("null", UID, "x"),
    "is of another kind": () => decode({ uid: UID, allowed: true }, { ...REVIEW, kind: "Status" }),
    "is of another version": () =>
      decode({ uid: UID, allowed: true }, { ...REVIEW, apiVersion: "admission.k8s.io/v1beta1" }),
    "has no response": () => decode(undefined),
    "has a list for a response": () => decode([]),
    "is to another question": () => decode({ uid: "other", allowed: true }),
    "has a patch of no type": () => decode({ uid: UID, allowed: true, patch: base64("[]") }),
    "has a patch that is not base64": () => decode({ uid: UID, allowed: true, patchType: "JSONPatch", patch: "*" }),
    "has a patch that is not text": () => decode({ uid: UID, allowed: true, patchType: "JSONPatch", patch: 3 }),
    "has a patch that is not JSON": () =>
      decode({ uid: UID, allowed: true, patchType: "JSONPatch", patch: base64("x") }),
  };
  for (const [what, attempt] of Object.entries(unusable))
    it(`is none if it ${what}`, () => assert.throws(attempt, { name: "WebhookCallError" }));

  const denied = 'admission webhook "a.tegata.dev" denied the request';
  const refusals: readonly (readonly [status: unknown, code: number, message: string])[] = [
    [{ code: 403, message: "no", reason: "Forbidden" }, 403, `${denied}: no`],
    [{ code: 599, message: "no" }, 599, `${denied}: no`],
    [{ code: 400 }, 400, `${denied} without explanation`],
    [{ code: 200, message: "no" }, 400, `${denied}: no`],
    [{ code: 600, message: "no" }, 400, `${denied}: no`],
    [{ code: "403", message: "no" }, 400, `${denied}: no`],
    [{ message: "", reason: "Because" }, 400, `${denied}: Because`],
    [{ message: 3 }, 400, `${denied} without explanation`],
    [undefined, 400, `${denied} without explanation`],
    ["no", 400, `${denied} without explanation`],
  ];
  for (const [status, code, message] of refusals)
    it(`refuses with ${code} for ${JSON.stringify(status) ?? "no status"}`, () => {
      assert.throws(() => decode({ uid: UID, allowed: false, status }), { name: "ApiError", code, message });
    });

  it("refuses unless it says yes", () => {
    for (const allowed of [undefined, "true", 1, null])
      assert.throws(() => decode({ uid: UID, allowed }), { name: "ApiError" });
  });
});
