import type { JsonValue } from "@tegata/kube-types";
import type { MountRequest } from "../core.ts";
import { flagField, numberField, secondsField } from "../fields.ts";
import { badRequest, notFound } from "../protocol.ts";
import type { Change } from "../storage/durable-map.ts";
import { isJsonObject } from "../storage/exact-json.ts";

/** Versions that are kept when nothing says otherwise. */
const MAX_VERSIONS = 10;

/** One version of a secret, as its metadata has it. */
export interface Version {
  readonly created_time: string;
  /** Empty, or when it was or will be deleted. */
  readonly deletion_time: string;
  readonly destroyed: boolean;
}

/** What is kept of a secret beside its data. The names are those of the API. */
export interface Metadata {
  readonly created_time: string;
  readonly updated_time: string;
  readonly current_version: number;
  readonly oldest_version: number;
  readonly max_versions: number;
  readonly cas_required: boolean;
  readonly delete_version_after: number;
  readonly custom_metadata: Readonly<Record<string, string>> | null;
  readonly versions: Readonly<Record<string, Version>>;
}

/** `metadata` of an answer about one version. */
export function versionMetadata(metadata: Metadata, number: number): Record<string, JsonValue> {
  const version = metadata.versions[number];
  return {
    created_time: version?.created_time ?? "",
    custom_metadata: metadata.custom_metadata === null ? null : { ...metadata.custom_metadata },
    deletion_time: version?.deletion_time ?? "",
    destroyed: version?.destroyed ?? false,
    version: number,
  };
}

/** Whether a version is deleted by now. */
export function isDeleted({ deletion_time }: Version, { core }: MountRequest): boolean {
  return deletion_time !== "" && Date.parse(deletion_time) <= core.nowMs();
}

/** The engine's configuration with its defaults. */
export function configOf({ core, mount }: MountRequest) {
  const stored = core.map.get(`kv2/${mount.uuid}/config`);
  const config = isJsonObject(stored) ? stored : {};
  return {
    maxVersions: numberField(config, "max_versions") || MAX_VERSIONS,
    casRequired: flagField(config, "cas_required"),
    deleteAfterSeconds: secondsField(config, "delete_version_after"),
  };
}

/** Metadata of a secret that has no version yet. */
export function emptyMetadata(now: string): Metadata {
  return {
    created_time: now,
    updated_time: now,
    current_version: 0,
    oldest_version: 0,
    max_versions: 0,
    cas_required: false,
    delete_version_after: 0,
    custom_metadata: null,
    versions: {},
  };
}

/** @throws ApiRefusal 404 if there is no such secret */
export function requireMetadata(request: MountRequest, path: string): Metadata {
  const metadata = readMetadata(request, path);
  if (metadata === undefined) throw notFound();
  return metadata;
}

/** The metadata of a secret, which we have written ourselves. */
export function readMetadata(request: MountRequest, path: string): Metadata | undefined {
  return request.core.map.get(metadataKey(request, path)) as unknown as Metadata | undefined;
}

/** Stores metadata together with other changes. */
export async function putMetadata(
  request: MountRequest,
  path: string,
  metadata: Metadata,
  changes: readonly Change[] = [],
) {
  if (path === "") throw badRequest("missing path");
  await request.core.map.write([...changes, [metadataKey(request, path), metadata as unknown as JsonValue]]);
}

/** Where metadata is stored; with an empty path, where that of all secrets begins. */
export function metadataKey({ mount }: MountRequest, path: string): string {
  return `kv2/${mount.uuid}/metadata/${path}`;
}

/** Where the data of one version is stored. */
export function dataKey({ mount }: MountRequest, version: number, path: string): string {
  return `kv2/${mount.uuid}/data/${version}/${path}`;
}
