import type { FieldError, KubeObject } from "@tegata/kube-types";
import { forbiddenError, invalidError } from "@tegata/kube-types/schema";
import type { Authorizer } from "../authz/types.ts";
import { forbidden, invalid, notFound, staleVersion } from "../http-errors.ts";
import { formatInstant } from "../registry/instants.ts";
import type { SubresourceHandler, SubresourceRequest } from "../registry/types.ts";
import { type Revision, StaleVersionError, type Store } from "../store/index.ts";
import { CSR_SUBJECT, maySigner } from "./csr-admission.ts";
import { CERTIFICATES_GROUP, type CertificateSigningRequest, CSR_COLLECTION, type CsrCondition } from "./csr-types.ts";

/** `certificatesigningrequests/NAME/approval`: where people approve and deny. PUT takes the conditions and nothing else. */
export function certificateApproval(store: Pick<Store, "head" | "commit">, authorizer: Authorizer): SubresourceHandler {
  return {
    name: "approval",
    group: CERTIFICATES_GROUP,
    version: "v1",
    kind: "CertificateSigningRequest",
    verbs: ["get", "update"],
    async handle(request) {
      const revision = store.head({ collection: CSR_COLLECTION, key: request.name });
      if (revision === undefined) throw notFound(CSR_SUBJECT, request.name);
      return request.verb === "get" ? revision.object : approve(request, revision, store, authorizer);
    },
  };
}

async function approve(
  { body, name, user, now, dryRun }: SubresourceRequest,
  revision: Revision,
  store: Pick<Store, "commit">,
  authorizer: Authorizer,
): Promise<KubeObject> {
  const wanted = body as unknown as CertificateSigningRequest;
  const current = revision.copy() as CertificateSigningRequest;
  const expected = wanted.metadata?.resourceVersion ?? "";
  if (expected !== "" && expected !== current.metadata.resourceVersion) throw staleVersion(CSR_SUBJECT, name);
  if (!maySigner(authorizer, user, "approve", current.spec.signerName))
    throw forbidden(
      CSR_SUBJECT,
      name,
      `user not permitted to approve requests with signerName ${JSON.stringify(current.spec.signerName)}`,
    );
  const conditions = wanted.status?.conditions ?? [];
  const errors = validateConditions(conditions, current.status?.conditions ?? []);
  if (errors.length > 0) throw invalid(CSR_SUBJECT, name, errors);
  const stamped = conditions.map((condition) => stamp(condition, current, now));
  const object = { ...current, status: { ...current.status, conditions: stamped } };
  if (dryRun) return object;
  try {
    const place = { collection: CSR_COLLECTION, key: name };
    const written = await store.commit({ ...place, expectedVersion: revision.version, object });
    return written.object;
  } catch (error) {
    throw error instanceof StaleVersionError ? staleVersion(CSR_SUBJECT, name) : error;
  }
}

/** A decision is for good, and there is one. */
function validateConditions(wanted: readonly CsrCondition[], current: readonly CsrCondition[]): FieldError[] {
  const path = "status.conditions";
  const errors = wanted.flatMap(({ type, status }, i): FieldError[] => {
    if (type !== "Approved" && type !== "Denied") return [];
    return status === "True" ? [] : [invalidError(`${path}[${i}].status`, status ?? "", "status must be True")];
  });
  const has = (type: string): boolean => wanted.some((condition) => condition.type === type);
  if (has("Approved") && has("Denied"))
    errors.push(invalidError(path, "Denied", "Approved and Denied conditions are mutually exclusive"));
  for (const { type } of current)
    if (!has(type))
      errors.push(forbiddenError(path, `updates may not remove a condition of type ${JSON.stringify(type)}`));
  if (has("Failed") && !current.some(({ type }) => type === "Failed"))
    errors.push(forbiddenError(path, 'updates may not add a condition of type "Failed"'));
  return errors;
}

function stamp(condition: CsrCondition, { status }: CertificateSigningRequest, now: Date): CsrCondition {
  const before = status?.conditions?.find(({ type }) => type === condition.type);
  if (before !== undefined) return before;
  const instant = formatInstant(now);
  return { ...condition, lastUpdateTime: instant, lastTransitionTime: instant };
}
