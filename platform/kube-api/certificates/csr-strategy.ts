import { isDeepStrictEqual } from "node:util";
import type { FieldError, KubeObject } from "@tegata/kube-types";
import { forbiddenError, invalidError, notSupportedError, requiredError } from "@tegata/kube-types/schema";
import type { Strategy } from "../registry/types.ts";
import { readCsr } from "./csr-request.ts";
import type { CertificateSigningRequest } from "./csr-types.ts";
import { KEY_USAGE_NAMES } from "./key-usages.ts";

/** Shortest lifetime that a request may ask for, in seconds. */
const MIN_EXPIRATION_SECONDS = 600;

/**
 * The rules of the CertificateSigningRequest: the server notes who asks, and what was asked for stays as it is.
 * reference: k8s.io/kubernetes `registry/certificates/certificates` and `apis/certificates/validation`
 */
export const certificateRequestStrategy: Strategy = {
  prepareForCreate(object, { user }) {
    const { spec } = object as CertificateSigningRequest;
    // What a client says here is ignored: signers decide by it.
    spec.username = user.username;
    spec.groups = [...user.groups];
    delete spec.uid;
    delete spec.extra;
    if (user.uid !== undefined) spec.uid = user.uid;
    if (user.extra !== undefined)
      spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, items]) => [key, [...items]]));
  },
  prepareForUpdate(object, old) {
    (object as CertificateSigningRequest).spec = (old as CertificateSigningRequest).spec;
  },
  validate: validateCsr,
  validateUpdate(object, old) {
    const [before, after] = [old, object].map((one) => (one as CertificateSigningRequest).status?.certificate ?? "");
    if (before === "" || isDeepStrictEqual(before, after)) return [];
    return [forbiddenError("status.certificate", "updates may not set certificate content if it was previously set")];
  },
};

function validateCsr(object: KubeObject): FieldError[] {
  const { spec } = object as CertificateSigningRequest;
  const errors: FieldError[] = [];
  const csr = readCsr(spec.request ?? "");
  // The request is public, but long, and says nothing to a reader.
  if ("problem" in csr) errors.push(invalidError("spec.request", "...", csr.problem));
  if ((spec.usages ?? []).length === 0) errors.push(requiredError("spec.usages"));
  for (const [i, usage] of (spec.usages ?? []).entries())
    if (!KEY_USAGE_NAMES.includes(usage)) errors.push(notSupportedError(`spec.usages[${i}]`, usage, KEY_USAGE_NAMES));
  if (!/^[a-z0-9.-]+\.[a-z0-9.-]+\/[^/\s]+$/.test(spec.signerName ?? ""))
    errors.push(
      invalidError(
        "spec.signerName",
        spec.signerName ?? "",
        "must be a fully qualified domain and path of the form 'example.com/signer-name'",
      ),
    );
  if (spec.expirationSeconds !== undefined && spec.expirationSeconds < MIN_EXPIRATION_SECONDS)
    errors.push(
      invalidError(
        "spec.expirationSeconds",
        spec.expirationSeconds,
        `may not specify a duration less than ${MIN_EXPIRATION_SECONDS} seconds (10 minutes)`,
      ),
    );
  return errors;
}
