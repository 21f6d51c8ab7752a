import { createHash, randomUUID } from "node:crypto";
import type { Backend, MountRequest } from "../core.ts";
import { type Fields, mapField, numberField, secondsField, textField } from "../fields.ts";
import { type ApiAnswer, badRequest, notFound } from "../protocol.ts";
import { isJsonObject } from "../storage/exact-json.ts";
import { grantToken, readRecord, serveRecords, writeRecord } from "./roles.ts";

/** `auth/approle`: a role ID and a secret ID become a token. Secret IDs are stored by hash. */
export const appRoleAuth: Backend = {
  isLogin: (below) => below === "login",
  exists: (request) => readRecord(request, request.below) !== undefined,
  handle: (request): Promise<ApiAnswer> | ApiAnswer => {
    if (request.below === "login") return logIn(request);
    const [, name = "", verb] = /^role\/([^/]+)\/(role-id|secret-id|custom-secret-id)$/.exec(request.below) ?? [];
    if (verb === "role-id") return serveRoleId(request, name);
    if (verb !== undefined) return makeSecretId(request, name);
    return serveRecords(request, {
      hide: ["role_id"],
      prepare: (record) => ({ bind_secret_id: true, ...record, role_id: textField(record, "role_id") || randomUUID() }),
    });
  },
};

async function serveRoleId(request: MountRequest, name: string): Promise<ApiAnswer> {
  const role = requireRole(request, name);
  if (request.method === "GET") return { data: { role_id: textField(role, "role_id") } };
  await writeRecord(request, `role/${name}`, { ...role, role_id: textField(request.body, "role_id") });
  return {};
}

async function makeSecretId(request: MountRequest, name: string): Promise<ApiAnswer> {
  const role = requireRole(request, name);
  const secretId = textField(request.body, "secret_id") || randomUUID();
  const accessor = randomUUID();
  const ttlSeconds = secondsField(request.body, "ttl") || secondsField(role, "secret_id_ttl");
  const uses = numberField(request.body, "num_uses") ?? numberField(role, "secret_id_num_uses") ?? 0;
  await writeRecord(request, secretIdRecord(name, secretId), {
    accessor,
    expiresMs: ttlSeconds === 0 ? 0 : request.core.nowMs() + ttlSeconds * 1000,
    usesLeft: uses,
    metadata: parseMetadata(request.body),
  });
  return {
    data: { secret_id: secretId, secret_id_accessor: accessor, secret_id_ttl: ttlSeconds, secret_id_num_uses: uses },
  };
}

async function logIn(request: MountRequest): Promise<ApiAnswer> {
  const roleId = textField(request.body, "role_id");
  if (roleId === "") throw badRequest("missing role_id");
  const [name, role] = findRole(request, roleId);
  const meta: Record<string, string> = { role_name: name };
  if (role.bind_secret_id !== false) Object.assign(meta, await takeSecretId(request, name));
  return grantToken(request, role, { displayName: "approle", meta });
}

function findRole(request: MountRequest, roleId: string): [name: string, role: Fields] {
  const root = `auth/${request.mount.uuid}/`;
  for (const key of request.core.map.keys(`${root}role/`)) {
    const role = request.core.map.get(key);
    if (isJsonObject(role) && role.role_id === roleId) return [key.slice(root.length + "role/".length), role];
  }
  throw badRequest("invalid role or secret ID");
}

/** Takes one use of a secret ID. */
async function takeSecretId(request: MountRequest, name: string): Promise<Record<string, string>> {
  const key = secretIdRecord(name, textField(request.body, "secret_id"));
  const record = readRecord(request, key);
  const expiresMs = record === undefined ? 0 : (numberField(record, "expiresMs") ?? 0);
  if (record === undefined || (expiresMs !== 0 && expiresMs <= request.core.nowMs()))
    throw badRequest("invalid role or secret ID");
  const usesLeft = numberField(record, "usesLeft") ?? 0;
  if (usesLeft > 0) await writeRecord(request, key, usesLeft === 1 ? undefined : { ...record, usesLeft: usesLeft - 1 });
  return mapField(record, "metadata");
}

function requireRole(request: MountRequest, name: string): Fields {
  const role = readRecord(request, `role/${name}`);
  if (role === undefined) throw notFound();
  return role;
}

function secretIdRecord(name: string, secretId: string): string {
  return `secret-id/${name}/${createHash("sha256").update(secretId).digest("hex")}`;
}

/** `metadata` comes as JSON text. */
function parseMetadata(body: Fields): Record<string, string> {
  try {
    const parsed: unknown = JSON.parse(textField(body, "metadata") || "{}");
    return isJsonObject(parsed) ? mapField({ metadata: parsed }, "metadata") : {};
  } catch {
    throw badRequest("failed to parse metadata");
  }
}
