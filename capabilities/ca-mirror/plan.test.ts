import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { nodeVerifier } from "@tegata/keys";
import type { Secret } from "@tegata/kube-types";
import type { CaptControlPlane } from "./api/capt.ts";
import { planMirror } from "./plan.ts";
import type { Observed, Plan } from "./plan-types.ts";
import { DEFAULT_PROVIDER } from "./providers.ts";
import { statusAfter } from "./status.ts";
import { DAY_MS, makeCa, NOW } from "./testing/certificates.ts";

const CONTROL_PLANE: CaptControlPlane = {
  apiVersion: "controlplane.cluster.x-k8s.io/v1beta1",
  kind: "CAPTControlPlane",
  metadata: { name: "shop", namespace: "clusters", uid: "uid-1", generation: 3 },
  spec: { version: "1.33", workspaceTemplateRef: { name: "eks" }, controlPlaneConfig: { region: "eu-west-1" } },
};
const OWNER = {
  apiVersion: CONTROL_PLANE.apiVersion,
  kind: "CAPTControlPlane",
  name: "shop",
  uid: "uid-1",
  controller: true,
  blockOwnerDeletion: true,
};

let ca = "";
let nextCa = "";
before(async () => {
  [ca, nextCa] = [await makeCa(), await makeCa()];
});

function connection(pem: string, endpoint = "https://abc.eks.amazonaws.com"): Secret {
  const data = { cluster_certificate_authority_data: encodeBase64(encodeUtf8(pem)), cluster_endpoint: endpoint };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "shop-eks-connection", namespace: "clusters" },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encodeBase64(encodeUtf8(value))])),
  };
}

function observed(parts: Partial<Observed> = {}): Observed {
  return {
    controlPlane: CONTROL_PLANE,
    cluster: "shop",
    provider: DEFAULT_PROVIDER,
    apply: undefined,
    connection: connection(ca),
    caSecret: undefined,
    kubeconfigSecret: undefined,
    ...parts,
  };
}

const plan = (parts: Partial<Observed> = {}, now = NOW): Plan =>
  planMirror(observed(parts), { now, verifier: nodeVerifier, expiryWarningDays: [7, 30, 90] });

/** What a first plan writes, as it would be read back. */
function written(of: Plan): { caSecret: Secret; kubeconfigSecret: Secret } {
  const [caSecret, kubeconfigSecret] = of.steps.map(({ write }) => write?.secret);
  assert.ok(caSecret !== undefined && kubeconfigSecret !== undefined);
  const stored = (secret: Secret): Secret => ({
    ...secret,
    metadata: { ...secret.metadata, uid: "s", resourceVersion: "7" },
  });
  return { caSecret: stored(caSecret), kubeconfigSecret: stored(kubeconfigSecret) };
}
const reasons = ({ steps }: Plan): (string | undefined)[] => steps.map(({ condition }) => condition.reason);
const writes = ({ steps }: Plan): (string | undefined)[] => steps.map(({ write }) => write?.kind);

describe("the mirror", () => {
  it("creates both Secrets, and then has nothing to write", () => {
    const first = plan();
    assert.deepEqual(writes(first), ["create", "create"]);
    const second = plan(written(first));
    assert.deepEqual(writes(second), [undefined, undefined]);
    assert.deepEqual(
      second.steps.flatMap(({ events }) => events),
      [],
    );
  });
  it("keeps labels and annotations that others put on its Secrets, and does not write for them", () => {
    const { caSecret, kubeconfigSecret } = written(plan());
    const metadata = {
      ...caSecret.metadata,
      labels: { ...caSecret.metadata.labels, team: "a" },
      annotations: { note: "b" },
    };
    assert.deepEqual(writes(plan({ caSecret: { ...caSecret, metadata }, kubeconfigSecret })), [undefined, undefined]);
  });
  it("leaves the kubeconfig to others where the annotation says so", () => {
    const controlPlane = {
      ...CONTROL_PLANE,
      metadata: { ...CONTROL_PLANE.metadata, annotations: { "trust.tegata.dev/kubeconfig": "none" } },
    };
    assert.deepEqual(
      plan({ controlPlane }).steps.map(({ subject }) => subject),
      ["CertificateAuthorityReady"],
    );
  });
  it("looks again when a warning is due, and when a left-out CA becomes valid", async () => {
    assert.equal(plan().lookAgainAt?.getTime(), NOW.getTime() + (3650 - 90) * DAY_MS);
    const future = await makeCa({ madeAt: new Date(NOW.getTime() + 2 * DAY_MS) });
    const withFuture = plan({ connection: connection(ca + future) });
    assert.equal(withFuture.lookAgainAt?.getTime(), NOW.getTime() + 2 * DAY_MS - 5 * 60_000);
    assert.match(withFuture.steps[0]?.condition.message ?? "", /left out: it is out of its time/);
  });
  it("writes nothing over Secrets of somebody else, whoever that is", () => {
    const { caSecret } = written(plan());
    for (const ownerReferences of [
      [],
      [{ ...OWNER, kind: "KubeadmControlPlane", uid: "uid-2" }],
      [{ ...OWNER, uid: "uid-of-a-former-one" }],
    ]) {
      const foreign = { ...caSecret, metadata: { ...caSecret.metadata, ownerReferences } };
      const { steps } = plan({ caSecret: foreign });
      assert.equal(steps[0]?.condition.reason, "SecretWriteFailed");
      assert.equal(steps[0]?.write, undefined);
    }
  });
});

// reference cluster-ca.md section 1.4
describe("defects of CAPT that are not repeated", () => {
  it("1: a CA that changes is mirrored, not created once and forgotten", () => {
    const before = written(plan());
    const after = plan({ ...before, connection: connection(nextCa) });
    assert.deepEqual(writes(after), ["update", "update"]);
  });
  it("2: the CA Secret has Cluster API's type and label", () => {
    const { caSecret } = written(plan());
    assert.equal(caSecret.type, "cluster.x-k8s.io/secret");
    assert.deepEqual(caSecret.metadata.labels, { "cluster.x-k8s.io/cluster-name": "shop" });
  });
  it("2: a CA Secret as CAPT left it, Opaque and without label, is made anew", () => {
    const { caSecret, kubeconfigSecret } = written(plan());
    const { labels: _, ...metadata } = caSecret.metadata;
    const made = plan({ caSecret: { ...caSecret, type: "Opaque", metadata }, kubeconfigSecret });
    assert.deepEqual(writes(made), ["replace", undefined]);
    const [step] = made.steps;
    assert.equal(step?.write?.secret.metadata.resourceVersion, undefined);
    assert.equal(step?.write?.secret.type, "cluster.x-k8s.io/secret");
  });
  it("3: conditions of CAPT's own are left alone, and what was said once is not taken back by an outage", () => {
    const theirs = {
      type: "Ready",
      status: "True" as const,
      reason: "Ready",
      message: "",
      lastTransitionTime: "2025-01-01T00:00:00Z",
    };
    const controlPlane = {
      ...CONTROL_PLANE,
      status: { initialized: true, phase: "Ready" as const, conditions: [theirs] },
    };
    const good = statusAfter(controlPlane, plan({ controlPlane }), NOW);
    assert.deepEqual([good.initialized, good.phase, good.secretsReady], [true, "Ready", true]);
    assert.deepEqual(good.conditions?.[0], theirs);
    const later = { ...controlPlane, status: good };
    const outage = statusAfter(later, plan({ controlPlane: later, connection: undefined }), NOW);
    assert.equal(outage.secretsReady, true);
    assert.deepEqual(outage.mirror, good.mirror);
    assert.equal(outage.conditions?.find(({ type }) => type === "KubeconfigReady")?.status, "True");
  });
  it("3: the same observation gives the same status, to the letter", () => {
    const first = statusAfter(CONTROL_PLANE, plan(), NOW);
    const controlPlane = { ...CONTROL_PLANE, status: first };
    const later = new Date(NOW.getTime() + 10_000);
    assert.deepEqual(statusAfter(controlPlane, plan({ controlPlane, ...written(plan()) }, later), later), first);
  });
  it("4: the endpoint is parsed once, whatever form it has", () => {
    for (const text of [
      "https://abc.eks.amazonaws.com",
      "https://abc.eks.amazonaws.com:443/",
      "abc.eks.amazonaws.com",
      " abc.eks.amazonaws.com:443\n",
    ])
      assert.equal(plan({ connection: connection(ca, text) }).mirror?.endpoint, "https://abc.eks.amazonaws.com");
    for (const text of ["http://abc", "https://user:pw@abc", "https://abc/path", "https://", "::"])
      assert.equal(reasons(plan({ connection: connection(ca, text) }))[1], "EndpointInvalid", text);
  });
  it("5: the kubeconfig has no token that dies within minutes, and nothing is in namespace default", () => {
    const { kubeconfigSecret } = written(plan());
    const text = Buffer.from(kubeconfigSecret.data?.["value"] ?? "", "base64").toString();
    assert.match(text, /command: aws/);
    assert.doesNotMatch(text, /token:/);
    assert.equal(kubeconfigSecret.metadata.namespace, "clusters");
  });
  it("6: what is missing is said, not swallowed", () => {
    const { steps } = plan({ connection: undefined });
    assert.deepEqual(
      steps[0]?.events.map(({ type, reason }) => [type, reason]),
      [["Warning", "ConnectionSecretNotFound"]],
    );
  });
  it("7: type and owner of a kubeconfig Secret are repaired, and an equal one is not written", () => {
    const { caSecret, kubeconfigSecret } = written(plan());
    const { controller: _, ...reference } = OWNER;
    const notControlling = {
      ...kubeconfigSecret,
      metadata: { ...kubeconfigSecret.metadata, ownerReferences: [reference] },
    };
    const repaired = plan({ caSecret, kubeconfigSecret: notControlling });
    assert.deepEqual(writes(repaired), [undefined, "update"]);
    assert.deepEqual(repaired.steps[1]?.write?.secret.metadata.ownerReferences, [OWNER]);
    assert.deepEqual(
      repaired.steps[1]?.events.map(({ reason }) => reason),
      ["SecretUpdated", "OwnerReferenceSet"],
    );
  });
});

describe("expiry", () => {
  const stages: [daysLeft: number, reason: string][] = [
    [91, "NotExpiring"],
    [90, "ExpiresWithin90Days"],
    [30, "ExpiresWithin30Days"],
    [7, "ExpiresWithin7Days"],
  ];
  for (const [daysLeft, reason] of stages) {
    it(`${daysLeft} days before the end: ${reason}`, () => {
      const at = new Date(NOW.getTime() + (3650 - daysLeft) * DAY_MS);
      assert.equal(plan({}, at).conditions.find(({ type }) => type.endsWith("Expiring"))?.reason, reason);
    });
  }
  it("an expired CA is refused, what is mirrored stays, and the condition says that it expired", () => {
    const controlPlane = { ...CONTROL_PLANE, status: statusAfter(CONTROL_PLANE, plan(), NOW) };
    const late = plan({ controlPlane, ...written(plan()) }, new Date(NOW.getTime() + 3651 * DAY_MS));
    assert.equal(late.steps[0]?.condition.reason, "CertificateDataInvalid");
    assert.equal(late.steps[0]?.write, undefined);
    assert.equal(late.conditions.find(({ type }) => type.endsWith("Expiring"))?.reason, "Expired");
  });
});
