import { randomBytes, randomUUID } from "node:crypto";
import type { JsonValue } from "@tegata/kube-types";
import { appRoleAuth } from "./auth/app-role.ts";
import { certAuth } from "./auth/cert.ts";
import { jwtAuth } from "./auth/jwt.ts";
import { kubernetesAuth } from "./auth/kubernetes.ts";
import { tokenAuth } from "./auth/token.ts";
import { userpassAuth } from "./auth/userpass.ts";
import type { Backend, Mount } from "./core.ts";
import { kv1 } from "./engines/kv1.ts";
import { kv2 } from "./engines/kv2.ts";
import { type Fields, mapField, textField } from "./fields.ts";
import { badRequest } from "./protocol.ts";
import type { Change, DurableMap } from "./storage/durable-map.ts";
import { isJsonObject } from "./storage/exact-json.ts";

const AUTH_BACKENDS: Readonly<Record<string, Backend>> = {
  token: tokenAuth,
  kubernetes: kubernetesAuth,
  approle: appRoleAuth,
  userpass: userpassAuth,
  // The wire protocol is the same; the users are kept here rather than asked of a directory.
  ldap: userpassAuth,
  jwt: jwtAuth,
  cert: certAuth,
};

/** What serves a mount. */
export function backendOf(mount: Mount): Backend | undefined {
  if (mount.path.startsWith("auth/"))
    return Object.hasOwn(AUTH_BACKENDS, mount.type) ? AUTH_BACKENDS[mount.type] : undefined;
  return mount.type !== "kv" ? undefined : mount.options.version === "2" ? kv2 : kv1;
}

/** The mounts there are, by path. */
export class MountTable {
  readonly #map: DurableMap;
  #known: readonly Mount[] | undefined;

  constructor(map: DurableMap) {
    this.#map = map;
  }

  /** The mount that a request's path is in: the longest that the path begins with. */
  find(path: string): Mount | undefined {
    return this.#all()
      .filter((mount) => `${path}/`.startsWith(mount.path))
      .sort((a, b) => b.path.length - a.path.length)[0];
  }

  /** @param kind - `auth` for auth methods, else secrets engines. */
  list(kind: "auth" | "secret"): Mount[] {
    return this.#all().filter(({ path }) => path.startsWith("auth/") === (kind === "auth"));
  }

  /** @throws ApiRefusal 400 if the path is taken or the type unknown */
  async add(path: string, fields: Fields): Promise<void> {
    const clean = `${path.replace(/\/+$/, "")}/`;
    const type = textField(fields, "type");
    const options = mapField(fields, "options");
    const config = isJsonObject(fields.config) ? fields.config : {};
    const isV2 = type === "kv-v2" || options.version === "2" || textField(config, "version") === "2";
    const mount: Mount = {
      path: clean,
      type: type === "kv-v2" ? "kv" : type,
      uuid: randomUUID(),
      accessor: `${clean.startsWith("auth/") ? "auth_" : ""}${type}_${randomBytes(4).toString("hex")}`,
      description: textField(fields, "description"),
      options: type.startsWith("kv") ? { ...options, version: isV2 ? "2" : "1" } : options,
    };
    const taken = this.#all().find((other) => other.path.startsWith(clean) || clean.startsWith(other.path));
    if (taken !== undefined) throw badRequest(`path is already in use at ${taken.path}`);
    if (backendOf(mount) === undefined) throw badRequest(`plugin not found in the catalog: ${type}`);
    await this.#write([[`mount/${clean}`, mount as unknown as JsonValue]]);
  }

  /** Changes a mount's options, e.g. its version. */
  async tune(path: string, fields: Fields): Promise<void> {
    const mount = this.find(path);
    if (mount === undefined) throw badRequest(`no mount at ${path}`);
    const options = { ...mount.options, ...mapField(fields, "options") };
    await this.#write([[`mount/${mount.path}`, { ...mount, options } as unknown as JsonValue]]);
  }

  /** Removes a mount with everything in it. */
  async remove(path: string): Promise<void> {
    const key = `mount/${path.replace(/\/+$/, "")}/`;
    const mount = this.#map.get(key) as unknown as Mount | undefined;
    if (mount === undefined) return;
    const owned = ["kv1", "kv2", "auth"].flatMap((root) => this.#map.keys(`${root}/${mount.uuid}/`));
    await this.#write([key, ...owned].map((owner) => [owner, undefined] as const));
  }

  /** Every request asks for them, so they are kept. */
  #all(): readonly Mount[] {
    // What we have written ourselves.
    this.#known ??= this.#map.keys("mount/").map((key) => this.#map.get(key) as unknown as Mount);
    return this.#known;
  }

  async #write(changes: readonly Change[]): Promise<void> {
    this.#known = undefined;
    await this.#map.write(changes);
    this.#known = undefined;
  }
}
