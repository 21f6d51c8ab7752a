// Row A7: expiry is watched: `tegata_certificate_expiry_timestamp_seconds`, warnings by Event and condition at 90/30/7 days
// (configurable), success rate and error counters.
import assert from "node:assert/strict";
import { it } from "node:test";
import { events } from "@tegata/kube";
import { type ClusterStack, makeCloudCa, NAMESPACE, startClusterStack } from "./support/clusters.ts";
import { eventually } from "./support/stack.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function clusterWithCa(
  t: Parameters<typeof startClusterStack>[0],
  days: number,
): Promise<ClusterStack & { notAfter: Date }> {
  const stack = await startClusterStack(t);
  const ca = await makeCloudCa({ days });
  await stack.addControlPlane("shop");
  await stack.writeConnection("shop-eks-connection", stack.eks(ca.pem));
  return { ...stack, notAfter: ca.notAfter };
}

it("/metrics has the CA's end, and counters from which a success rate follows", async (t) => {
  const stack = await clusterWithCa(t, 3650);
  const { metricsUrl } = await stack.startMirror();
  await stack.untilCondition("shop", "CertificateAuthorityExpiring", "NotExpiring");
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  const seconds =
    /^tegata_certificate_expiry_timestamp_seconds\{kind="ClusterCA",namespace="clusters",name="shop",fingerprint="[0-9a-f]{16}"\} (\S+)$/m.exec(
      text,
    );
  assert.equal(Number(seconds?.[1]), Math.floor(stack.notAfter.getTime() / 1000));
  for (const counter of ["reconciles_total", "secret_writes_total"])
    for (const outcome of ["success", "error"])
      assert.match(
        text,
        new RegExp(
          `^tegata_ca_mirror_${counter}\\{namespace="clusters",name="shop",outcome="${outcome}"\\} \\d+$`,
          "m",
        ),
      );
  assert.match(
    text,
    /^tegata_ca_mirror_errors_total\{namespace="clusters",name="shop",reason="CertificateDataInvalid"\} 0$/m,
  );
});

for (const [days, reason] of [
  [89, "ExpiresWithin90Days"],
  [29, "ExpiresWithin30Days"],
  [6, "ExpiresWithin7Days"],
] as const) {
  it(`warns by condition and Event when ${days} days are left`, async (t) => {
    const stack = await clusterWithCa(t, days);
    await stack.startMirror();
    const { status, message } = await stack.untilCondition("shop", "CertificateAuthorityExpiring", reason);
    assert.equal(status, "True");
    assert.match(message ?? "", /the CA of cluster "shop" expires at .* Rotate it at the provider/);
    await eventually("a Warning Event is there", async () => {
      const { items } = await stack.client.list(events, { namespace: NAMESPACE });
      return items.find((event) => event.reason === "CertificateExpiring" && event.type === "Warning");
    });
  });
}

it("the warning comes by itself when its day comes, and the days are configurable", async (t) => {
  const stack = await clusterWithCa(t, 100);
  // 400 ms before the first of two warnings that are 20 days before the end.
  const startedAt = Date.now();
  const beginning = stack.notAfter.getTime() - 20 * DAY_MS - 400;
  await stack.startMirror({
    expiryWarningDays: [10, 20],
    now: () => new Date(beginning + (Date.now() - startedAt)),
  });
  await stack.untilCondition("shop", "CertificateAuthorityExpiring", "ExpiresWithin20Days");
});
