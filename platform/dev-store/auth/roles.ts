import type { JsonValue } from "@tegata/kube-types";
import type { Caller, MountRequest } from "../core.ts";
import { listBelow } from "../engines/listing.ts";
import { type Fields, textField } from "../fields.ts";
import { type ApiAnswer, notFound, unsupportedOperation } from "../protocol.ts";
import { isJsonObject } from "../storage/exact-json.ts";
import { authBlock, parseTokenTerms } from "../tokens.ts";

/** A stored record of an auth method: a role, a user, its configuration. */
export function readRecord({ core, mount }: MountRequest, name: string): Fields | undefined {
  const record = core.map.get(`auth/${mount.uuid}/${name}`);
  return isJsonObject(record) ? record : undefined;
}

export async function writeRecord(
  { core, mount }: MountRequest,
  name: string,
  record: JsonValue | undefined,
): Promise<void> {
  await core.map.write([[`auth/${mount.uuid}/${name}`, record]]);
}

/**
 * Serves the records of one kind, e.g. `role/NAME`: read, write (fields that are not given keep their values), delete, list.
 *
 * @param hide - fields that are never read back.
 * @param prepare - completes what is written.
 */
export async function serveRecords(
  request: MountRequest,
  { hide = [], prepare = (record) => record }: { hide?: readonly string[]; prepare?: (record: Fields) => Fields } = {},
): Promise<ApiAnswer> {
  const { method, below, body, core, mount } = request;
  const name = below.replace(/\/$/, "");
  switch (method) {
    case "LIST":
      return { data: { keys: listBelow(core.map, `auth/${mount.uuid}/`, name) } };
    case "GET": {
      const record = readRecord(request, name);
      if (record === undefined) throw notFound();
      return { data: Object.fromEntries(Object.entries(record).filter(([field]) => !hide.includes(field))) };
    }
    case "POST":
    case "PUT":
      await writeRecord(request, name, { ...prepare({ ...readRecord(request, name), ...body }) });
      return {};
    case "DELETE":
      await writeRecord(request, name, undefined);
      return {};
    default:
      throw unsupportedOperation();
  }
}

/** Makes a token as a role says, and the answer of the login. */
export async function grantToken(
  request: MountRequest,
  role: Fields,
  about: { readonly displayName: string; readonly meta: Readonly<Record<string, string>> },
): Promise<ApiAnswer> {
  const { core, mount, below } = request;
  const terms = parseTokenTerms(role);
  const { id, entry } = await core.tokens.create(terms, { ...about, path: `${mount.path}${below}` });
  return { auth: authBlock(id, entry, core.tokens.ttlSeconds(entry)) };
}

/** Of a request that is not a login, which always has one. */
export function requireCaller({ caller }: MountRequest): Caller {
  if (caller === undefined) throw new Error("a request without a caller reached a path that needs one");
  return caller;
}

/** The last segment of a path such as `role/NAME`. */
export function lastSegment(below: string): string {
  return below.slice(below.lastIndexOf("/") + 1);
}

/** The role that a login names, or the method's default. */
export function roleName({ body }: MountRequest, config: Fields): string {
  return textField(body, "role") || textField(config, "default_role");
}
