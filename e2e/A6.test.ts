// Row A6: the certificate is checked before it is copied: PEM/base64 form, CA basic constraint, key usage, validity, weak keys.
// Random text that looks like base64 is refused.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { it } from "node:test";
import { decodeUtf8, encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { exportPkcs8Pem } from "@tegata/keys";
import { type CloudCaOptions, makeCloudCa, startClusterStack, textOf } from "./support/clusters.ts";
import { eventually } from "./support/stack.ts";

const base64 = (text: string): string => encodeBase64(encodeUtf8(text));
const withExtensions = (extensions: object): CloudCaOptions => ({
  change: (template) => ({ ...template, extensions: { ...template.extensions, ...extensions } }),
});

/** Text of letters and digits, as moto's EKS gives it for a CA: it decodes as base64, and is no certificate. */
const motoCa = (): string =>
  randomBytes(2000)
    .toString("base64")
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, 1400);

const refused: Record<string, { readonly data: () => Promise<string>; readonly why: RegExp }> = {
  "1,400 random characters that look like base64": {
    data: () => Promise.resolve(motoCa()),
    why: /it is base64, but not of a certificate in PEM/,
  },
  "a certificate that is not that of a CA": {
    data: async () =>
      base64(
        (await makeCloudCa(withExtensions({ basicConstraints: { ca: false }, keyUsage: ["digitalSignature"] }))).pem,
      ),
    why: /is not that of a CA \(its basic constraints do not say CA:TRUE\)/,
  },
  "a CA whose key usage does not allow to sign": {
    data: async () => base64((await makeCloudCa(withExtensions({ keyUsage: ["digitalSignature"] }))).pem),
    why: /its key usage has no keyCertSign/,
  },
  "an expired CA": {
    data: async () => base64((await makeCloudCa({ days: 1, now: new Date(Date.now() - 3 * 86_400_000) })).pem),
    why: /expired at \d{4}-/,
  },
  "a CA of the future": {
    data: async () => base64((await makeCloudCa({ now: new Date(Date.now() + 3 * 86_400_000) })).pem),
    why: /is not valid before \d{4}-/,
  },
  "a bundle with the private key in it": {
    data: async () => {
      const ca = await makeCloudCa();
      return base64(ca.pem + decodeUtf8(exportPkcs8Pem(ca.signer).reveal()));
    },
    why: /it has a private key among its certificates/,
  },
  "half a certificate": {
    data: async () => base64((await makeCloudCa()).pem.slice(0, 200)),
    why: /the block "CERTIFICATE" does not end/,
  },
};

for (const [what, { data, why }] of Object.entries(refused)) {
  it(`refuses ${what}, and the last good CA stays`, async (t) => {
    const stack = await startClusterStack(t);
    const good = await makeCloudCa();
    await stack.addControlPlane("shop");
    await stack.writeConnection("shop-eks-connection", stack.eks(good.pem));
    await stack.startMirror();
    await stack.untilCondition("shop", "CertificateAuthorityReady", "Mirrored");
    const bad = await data();
    await stack.writeConnection("shop-eks-connection", {
      ...stack.eks(good.pem),
      cluster_certificate_authority_data: bad,
    });
    const { message } = await stack.untilCondition("shop", "CertificateAuthorityReady", "CertificateDataInvalid");
    assert.match(message ?? "", why);
    assert.equal(textOf(await stack.secret("shop-ca"), "tls.crt"), good.pem);
    assert.ok(!stack.log.some((line) => line.includes("PRIVATE KEY-----")));
  });
}

it("accepts PEM as it is, base64 of it, and base64 of that", async (t) => {
  const stack = await startClusterStack(t);
  await stack.addControlPlane("shop");
  await stack.startMirror();
  for (const form of [(pem: string) => pem, base64, (pem: string) => base64(base64(pem))]) {
    const { pem } = await makeCloudCa();
    await stack.writeConnection("shop-eks-connection", { cluster_certificate_authority_data: form(pem) });
    await eventually("this CA is mirrored", async () =>
      textOf(await stack.secret("shop-ca"), "tls.crt") === pem ? true : undefined,
    );
  }
});
