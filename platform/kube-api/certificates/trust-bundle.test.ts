import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generateSigner } from "@tegata/keys";
import { distinguishedName, formatCertificatePem, rootTemplate, signCertificate } from "@tegata/pki";
import { TestApi } from "../registry/testing.ts";

const PATH = "/apis/certificates.k8s.io/v1beta1/clustertrustbundles";

async function anchor(ca = true): Promise<string> {
  const signer = await generateSigner("ec-p256");
  const subject = distinguishedName([["commonName", "anchor"]]);
  const request = { subject, serialNumber: 1n, publicKeySpki: signer.publicKeySpki, lifetimeMs: 3_600_000 };
  const template = rootTemplate(request, new Date());
  const extensions = ca ? template.extensions : {};
  return formatCertificatePem(await signCertificate({ ...template, extensions }, signer));
}

function bundle(name: string, trustBundle: string, signerName?: string) {
  const spec = { trustBundle, ...(signerName === undefined ? {} : { signerName }) };
  return { apiVersion: "certificates.k8s.io/v1beta1", kind: "ClusterTrustBundle", metadata: { name }, spec };
}

describe("ClusterTrustBundles", () => {
  it("hold the trust anchors of a signer, or of nobody in particular", async (t) => {
    const api = await TestApi.start(t);
    assert.equal((await api.post(PATH, bundle("everyone", await anchor()))).status, 201);
    const ofSigner = bundle("example.com:mine:v1", await anchor(), "example.com/mine");
    assert.equal((await api.post(PATH, ofSigner)).status, 201);
    const { body } = await api.get(`${PATH}?fieldSelector=spec.signerName%3Dexample.com%2Fmine`);
    assert.equal((body["items"] as unknown[]).length, 1);
  });

  it("of a signer are written by those only who may attest for it", async (t) => {
    const api = await TestApi.start(t);
    await api.post("/apis/rbac.authorization.k8s.io/v1/clusterroles", {
      metadata: { name: "bundles" },
      rules: [{ apiGroups: ["certificates.k8s.io"], resources: ["clustertrustbundles"], verbs: ["create"] }],
    });
    await api.post("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: "bundles" },
      subjects: [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "bundles" },
    });
    const jane = await api.as("jane");
    assert.equal((await jane.post(PATH, bundle("everyone", await anchor()))).status, 201);
    const { status, body } = await jane.post(PATH, bundle("example.com:mine:v1", await anchor(), "example.com/mine"));
    assert.equal(status, 403);
    assert.match(body.message ?? "", /user not permitted to attest for signerName "example\.com\/mine"$/);
  });

  const refused: Record<string, [() => Promise<object>, RegExp]> = {
    "no certificate": [async () => bundle("a", ""), /at least one trust anchor must be provided/],
    "a leaf": [async () => bundle("a", await anchor(false)), /entry 0 does not have the CA bit set/],
    "a private key": [
      async () => bundle("a", "-----BEGIN KEY-----\nAQID\n-----END KEY-----\n"),
      /entry 0 has bad block type: KEY/,
    ],
    "one anchor twice": [
      async () => {
        const pem = await anchor();
        return bundle("a", pem + pem);
      },
      /duplicate trust anchor \(indices 0 and 1\)/,
    ],
    "something that is no certificate": [
      async () => bundle("a", "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n"),
      /the certificate cannot be read/,
    ],
    "a name that is not its signer's": [
      async () => bundle("a", await anchor(), "example.com/mine"),
      /must be named with prefix "example\.com:mine:"/,
    ],
    "a signer's name but no signer": [async () => bundle("a:b", await anchor()), /without signer name must not have/],
  };
  for (const [what, [make, why]] of Object.entries(refused))
    it(`are refused with ${what}`, async (t) => {
      const api = await TestApi.start(t);
      const { status, body } = await api.post(PATH, await make());
      assert.equal(status, 422);
      assert.match(body.message ?? "", why);
    });
});
