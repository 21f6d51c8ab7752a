import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { it } from "node:test";
import { RENEW_BEFORE_MS, renewCertificates, type WebhookCertificates } from "./certificates.ts";

const NAMES = ["tegata-operator.tegata-system.svc", "127.0.0.1"];
const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const made = new Date("2026-11-22T12:00:00Z");
const later = (ms: number): Date => new Date(made.getTime() + ms);
const create = (): Promise<WebhookCertificates> => renewCertificates({}, NAMES, made);

it("makes a CA and a leaf for every name", async () => {
  const certificates = await create();
  const [ca, leaf] = [new X509Certificate(certificates["ca.crt"]), new X509Certificate(certificates["tls.crt"])];
  assert.equal(leaf.verify(ca.publicKey), true);
  assert.equal(leaf.checkHost(NAMES[0] ?? ""), NAMES[0]);
  assert.equal(leaf.checkIP("127.0.0.1"), "127.0.0.1");
  assert.equal(leaf.ca, false);
});

it("keeps certificates that serve", async () => {
  const kept = await create();
  assert.equal(await renewCertificates(kept, NAMES, later(DAY_MS)), kept);
});

it("renews the leaf 90 days ahead, under the same CA", async () => {
  const kept = await create();
  const inTime = later(YEAR_MS - RENEW_BEFORE_MS - DAY_MS);
  assert.equal(await renewCertificates(kept, NAMES, inTime), kept);
  const renewed = await renewCertificates(kept, NAMES, later(YEAR_MS - RENEW_BEFORE_MS));
  assert.equal(renewed["ca.crt"], kept["ca.crt"]);
  assert.notEqual(renewed["tls.crt"], kept["tls.crt"]);
});

const damaged: Record<string, (kept: WebhookCertificates) => Partial<WebhookCertificates>> = {
  "without the CA's key": (kept) => ({ ...kept, "ca.key": "" }),
  "with a CA that is none": (kept) => ({ ...kept, "ca.crt": kept["tls.crt"] }),
  "with a key that is none": (kept) => ({
    ...kept,
    "ca.key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
  }),
};
for (const [what, damage] of Object.entries(damaged)) {
  it(`makes everything anew from a Secret ${what}`, async () => {
    const kept = await create();
    const renewed = await renewCertificates(damage(kept), NAMES, made);
    assert.notEqual(renewed["ca.crt"], kept["ca.crt"]);
    assert.equal(await renewCertificates(renewed, NAMES, made), renewed);
  });
}

it("makes everything anew 90 days before the CA ends, and a leaf for a new name", async () => {
  const kept = await create();
  const renewed = await renewCertificates(kept, NAMES, later(10 * YEAR_MS - RENEW_BEFORE_MS));
  assert.notEqual(renewed["ca.crt"], kept["ca.crt"]);
  const renamed = await renewCertificates(kept, [...NAMES, "other.svc"], made);
  assert.equal(renamed["ca.crt"], kept["ca.crt"]);
  assert.equal(new X509Certificate(renamed["tls.crt"]).checkHost("other.svc"), "other.svc");
});
