import { randomBytes } from "node:crypto";
import { encodeBase64, encodeUtf8 } from "@tegata/bytes";
import { asTegataError } from "@tegata/errors";
import { nodeVerifier } from "@tegata/keys";
import {
  type Certificate,
  type CertificateRequest,
  checkIssuedCertificate,
  formatCertificatePem,
  leafTemplate,
  serialNumberFrom,
  signCertificate,
  type Signer,
} from "@tegata/pki";
import type { Logger } from "@tegata/telemetry";
import type { Authorizer } from "../authz/types.ts";
import { KeyQueue } from "../controllers/key-queue.ts";
import type { RunningController } from "../controllers/types.ts";
import { formatInstant } from "../registry/instants.ts";
import { StaleVersionError, type Store } from "../store/index.ts";
import { autoApproval } from "./auto-approval.ts";
import { readCsr } from "./csr-request.ts";
import { type CertificateSigningRequest, conditionOf, CSR_COLLECTION, type CsrCondition } from "./csr-types.ts";
import { usagesOf } from "./key-usages.ts";
import { isOwnSigner, signerProblem } from "./signers.ts";

/** Longest lifetime of what is signed, in seconds. kube-controller-manager `--cluster-signing-duration` */
const MAX_CERTIFICATE_SECONDS = 365 * 24 * 3600;

/** The CA that signs. */
export interface SigningCa {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

export interface SigningControllerOptions {
  readonly store: Pick<Store, "head" | "list" | "watch" | "commit">;
  readonly authorizer: Authorizer;
  /** Asked for every signature, so that a rotation of the CA counts at once. */
  readonly ca: () => SigningCa;
  readonly now: () => Date;
  readonly logger: Logger | undefined;
}

/**
 * Signs approved requests for Kubernetes' own signers, and approves those of kubelets that RBAC lets through.
 * reference: k8s.io/kubernetes `pkg/controller/certificates`
 */
export function startSigningController(options: SigningControllerOptions): RunningController {
  const { store, logger } = options;
  const queue = new KeyQueue((name) => reconcile(name, options), {
    name: "certificate-signing",
    concurrency: 8,
    logger,
  });
  const { revisions, version } = store.list({ collection: CSR_COLLECTION, prefix: "" });
  for (const { key } of revisions) queue.add(key);
  const stopWatching = store.watch({ collection: CSR_COLLECTION, prefix: "", fromVersion: version }, (changes) => {
    for (const { key } of changes) queue.add(key);
  });
  return {
    async stop() {
      stopWatching();
      await queue.stop();
    },
  };
}

/** One step for one request: approve it, sign it, or say why not. What it writes wakes it again. */
async function reconcile(name: string, options: SigningControllerOptions): Promise<void> {
  const place = { collection: CSR_COLLECTION, key: name };
  const revision = options.store.head(place);
  if (revision === undefined) return;
  const status = await nextStatus(revision.object as CertificateSigningRequest, options);
  if (status === undefined) return;
  const object = { ...(revision.copy() as CertificateSigningRequest), status };
  try {
    await options.store.commit({ ...place, expectedVersion: revision.version, object });
  } catch (error) {
    // The watch tells of the write that came in between.
    if (!(error instanceof StaleVersionError)) throw error;
  }
}

type Status = NonNullable<CertificateSigningRequest["status"]>;

async function nextStatus(
  csr: CertificateSigningRequest,
  { authorizer, ca, now }: SigningControllerOptions,
): Promise<Status | undefined> {
  const isDone = csr.status?.certificate !== undefined || conditionOf(csr, "Denied") !== undefined;
  if (isDone || conditionOf(csr, "Failed") !== undefined || !isOwnSigner(csr.spec.signerName)) return undefined;
  const request = readCsr(csr.spec.request);
  const problem = "problem" in request ? request.problem : signerProblem(request, csr.spec);
  if (conditionOf(csr, "Approved") === undefined) {
    const approval = "problem" in request || problem !== undefined ? undefined : autoApproval(csr, request, authorizer);
    return approval && withCondition(csr, approval, now());
  }
  if ("problem" in request || problem !== undefined)
    return withCondition(
      csr,
      { type: "Failed", status: "True", reason: "SignerValidationFailure", message: problem ?? "" },
      now(),
    );
  return sign(csr, request, ca(), now());
}

async function sign(
  csr: CertificateSigningRequest,
  request: CertificateRequest,
  ca: SigningCa,
  now: Date,
): Promise<Status> {
  const { usages, expirationSeconds = MAX_CERTIFICATE_SECONDS } = csr.spec;
  const { keyUsage, extendedKeyUsage } = usagesOf(usages);
  const { subjectAltNames } = request.extensions;
  const template = leafTemplate(
    {
      subject: request.subject,
      serialNumber: serialNumberFrom(randomBytes(16)),
      publicKeySpki: request.publicKey.spki,
      lifetimeMs: Math.min(expirationSeconds, MAX_CERTIFICATE_SECONDS) * 1000,
      issuer: ca.certificate,
      usages: extendedKeyUsage.filter((usage) => usage === "serverAuth" || usage === "clientAuth"),
      keyUsage,
      ...(subjectAltNames === undefined ? {} : { subjectAltNames }),
    },
    now,
  );
  try {
    const der = await signCertificate(template, ca.signer);
    checkIssuedCertificate(der, template, ca.certificate.publicKey.spki, nodeVerifier);
    return { ...csr.status, certificate: encodeBase64(encodeUtf8(formatCertificatePem(der))) };
  } catch (error) {
    const refusal = asTegataError(error);
    // A request that no CA may sign stays so; a CA that cannot sign now is tried again.
    if (refusal?.kind !== "invalid-input") throw error;
    return withCondition(
      csr,
      { type: "Failed", status: "True", reason: "SigningError", message: refusal.message },
      now,
    );
  }
}

function withCondition({ status }: CertificateSigningRequest, condition: CsrCondition, now: Date): Status {
  const instant = formatInstant(now);
  const stamped = { ...condition, lastUpdateTime: instant, lastTransitionTime: instant };
  return { ...status, conditions: [...(status?.conditions ?? []), stamped] };
}
