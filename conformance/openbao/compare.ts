import type { Exchange } from "./exchanges.ts";
import type { VaultServer } from "./openbao.ts";

/** What is compared of one answer: the status, and the body without what differs from one server to the next. */
export interface ComparableAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Members that no two servers have alike, or that only one of the two programs has. */
const VARYING = new Set([
  "request_id",
  "accessor",
  "client_token",
  "id",
  "entity_id",
  "created_time",
  "updated_time",
  "deletion_time",
  "creation_time",
  "issue_time",
  "expire_time",
  "role_id",
  "secret_id",
  "secret_id_accessor",
  "warnings",
  "mount_type",
  "lease_duration",
  "ttl",
  "path",
  "metadata_only",
  "mfa_requirement",
  "num_uses",
  "token_policies",
  "external_namespace_policies",
  "identity_policies",
]);

/** Has a conversation with a server. */
export async function converse(server: VaultServer, exchanges: readonly Exchange[]): Promise<ComparableAnswer[]> {
  const tokens = new Map([["root", server.rootToken]]);
  const kept = new Map<string, string>();
  const answers: ComparableAnswer[] = [];
  for (const exchange of exchanges) {
    const token = tokens.get(exchange.as ?? "");
    const text = exchange.body === undefined ? undefined : JSON.stringify(exchange.body);
    const body = text?.replace(/\{(\w+)\}/g, (whole, name: string) => kept.get(name) ?? whole);
    const response = await fetch(`${server.url}/v1/${exchange.path}`, {
      method: exchange.method,
      headers: token === undefined ? {} : { "X-Vault-Token": token },
      ...(body === undefined ? {} : { body }),
    });
    const answer: unknown = JSON.parse((await response.text()) || "null");
    const granted = textAt(answer, "auth", "client_token");
    if (exchange.keepTokenAs !== undefined && granted !== undefined) tokens.set(exchange.keepTokenAs, granted);
    const value = exchange.keep === undefined ? undefined : textAt(answer, "data", exchange.keep);
    if (exchange.keep !== undefined && value !== undefined) kept.set(exchange.keep, value);
    answers.push({ status: response.status, body: comparable(answer) });
  }
  return answers;
}

function textAt(value: unknown, ...path: string[]): string | undefined {
  let at = value;
  for (const name of path) at = isRecord(at) ? at[name] : undefined;
  return typeof at === "string" ? at : undefined;
}

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isRecord(value)) return value;
  const members = Object.entries(value)
    .filter(([name, item]) => !VARYING.has(name) && item !== null && item !== "")
    .map(([name, item]) => [name, comparable(item)] as const);
  return Object.fromEntries(members);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
