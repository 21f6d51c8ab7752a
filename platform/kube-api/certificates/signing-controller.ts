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
import type { RbacAuthorizer, RunningController } from "../authz/index.ts";
import { formatInstant } from "../registry/instants.ts";
import { type Revision, StaleVersionError, type Store } from "../store/index.ts";
import { autoApproval } from "./auto-approval.ts";
import { readCsr } from "./csr-request.ts";
import { type CertificateSigningRequest, conditionOf, CSR_COLLECTION, type CsrCondition } from "./csr-types.ts";
import { usagesOf } from "./key-usages.ts";
import { isOwnSigner, signerProblem } from "./signers.ts";

/** Longest lifetime of what is signed, in seconds. kube-controller-manager `--cluster-signing-duration` */
export const MAX_CERTIFICATE_SECONDS = 365 * 24 * 3600;

/** The CA that signs. */
export interface SigningCa {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

export interface SigningControllerOptions {
  readonly store: Pick<Store, "list" | "watch" | "commit" | "version">;
  readonly authorizer: RbacAuthorizer;
  /** Asked for every signature, so that a rotation of the CA counts at once. */
  readonly ca: () => SigningCa;
  readonly now: () => Date;
  readonly logger: Logger;
}

/**
 * Signs approved requests for Kubernetes' own signers, and approves those of kubelets that RBAC lets through.
 * reference: k8s.io/kubernetes `pkg/controller/certificates`
 */
export function startSigningController(options: SigningControllerOptions): RunningController {
  const { store } = options;
  const running = new Set<Promise<void>>();
  const follow = (revisions: readonly Revision[]): void => {
    for (const revision of revisions) {
      if (revision.deleted) continue;
      const work = reconcile(revision, options).finally(() => running.delete(work));
      running.add(work);
    }
  };
  const { revisions, version } = store.list({ collection: CSR_COLLECTION, prefix: "" });
  follow(revisions);
  const stopWatching = store.watch({ collection: CSR_COLLECTION, prefix: "", fromVersion: version }, follow);
  return {
    async stop() {
      stopWatching();
      await Promise.all(running);
    },
  };
}

/** One step for one request: approve it, sign it, or say why not. What it writes wakes it again. */
async function reconcile(revision: Revision, options: SigningControllerOptions): Promise<void> {
  try {
    const status = await nextStatus(revision.object as CertificateSigningRequest, options);
    if (status === undefined) return;
    const { collection, key, version } = revision;
    const object = { ...(revision.copy() as CertificateSigningRequest), status };
    await options.store.commit({ collection, key, expectedVersion: version, object });
  } catch (error) {
    // Stale: the watch tells of the write that came in between.
    if (!(error instanceof StaleVersionError))
      options.logger.error("a CertificateSigningRequest could not be served", { name: revision.key, error });
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
    // A request that no CA may sign stays so; a CA that cannot sign now is tried again at the next change.
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
