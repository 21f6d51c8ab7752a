import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem, generateSigner, nodeVerifier } from "@tegata/keys";
import {
  type Extensions,
  formatPem,
  kubernetesSubject,
  parseCertificate,
  parseCertificatePem,
  type Signer,
  signCertificateRequest,
  validateCertificatePath,
} from "@tegata/pki";
import { TestApi } from "../registry/testing.ts";
import type { CertificateSigningRequest, CsrCondition } from "./csr-types.ts";

const PATH = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
const RBAC = "/apis/rbac.authorization.k8s.io/v1";
const CLIENT = "kubernetes.io/kube-apiserver-client";
const KUBELET = "kubernetes.io/kube-apiserver-client-kubelet";
const SERVING = "kubernetes.io/kubelet-serving";

interface Asked {
  readonly name: string;
  readonly signerName: string;
  readonly usages: readonly string[];
  readonly username: string;
  readonly groups?: readonly string[];
  readonly extensions?: Extensions;
  readonly signer?: Signer;
  readonly expirationSeconds?: number;
}

async function csr({ name, signerName, usages, username, groups = [], extensions, signer, expirationSeconds }: Asked) {
  const template = {
    subject: kubernetesSubject(username, groups),
    ...(extensions === undefined ? {} : { extensions }),
  };
  const der = await signCertificateRequest(template, signer ?? (await generateSigner("ec-p256")));
  const request = encodeBase64(encodeUtf8(formatPem("CERTIFICATE REQUEST", der)));
  const spec = { request, signerName, usages, ...(expirationSeconds === undefined ? {} : { expirationSeconds }) };
  return { apiVersion: "certificates.k8s.io/v1", kind: "CertificateSigningRequest", metadata: { name }, spec };
}

async function read(api: TestApi, name: string): Promise<CertificateSigningRequest> {
  return (await api.get(`${PATH}/${name}`)).body as unknown as CertificateSigningRequest;
}

/** As `kubectl certificate approve` and `deny` do. */
async function decide(api: TestApi, name: string, type: CsrCondition["type"]) {
  const object = await read(api, name);
  const decision = { type, status: "True", reason: "Test", message: "by hand" };
  const status = { ...object.status, conditions: [...(object.status?.conditions ?? []), decision] };
  return api.put(`${PATH}/${name}/approval`, { ...object, status });
}

async function until(api: TestApi, name: string, holds: (csr: CertificateSigningRequest) => boolean) {
  for (;;) {
    const object = await read(api, name);
    if (holds(object)) return object;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const isIssued = ({ status }: CertificateSigningRequest) => status?.certificate !== undefined;
const has =
  (type: CsrCondition["type"]) =>
  ({ status }: CertificateSigningRequest) =>
    status?.conditions?.some((condition) => condition.type === type) === true;

function issued({ status }: CertificateSigningRequest) {
  const pem = decodeUtf8(decodeBase64(status?.certificate ?? "") ?? new Uint8Array());
  const [der = new Uint8Array()] = parseCertificatePem(pem);
  return { pem, certificate: parseCertificate(der) };
}

const BOB: Asked = {
  name: "bob",
  signerName: CLIENT,
  usages: ["client auth", "digital signature"],
  username: "bob",
  groups: ["dev"],
};
const NODE: Asked = {
  name: "node",
  signerName: KUBELET,
  usages: ["client auth", "digital signature"],
  username: "system:node:n1",
  groups: ["system:nodes"],
};

describe("CertificateSigningRequests", () => {
  it("lead to a certificate that the server takes for its user, once approved", async (t: TestContext) => {
    const api = await TestApi.start(t);
    const signer = await generateSigner("ec-p256");
    await api.post(PATH, await csr({ ...BOB, signer, expirationSeconds: 3600 }));
    assert.equal(isIssued(await read(api, "bob")), false);
    assert.equal((await decide(api, "bob", "Approved")).status, 200);
    const { pem, certificate } = issued(await until(api, "bob", isIssued));
    const [ca = new Uint8Array()] = parseCertificatePem(api.api.caPem);
    validateCertificatePath(certificate, {
      trustAnchors: [parseCertificate(ca)],
      intermediates: [],
      now: new Date(),
      verifier: nodeVerifier,
      usage: "clientAuth",
    });
    assert.ok(certificate.notAfter.getTime() - Date.now() <= 3_600_000);
    const bob = new TestApi(t, api.api, {
      certificatePem: pem,
      privateKeyPem: decodeUtf8(exportPkcs8Pem(signer).reveal()),
    });
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const { body } = await bob.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", review);
    const { userInfo } = body["status"] as unknown as { userInfo: { username: string; groups: string[] } };
    assert.equal(userInfo.username, "bob");
    assert.deepEqual(userInfo.groups, ["dev", "system:authenticated"]);
  });

  it("may ask for the purpose alone", async (t) => {
    const api = await TestApi.start(t);
    await api.post(PATH, await csr({ ...BOB, usages: ["client auth"] }));
    await decide(api, "bob", "Approved");
    const { certificate } = issued(await until(api, "bob", isIssued));
    assert.equal(certificate.extensions.keyUsage, undefined);
    assert.deepEqual(certificate.extensions.extendedKeyUsage, ["clientAuth"]);
  });

  it("note who asked, whatever the request says", async (t) => {
    const api = await TestApi.start(t);
    const object = await csr(BOB);
    await api.post(PATH, {
      ...object,
      spec: { ...object.spec, username: "root", groups: ["system:masters"], uid: "0" },
    });
    const { spec } = await read(api, "bob");
    assert.equal(spec.username, "kubernetes-admin");
    assert.equal(spec.uid, undefined);
  });

  it("are not signed when denied, and a decision is for good", async (t) => {
    const api = await TestApi.start(t);
    await api.post(PATH, await csr(BOB));
    assert.equal((await decide(api, "bob", "Denied")).status, 200);
    const approved = await decide(api, "bob", "Approved");
    assert.equal(approved.status, 422);
    assert.match(approved.body.message ?? "", /mutually exclusive/);
    const object = await read(api, "bob");
    const withdrawn = await api.put(`${PATH}/bob/approval`, { ...object, status: { conditions: [] } });
    assert.match(withdrawn.body.message ?? "", /updates may not remove a condition of type "Denied"/);
    assert.equal(isIssued(await read(api, "bob")), false);
  });

  it("are decided on as they are now, and fail by their signer's word only", async (t) => {
    const api = await TestApi.start(t);
    await api.post(PATH, await csr({ ...BOB, signerName: "example.com/mine" }));
    const before = await read(api, "bob");
    assert.equal((await decide(api, "bob", "Approved")).status, 200);
    const approved = await read(api, "bob");
    const stale = await api.put(`${PATH}/bob/approval`, { ...approved, metadata: before.metadata });
    assert.equal(stale.status, 409);
    const failed = await decide(api, "bob", "Failed");
    assert.equal(failed.status, 422);
    assert.match(failed.body.message ?? "", /may not add a condition of type "Failed"/);
    const unsure = { type: "Approved", status: "False", reason: "Test" };
    const doubted = await api.put(`${PATH}/bob/approval`, { ...approved, status: { conditions: [unsure] } });
    assert.match(
      doubted.body.message ?? "",
      /status\.conditions\[0\]\.status: Invalid value: "False": status must be True/,
    );
    assert.equal((await api.put(`${PATH}/bob/approval`, approved)).status, 200);
    assert.deepEqual((await read(api, "bob")).status?.conditions, approved.status?.conditions);
  });

  it("are approved by those who may approve for the signer, and nobody else", async (t) => {
    const api = await TestApi.start(t);
    await api.post(PATH, await csr(BOB));
    const rules = [
      { apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["get"] },
      {
        apiGroups: ["certificates.k8s.io"],
        resources: ["certificatesigningrequests/approval", "certificatesigningrequests/status"],
        verbs: ["update"],
      },
    ];
    await api.post(`${RBAC}/clusterroles`, { metadata: { name: "clerk" }, rules });
    const subjects = [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }];
    const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole" };
    await api.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "clerk" },
      subjects,
      roleRef: { ...roleRef, name: "clerk" },
    });
    const jane = await api.as("jane");
    const refused = await decide(jane, "bob", "Approved");
    assert.equal(refused.status, 403);
    assert.equal(
      refused.body.message,
      `certificatesigningrequests.certificates.k8s.io "bob" is forbidden: user not permitted to approve requests with signerName "${CLIENT}"`,
    );
    const forged = await jane.put(`${PATH}/bob/status`, {
      ...(await read(api, "bob")),
      status: { certificate: "eA==" },
    });
    assert.match(forged.body.message ?? "", /user not permitted to sign requests with signerName/);
    const approver = "system:certificates.k8s.io:kube-apiserver-client-approver";
    await api.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "approver" },
      subjects,
      roleRef: { ...roleRef, name: approver },
    });
    assert.equal((await decide(jane, "bob", "Approved")).status, 200);
  });

  it("for kubelets are approved at once where RBAC allows it", async (t) => {
    const api = await TestApi.start(t);
    const nodeclient = "system:certificates.k8s.io:certificatesigningrequests:nodeclient";
    await api.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "bootstrap" },
      subjects: [{ kind: "Group", name: "system:bootstrappers", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: nodeclient },
    });
    await api.post(`${RBAC}/clusterrolebindings`, {
      metadata: { name: "bootstrap-create" },
      subjects: [{ kind: "Group", name: "system:bootstrappers", apiGroup: "rbac.authorization.k8s.io" }],
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:node-bootstrapper" },
    });
    const bootstrapper = await api.as("system:bootstrap:abc", ["system:bootstrappers"]);
    assert.equal((await bootstrapper.post(PATH, await csr(NODE))).status, 201);
    const object = await until(api, "node", isIssued);
    assert.equal(object.status?.conditions?.[0]?.reason, "AutoApproved");
    assert.deepEqual(issued(object).certificate.extensions.extendedKeyUsage, ["clientAuth"]);
  });

  const failing: Record<string, [Partial<Asked>, string]> = {
    "a usage that the signer does not give": [
      { ...BOB, usages: ["client auth", "server auth"] },
      "usages did not match [digital signature key encipherment client auth]",
    ],
    "a kubelet's name for no node": [
      { ...NODE, username: "bob" },
      "subject common name does not begin with system:node:",
    ],
    "a kubelet of another group": [{ ...NODE, groups: ["dev"] }, "subject organization is not system:nodes"],
    "names for a kubelet as a client": [
      { ...NODE, extensions: { subjectAltNames: [{ type: "dns", value: "n1" }] } },
      "DNS subjectAltNames are not allowed",
    ],
    "no names for a kubelet as a server": [
      { ...NODE, signerName: SERVING, usages: ["server auth"] },
      "DNS or IP subjectAltName is required",
    ],
    "a URI for a kubelet as a server": [
      {
        ...NODE,
        signerName: SERVING,
        usages: ["server auth"],
        extensions: { subjectAltNames: [{ type: "uri", value: "spiffe://a/b" }] },
      },
      "URI subjectAltNames are not allowed",
    ],
  };
  for (const [what, [asked, message]] of Object.entries(failing))
    it(`fail, though approved, that ask for ${what}`, async (t) => {
      const api = await TestApi.start(t);
      await api.post(PATH, await csr({ ...BOB, ...asked, name: "bad" }));
      await decide(api, "bad", "Approved");
      const { status } = await until(api, "bad", has("Failed"));
      const failed = status?.conditions?.find(({ type }) => type === "Failed");
      assert.equal(failed?.reason, "SignerValidationFailure");
      assert.equal(failed?.message, message);
      assert.equal(status?.certificate, undefined);
    });

  it("for other signers are left to them", async (t) => {
    const api = await TestApi.start(t);
    await api.post(PATH, await csr({ ...BOB, signerName: "example.com/mine" }));
    await decide(api, "bob", "Approved");
    // The one that is ours was asked for later, and is done.
    await api.post(PATH, await csr({ ...BOB, name: "later" }));
    await decide(api, "later", "Approved");
    await until(api, "later", isIssued);
    assert.equal(isIssued(await read(api, "bob")), false);
  });

  const refused: Record<string, [Partial<Asked>, number, RegExp]> = {
    "membership in system:masters": [
      { groups: ["system:masters"] },
      403,
      /use of kubernetes\.io\/kube-apiserver-client signer with system:masters group is not allowed$/,
    ],
    "less than ten minutes": [{ expirationSeconds: 599 }, 422, /may not specify a duration less than 600 seconds/],
    "no usage": [{ usages: [] }, 422, /spec\.usages: Required value/],
    "an unknown usage": [{ usages: ["world peace"] }, 422, /spec\.usages\[0\]: Unsupported value/],
    "a signer without a domain": [{ signerName: "mine" }, 422, /fully qualified domain/],
  };
  for (const [what, [asked, status, message]] of Object.entries(refused))
    it(`are refused that ask for ${what}`, async (t) => {
      const api = await TestApi.start(t);
      const answer = await api.post(PATH, await csr({ ...BOB, ...asked }));
      assert.equal(answer.status, status);
      assert.match(answer.body.message ?? "", message);
    });

  it("are refused that are not signed by their own key", async (t) => {
    const api = await TestApi.start(t);
    const [own, other] = [await generateSigner("ec-p256"), await generateSigner("ec-p256")];
    const signer: Signer = {
      algorithm: own.algorithm,
      publicKeySpki: own.publicKeySpki,
      sign: (bytes) => other.sign(bytes),
    };
    const answer = await api.post(PATH, await csr({ ...BOB, signer }));
    assert.equal(answer.status, 422);
    assert.match(answer.body.message ?? "", /not signed by the key that it names/);
  });
});
