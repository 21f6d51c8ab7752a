import type { Metrics } from "@tegata/telemetry";
import type { MirroredCertificate } from "./api/capt.ts";
import type { ErrorReason } from "./plan-types.ts";

/** What the mirror counts. `namespace` and `name` are the control plane's. */
export interface CaMirrorMetrics {
  /** A control plane is looked at for the first time: its counters start at 0, so that the first failure is an increase. */
  seen(namespace: string, name: string): void;
  /** The certificates that are mirrored now. */
  mirrored(namespace: string, name: string, certificates: readonly MirroredCertificate[]): void;
  reconciled(namespace: string, name: string, outcome: "success" | "error"): void;
  wrote(namespace: string, name: string, outcome: "success" | "error"): void;
  failed(namespace: string, name: string, reason: ErrorReason): void;
  /** The control plane is gone, and its series with it. */
  forget(namespace: string, name: string): void;
}

const OUTCOMES = ["success", "error"] as const;
const REASONS: readonly ErrorReason[] = [
  "ConnectionSecretNotFound",
  "CertificateDataMissing",
  "CertificateDataInvalid",
  "SecretWriteFailed",
  "EndpointMissing",
  "EndpointInvalid",
];
const KIND = "ClusterCA";

/** Makes the mirror's metrics. The success rate is `reconciles_total{outcome="success"}` by all of `reconciles_total`. */
export function createCaMirrorMetrics(registry: Metrics): CaMirrorMetrics {
  const expiry = registry.gauge({
    name: "tegata_certificate_expiry_timestamp_seconds",
    help: "When a certificate ends, in seconds since 1970.",
    labels: ["kind", "namespace", "name", "fingerprint"],
  });
  const reconciles = registry.counter({
    name: "tegata_ca_mirror_reconciles_total",
    help: "Looks at a control plane by outcome: success or error.",
    labels: ["namespace", "name", "outcome"],
  });
  const writes = registry.counter({
    name: "tegata_ca_mirror_secret_writes_total",
    help: "Writes of a cluster's Secrets by outcome: success or error.",
    labels: ["namespace", "name", "outcome"],
  });
  const errors = registry.counter({
    name: "tegata_ca_mirror_errors_total",
    help: "Failures of the mirror by reason.",
    labels: ["namespace", "name", "reason"],
  });
  const fingerprints = new Map<string, readonly string[]>();
  const setCertificates = (namespace: string, name: string, certificates: readonly MirroredCertificate[]): void => {
    const key = `${namespace}/${name}`;
    const now = certificates.map(({ sha256 }) => sha256.slice(0, 16));
    for (const fingerprint of fingerprints.get(key) ?? [])
      if (!now.includes(fingerprint)) expiry.remove({ kind: KIND, namespace, name, fingerprint });
    for (const { sha256, notAfter } of certificates)
      expiry.set({ kind: KIND, namespace, name, fingerprint: sha256.slice(0, 16) }, Date.parse(notAfter) / 1000);
    fingerprints.set(key, now);
  };
  return {
    seen(namespace, name) {
      for (const outcome of OUTCOMES) {
        reconciles.add({ namespace, name, outcome }, 0);
        writes.add({ namespace, name, outcome }, 0);
      }
      for (const reason of REASONS) errors.add({ namespace, name, reason }, 0);
    },
    mirrored: setCertificates,
    reconciled: (namespace, name, outcome) => reconciles.add({ namespace, name, outcome }),
    wrote: (namespace, name, outcome) => writes.add({ namespace, name, outcome }),
    failed: (namespace, name, reason) => errors.add({ namespace, name, reason }),
    forget(namespace, name) {
      setCertificates(namespace, name, []);
      fingerprints.delete(`${namespace}/${name}`);
      for (const outcome of OUTCOMES) {
        reconciles.remove({ namespace, name, outcome });
        writes.remove({ namespace, name, outcome });
      }
      for (const reason of REASONS) errors.remove({ namespace, name, reason });
    },
  };
}
