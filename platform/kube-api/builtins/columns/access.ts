import type { JsonObject, KubeObject } from "@tegata/kube-types";
import type { TableColumn } from "../../registry/types.ts";
import { formatDuration } from "../../table/age.ts";
import { numberAt, objectsAt, textAt } from "../fields.ts";
import { AGE, column, count, CREATED_AT, NAME, NONE, wide } from "./column.ts";

/** Columns of Roles and ClusterRoles. */
export const ROLE_COLUMNS: readonly TableColumn[] = [NAME, CREATED_AT];

/** Columns of RoleBindings and ClusterRoleBindings; subjects only with `-o wide`. */
export const ROLE_BINDING_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Role", "The role that is granted.", (binding) => {
    return `${textAt(binding, "roleRef.kind")}/${textAt(binding, "roleRef.name")}`;
  }),
  AGE,
  wide(column("Users", "Users to whom it is granted.", (binding) => subjects(binding, "User"))),
  wide(column("Groups", "Groups to whom it is granted.", (binding) => subjects(binding, "Group"))),
  wide(
    column("ServiceAccounts", "ServiceAccounts to whom it is granted.", (binding) =>
      subjects(binding, "ServiceAccount"),
    ),
  ),
];

function subjects(binding: KubeObject, kind: string): string {
  const ofKind = objectsAt(binding, "subjects").filter((subject) => subject.kind === kind);
  return ofKind.map(subjectName).join(", ");
}

function subjectName(subject: JsonObject): string {
  const name = textAt(subject, "name");
  return subject.kind === "ServiceAccount" ? `${textAt(subject, "namespace")}/${name}` : name;
}

/** Columns of CertificateSigningRequests. */
export const CSR_COLUMNS: readonly TableColumn[] = [
  NAME,
  AGE,
  column("SignerName", "Who is asked to sign.", (csr) => textAt(csr, "spec.signerName")),
  column("Requestor", "Who asked.", (csr) => textAt(csr, "spec.username")),
  column("RequestedDuration", "For how long the certificate is wanted.", (csr) => {
    const seconds = numberAt(csr, "spec.expirationSeconds");
    return seconds === 0 ? NONE : formatDuration(seconds * 1000);
  }),
  column("Condition", "Whether it was approved and issued.", csrCondition),
];

/** Columns of ClusterTrustBundles. */
export const TRUST_BUNDLE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("SignerName", "Whose trust anchors these are.", (bundle) => textAt(bundle, "spec.signerName")),
  AGE,
];

function csrCondition(csr: KubeObject): string {
  const types = objectsAt(csr, "status.conditions").map((condition) => textAt(condition, "type"));
  const words: string[] = [];
  if (types.includes("Denied")) words.push("Denied");
  else if (types.includes("Approved")) words.push("Approved");
  else words.push("Pending");
  if (types.includes("Failed")) words.push("Failed");
  if (textAt(csr, "status.certificate") !== "") words.push("Issued");
  return words.join(",");
}

/** Columns of both kinds of webhook configurations. */
export const WEBHOOK_COLUMNS: readonly TableColumn[] = [
  NAME,
  count("Webhooks", "Number of webhooks.", (object) => objectsAt(object, "webhooks").length),
  AGE,
];

/** Columns of APIServices. */
export const API_SERVICE_COLUMNS: readonly TableColumn[] = [
  NAME,
  column("Service", "The Service that answers, or Local.", (object) => {
    const name = textAt(object, "spec.service.name");
    return name === "" ? "Local" : `${textAt(object, "spec.service.namespace")}/${name}`;
  }),
  column("Available", "Whether it answers.", apiServiceAvailable),
  AGE,
];

function apiServiceAvailable(object: KubeObject): string {
  const available = objectsAt(object, "status.conditions").find((condition) => condition.type === "Available");
  if (available === undefined) return "Unknown";
  const status = textAt(available, "status");
  return status === "True" ? status : `${status} (${textAt(available, "reason")})`;
}
