import type { JsonValue } from "@tegata/kube-types";
import type { Backend, MountRequest } from "../core.ts";
import { type Fields, flagField, listField, numberField, secondsField } from "../fields.ts";
import { type ApiAnswer, ApiRefusal, badRequest, notFound, unsupportedOperation } from "../protocol.ts";
import type { Change } from "../storage/durable-map.ts";
import { isJsonObject } from "../storage/exact-json.ts";
import {
  configOf,
  dataKey,
  emptyMetadata,
  isDeleted,
  type Metadata,
  metadataKey,
  putMetadata,
  readMetadata,
  requireMetadata,
  type Version,
  versionMetadata,
} from "./kv2-records.ts";
import { listBelow } from "./listing.ts";

/** KV secrets engine, version 2: a path holds numbered versions of an object, and metadata. */
export const kv2: Backend = {
  isLogin: () => false,
  exists: (request) => {
    const [verb, path] = split(request.below);
    if (verb !== "data" && verb !== "metadata") return true;
    return readMetadata(request, path) !== undefined;
  },
  handle: (request): Promise<ApiAnswer> | ApiAnswer => {
    const [verb, path] = split(request.below);
    const handler = Object.hasOwn(HANDLERS, verb) ? HANDLERS[verb] : undefined;
    if (handler === undefined) throw invalidPath(request);
    return handler(request, path);
  },
};

type Handler = (request: MountRequest, path: string) => Promise<ApiAnswer> | ApiAnswer;

const HANDLERS: Readonly<Record<string, Handler>> = {
  data: (request, path) => {
    if (request.method === "GET") return readData(request, path);
    if (request.method === "DELETE") return markVersions(request, path, [currentVersion(request, path)], deleted);
    if (isWrite(request)) return writeData(request, path, request.body.data);
    if (request.method === "PATCH") return patchData(request, path);
    throw unsupportedOperation();
  },
  metadata: (request, path) => {
    if (request.method === "LIST")
      return { data: { keys: listBelow(request.core.map, metadataKey(request, ""), path) } };
    if (request.method === "GET") return describe(requireMetadata(request, path));
    if (isWrite(request) || request.method === "PATCH") return writeMetadata(request, path);
    if (request.method === "DELETE") return removeAll(request, path);
    throw unsupportedOperation();
  },
  delete: (request, path) => markVersions(request, path, versionsField(request), deleted),
  undelete: (request, path) =>
    markVersions(request, path, versionsField(request), (version) => ({ ...version, deletion_time: "" })),
  destroy: (request, path) =>
    markVersions(request, path, versionsField(request), (version) => ({ ...version, destroyed: true })),
  subkeys: (request, path) => {
    const answer = readData(request, path);
    const { data = null, metadata = null } = answer.data ?? {};
    return { data: { subkeys: withoutValues(data), metadata } };
  },
  config: async (request) => {
    const key = `kv2/${request.mount.uuid}/config`;
    if (isWrite(request)) {
      await request.core.map.write([[key, request.body]]);
      return {};
    }
    const config = configOf(request);
    return {
      data: {
        max_versions: config.maxVersions,
        cas_required: config.casRequired,
        delete_version_after: formatSeconds(config.deleteAfterSeconds),
      },
    };
  },
};

function readData(request: MountRequest, path: string): ApiAnswer {
  const metadata = readMetadata(request, path);
  if (metadata === undefined) throw notFound();
  const wanted = numberField(Object.fromEntries(request.query), "version") || metadata.current_version;
  const version = metadata.versions[wanted];
  if (version === undefined) throw notFound();
  const about = versionMetadata(metadata, wanted);
  const data = request.core.map.get(dataKey(request, wanted, path));
  if (version.destroyed || isDeleted(version, request) || data === undefined) {
    throw new ApiRefusal(404, [], { data: null, metadata: about });
  }
  return { data: { data, metadata: about }, mountType: "kv" };
}

async function writeData(request: MountRequest, path: string, data: JsonValue | undefined): Promise<ApiAnswer> {
  if (!isJsonObject(data) && data !== null) throw badRequest("no data provided");
  const now = new Date(request.core.nowMs()).toISOString();
  const config = configOf(request);
  const old = readMetadata(request, path) ?? emptyMetadata(now);
  checkCas(request, old, config.casRequired || old.cas_required);
  const number = old.current_version + 1;
  const deleteAfter = old.delete_version_after || config.deleteAfterSeconds;
  const deletion = deleteAfter === 0 ? "" : new Date(request.core.nowMs() + deleteAfter * 1000).toISOString();
  const versions: Record<string, Version> = {
    ...old.versions,
    [number]: { created_time: now, deletion_time: deletion, destroyed: false },
  };
  const changes: Change[] = [[dataKey(request, number, path), data]];
  const oldest = Math.max(old.oldest_version, number - (old.max_versions || config.maxVersions) + 1, 0);
  for (const surplus of Object.keys(versions).map(Number)) {
    if (surplus >= oldest) continue;
    delete versions[surplus];
    changes.push([dataKey(request, surplus, path), undefined]);
  }
  const metadata = {
    ...old,
    updated_time: now,
    current_version: number,
    oldest_version: oldest > 1 ? oldest : 0,
    versions,
  };
  await putMetadata(request, path, metadata, changes);
  return { data: versionMetadata(metadata, number), mountType: "kv" };
}

function checkCas(request: MountRequest, { current_version }: Metadata, required: boolean): void {
  const options = request.body.options;
  const cas = isJsonObject(options) ? numberField(options, "cas") : undefined;
  if (cas === undefined && required) throw badRequest("check-and-set parameter required for this call");
  if (cas !== undefined && cas !== current_version) {
    throw badRequest("check-and-set parameter did not match the current version");
  }
}

function patchData(request: MountRequest, path: string): Promise<ApiAnswer> {
  const { data } = readData({ ...request, query: new URLSearchParams() }, path);
  return writeData(request, path, mergePatch(data?.data ?? null, request.body.data ?? null));
}

/** RFC 7396. */
function mergePatch(target: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(Object.entries(isJsonObject(target) ? target : {}));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key) ?? null, value));
  }
  return Object.fromEntries(merged);
}

function deleted(version: Version, nowText: string): Version {
  return version.destroyed || version.deletion_time !== "" ? version : { ...version, deletion_time: nowText };
}

async function markVersions(
  request: MountRequest,
  path: string,
  numbers: readonly number[],
  mark: (version: Version, nowText: string) => Version,
): Promise<ApiAnswer> {
  const metadata = readMetadata(request, path);
  if (metadata === undefined) return {};
  const now = new Date(request.core.nowMs()).toISOString();
  const versions = { ...metadata.versions };
  const changes: Change[] = [];
  for (const number of numbers) {
    const version = versions[number];
    if (version === undefined) continue;
    const marked = mark(version, now);
    versions[number] = marked;
    if (marked.destroyed) changes.push([dataKey(request, number, path), undefined]);
  }
  await putMetadata(request, path, { ...metadata, versions }, changes);
  return {};
}

async function writeMetadata(request: MountRequest, path: string): Promise<ApiAnswer> {
  const { body } = request;
  const old = readMetadata(request, path);
  if (old === undefined && request.method === "PATCH") throw notFound();
  const base = old ?? emptyMetadata(new Date(request.core.nowMs()).toISOString());
  const custom = Object.hasOwn(body, "custom_metadata")
    ? customMetadata(body, request.method === "PATCH" ? base.custom_metadata : null)
    : base.custom_metadata;
  await putMetadata(request, path, {
    ...base,
    max_versions: numberField(body, "max_versions") ?? base.max_versions,
    cas_required: Object.hasOwn(body, "cas_required") ? flagField(body, "cas_required") : base.cas_required,
    delete_version_after: Object.hasOwn(body, "delete_version_after")
      ? secondsField(body, "delete_version_after")
      : base.delete_version_after,
    custom_metadata: custom,
  });
  return {};
}

function customMetadata(body: Fields, old: Metadata["custom_metadata"]): Metadata["custom_metadata"] {
  const patched = Object.entries(body.custom_metadata ?? {});
  const merged = new Map(Object.entries(old ?? {}));
  for (const [name, value] of patched) {
    if (value === null) merged.delete(name);
    else merged.set(name, String(value));
  }
  return merged.size === 0 ? null : Object.fromEntries(merged);
}

async function removeAll(request: MountRequest, path: string): Promise<ApiAnswer> {
  const metadata = readMetadata(request, path);
  const changes = Object.keys(metadata?.versions ?? {}).map(
    (number): Change => [dataKey(request, Number(number), path), undefined],
  );
  await request.core.map.write([...changes, [metadataKey(request, path), undefined]]);
  return {};
}

function describe(metadata: Metadata): ApiAnswer {
  return {
    data: { ...(metadata as unknown as Fields), delete_version_after: formatSeconds(metadata.delete_version_after) },
    mountType: "kv",
  };
}

function currentVersion(request: MountRequest, path: string): number {
  return readMetadata(request, path)?.current_version ?? 0;
}

function versionsField({ body, method }: MountRequest): number[] {
  if (method !== "POST" && method !== "PUT") throw unsupportedOperation();
  const versions = listField(body, "versions").map(Number);
  if (versions.length === 0) throw badRequest("no version number provided");
  return versions;
}

function withoutValues(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutValues(item)]));
}

function isWrite({ method }: MountRequest): boolean {
  return method === "POST" || method === "PUT";
}

function split(below: string): [verb: string, path: string] {
  const slash = below.indexOf("/");
  return slash < 0 ? [below, ""] : [below.slice(0, slash), below.slice(slash + 1)];
}

function formatSeconds(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds % 60}s`;
}

function invalidPath({ mount, method }: MountRequest): ApiRefusal {
  if (method !== "GET" && method !== "LIST")
    return new ApiRefusal(404, [`no handler for route "${mount.path}". route entry not found.`]);
  const hint =
    "Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.";
  return new ApiRefusal(404, [], undefined, [hint]);
}
