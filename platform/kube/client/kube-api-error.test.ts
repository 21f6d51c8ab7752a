import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { configMaps, namespaces, secrets } from "../resources.ts";
import { isKubeApiError, KubeApiError, kubeApiErrorFromAnswer, type RequestSubject } from "./kube-api-error.ts";

const SERVER = "https://kube:6443";
const CANARY = "hunter2";

function status(code: number, reason: string, more: object = {}): string {
  return JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    status: "Failure",
    message: `because ${CANARY}`,
    reason,
    code,
    ...more,
  });
}

describe("an error of the API server", () => {
  const kinds: [number, string, string, string][] = [
    [400, "BadRequest", "invalid-input", "KUBE_BAD_REQUEST"],
    [401, "Unauthorized", "denied", "KUBE_UNAUTHORIZED"],
    [403, "Forbidden", "denied", "KUBE_FORBIDDEN"],
    [404, "NotFound", "not-ready", "KUBE_NOT_FOUND"],
    [405, "MethodNotAllowed", "invalid-input", "KUBE_BAD_REQUEST"],
    [409, "Conflict", "not-ready", "KUBE_CONFLICT"],
    [409, "AlreadyExists", "not-ready", "KUBE_ALREADY_EXISTS"],
    [410, "Expired", "not-ready", "KUBE_EXPIRED"],
    [413, "RequestEntityTooLarge", "invalid-input", "KUBE_BAD_REQUEST"],
    [415, "UnsupportedMediaType", "invalid-input", "KUBE_BAD_REQUEST"],
    [422, "Invalid", "invalid-input", "KUBE_INVALID"],
    [429, "TooManyRequests", "unavailable", "KUBE_THROTTLED"],
    [500, "InternalError", "unavailable", "KUBE_SERVER_ERROR"],
    [503, "ServiceUnavailable", "unavailable", "KUBE_SERVER_ERROR"],
    [504, "Timeout", "unavailable", "KUBE_SERVER_ERROR"],
  ];
  for (const [code, reason, kind, errorCode] of kinds) {
    it(`${code} ${reason} is of kind ${kind}, ${errorCode}`, () => {
      const error = kubeApiErrorFromAnswer(
        { verb: "get", resource: configMaps, server: SERVER },
        code,
        status(code, reason),
      );
      assert.deepEqual([error.kind, error.code, error.status, error.reason], [kind, errorCode, code, reason]);
      assert.ok(error.remedy.endsWith("."));
      assert.ok(!error.message.endsWith("."));
      assert.ok(isKubeApiError(error) && isKubeApiError(error, error.reason) && !isKubeApiError(error, "Gone"));
    });
  }

  const subjects: [string, RequestSubject][] = [
    ['configmaps "shop/a"', { verb: "get", resource: configMaps, namespace: "shop", name: "a", server: SERVER }],
    ['configmaps in namespace "shop"', { verb: "list", resource: configMaps, namespace: "shop", server: SERVER }],
    ["configmaps in all namespaces", { verb: "list", resource: configMaps, server: SERVER }],
    ['namespaces "shop"', { verb: "get", resource: namespaces, name: "shop", server: SERVER }],
    ["namespaces", { verb: "list", resource: namespaces, server: SERVER }],
    ["/version", { verb: "get", name: "/version", server: SERVER }],
  ];
  for (const [text, subject] of subjects) {
    it(`names ${text}`, () => {
      const error = kubeApiErrorFromAnswer(subject, 403, status(403, "Forbidden"));
      assert.equal(error.message, `cannot ${subject.verb} ${text}: because ${CANARY} (HTTP 403 from ${SERVER})`);
    });
  }

  it("carries how long to wait, from the header or from the Status", () => {
    const subject = { verb: "list", resource: configMaps, server: SERVER };
    const body = status(429, "TooManyRequests", { details: { retryAfterSeconds: 3 } });
    assert.equal(kubeApiErrorFromAnswer(subject, 429, body).retryAfterMs, 3000);
    assert.equal(kubeApiErrorFromAnswer(subject, 429, body, 1000).retryAfterMs, 1000);
    assert.equal(kubeApiErrorFromAnswer(subject, 409, body.replace("429", "409")).retryAfterMs, undefined);
  });

  const quoting: [string, number, string][] = [
    ["create", 400, status(400, "BadRequest")],
    [
      "create",
      422,
      status(422, "Invalid", {
        details: { causes: [{ field: "data[k]", reason: "FieldValueInvalid", message: CANARY }] },
      }),
    ],
    ["apply", 500, status(500, "InternalError")],
    ["create", 502, `<html>${CANARY}</html>`],
    ["get", 403, `blocked: ${CANARY}`],
  ];
  for (const [verb, code, body] of quoting) {
    it(`about a Secret (${verb}, ${code}) repeats nothing that could be its value`, () => {
      const error = kubeApiErrorFromAnswer(
        { verb, resource: secrets, namespace: "shop", name: "a", server: SERVER },
        code,
        body,
      );
      assert.ok(!`${error.text}${JSON.stringify(error)}${error.stack}`.includes(CANARY));
    });
  }

  it("can be made of any answer", () => {
    const subject = { verb: "create", resource: secrets, server: SERVER };
    const anyStatus = fc
      .oneof(
        fc.json(),
        fc.array(fc.json()).map((items) => `[${items.join()}]`),
      )
      .map((json) => `{"kind":"Status","details":{"causes":${json}},"message":"m"}`);
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json(), anyStatus), (code, body) => {
        const error = kubeApiErrorFromAnswer(subject, code, body);
        assert.ok(error instanceof KubeApiError && error.message.length < 3000);
      }),
    );
  });
});
