import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseRequestInfo, pathSegments } from "./request-info.ts";

/** Method and path → verb, group/version/resource, namespace, name, subresource. */
const requests: [request: string, expected: string][] = [
  ["GET /api/v1/pods", "list /v1/pods - -"],
  ["GET /api/v1/pods?watch=true", "watch /v1/pods - -"],
  ["GET /api/v1/pods?watch", "watch /v1/pods - -"],
  ["GET /api/v1/pods?watch=0", "list /v1/pods - -"],
  ["GET /api/v1/namespaces", "list /v1/namespaces - -"],
  ["GET /api/v1/namespaces/shop", "get /v1/namespaces - shop"],
  ["PUT /api/v1/namespaces/shop/finalize", "update /v1/namespaces - shop finalize"],
  ["PUT /api/v1/namespaces/shop/status", "update /v1/namespaces - shop status"],
  ["GET /api/v1/namespaces/shop/pods", "list /v1/pods shop -"],
  ["POST /api/v1/namespaces/shop/pods", "create /v1/pods shop -"],
  ["DELETE /api/v1/namespaces/shop/pods", "deletecollection /v1/pods shop -"],
  ["DELETE /api/v1/namespaces/shop/pods/web", "delete /v1/pods shop web"],
  ["HEAD /api/v1/namespaces/shop/pods/web", "get /v1/pods shop web"],
  ["PATCH /apis/apps/v1/namespaces/shop/deployments/web/scale", "patch apps/v1/deployments shop web scale"],
  ["POST /api/v1/namespaces/shop/serviceaccounts/web/token", "create /v1/serviceaccounts shop web token"],
  ["GET /api/v1/namespaces/shop/pods/web/proxy/a/b", "get /v1/pods shop web proxy/a/b"],
  [
    "GET /apis/rbac.authorization.k8s.io/v1/clusterroles/system%3Anode",
    "get rbac.authorization.k8s.io/v1/clusterroles - system:node",
  ],
  ["GET /api", "path get /api"],
  ["GET /api/v1", "path get /api/v1"],
  ["GET /apis/apps/v1", "path get /apis/apps/v1"],
  ["GET /metrics", "path get /metrics"],
  ["POST /", "path post /"],
];

describe("a request", () => {
  for (const [request, expected] of requests) {
    it(`${request} means ${expected}`, () => {
      const [method = "", url = ""] = request.split(" ");
      const [path = "", query = ""] = url.split("?");
      const info = parseRequestInfo(method, path, pathSegments(path) ?? [], new URLSearchParams(query));
      const text =
        info.kind === "path"
          ? `path ${info.verb} ${info.path}`
          : `${info.verb} ${info.group}/${info.version}/${info.resource} ${info.namespace || "-"} ${info.name || "-"} ${info.subresource}`;
      assert.equal(text.trim(), expected);
    });
  }

  it("is refused if no resource has its method", () => {
    assert.throws(() => parseRequestInfo("TRACE", "/api/v1/pods", ["api", "v1", "pods"], new URLSearchParams()), {
      code: 405,
    });
  });

  it("has no segments if its path cannot be decoded", () => {
    assert.equal(pathSegments("/api/%zz"), undefined);
  });
});
