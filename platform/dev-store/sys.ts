import type { JsonValue } from "@tegata/kube-types";
import type { Mount, MountRequest } from "./core.ts";
import { listField, textField } from "./fields.ts";
import type { MountTable } from "./mounts.ts";
import { capabilitiesOn, DEFAULT_POLICY, parsePolicy, type PathRule } from "./policy.ts";
import {
  type ApiAnswer,
  ApiRefusal,
  badRequest,
  notFound,
  permissionDenied,
  unsupportedOperation,
} from "./protocol.ts";
import type { DurableMap } from "./storage/durable-map.ts";

/** The version of Vault's API that is spoken, for clients that ask. */
const API_VERSION = "1.18.0";

const CLUSTER = { cluster_name: "tegata-dev-store", cluster_id: "00000000-0000-0000-0000-000000000000" };

/** Paths below `sys/` that need no token. */
export function isPublicSysPath(below: string): boolean {
  return below === "health" || below === "seal-status" || below === "init" || below === "leader";
}

/** A request below `sys/`. */
export type SysRequest = Omit<MountRequest, "mount">;

/** Serves `sys/`: health, mounts, auth methods, policies, capabilities. */
export function serveSys(request: SysRequest, mounts: MountTable): Promise<ApiAnswer> | ApiAnswer {
  const { below } = request;
  const [verb = "", ...rest] = below.split("/");
  const handler = Object.hasOwn(HANDLERS, verb) ? HANDLERS[verb] : undefined;
  if (handler === undefined) throw new ApiRefusal(404, [`no handler for route "sys/${below}". route entry not found.`]);
  return handler(request, rest.join("/").replace(/\/$/, ""), mounts);
}

type Handler = (request: SysRequest, name: string, mounts: MountTable) => Promise<ApiAnswer> | ApiAnswer;

const SEAL_STATUS = {
  type: "shamir",
  initialized: true,
  sealed: false,
  t: 1,
  n: 1,
  progress: 0,
  nonce: "",
  version: API_VERSION,
  build_date: "2024-10-08T09:12:52Z",
  migration: false,
  ...CLUSTER,
  recovery_seal: false,
  storage_type: "file",
};

const HANDLERS: Readonly<Record<string, Handler>> = {
  health: ({ core }) => ({
    plain: {
      initialized: true,
      sealed: false,
      standby: false,
      performance_standby: false,
      replication_performance_mode: "disabled",
      replication_dr_mode: "disabled",
      server_time_utc: Math.floor(core.nowMs() / 1000),
      version: API_VERSION,
      enterprise: false,
      ...CLUSTER,
    },
  }),
  "seal-status": () => ({ plain: SEAL_STATUS }),
  init: () => ({ plain: { initialized: true } }),
  leader: () => ({ plain: { ha_enabled: false, is_self: false, leader_address: "", leader_cluster_address: "" } }),
  mounts: (request, name, mounts) => serveMounts(request, name, "secret", mounts),
  auth: (request, name, mounts) => serveMounts(request, name, "auth", mounts),
  policy: (request, name) => servePolicies(request, name, "rules"),
  policies: (request, name) => servePolicies(request, name.replace(/^acl\/?/, ""), "policy"),
  "capabilities-self": (request) => capabilities(request, request.caller?.entry.policies ?? []),
  capabilities: (request) => {
    const entry = request.core.tokens.get(textField(request.body, "token"));
    if (entry === undefined) throw badRequest("invalid token");
    return capabilities(request, entry.policies);
  },
  internal: (request, name, mounts) => serveInternal(request, name, mounts),
};

async function serveMounts(
  { method, body, below }: SysRequest,
  name: string,
  kind: "auth" | "secret",
  mounts: MountTable,
): Promise<ApiAnswer> {
  const prefix = kind === "auth" ? "auth/" : "";
  if (name === "") {
    if (method !== "GET") throw unsupportedOperation();
    const listed = mounts.list(kind).map((mount) => [mount.path.slice(prefix.length), describeMount(mount)] as const);
    return { data: Object.fromEntries(listed) };
  }
  const isTune = below.endsWith("/tune");
  const path = prefix + (isTune ? name.slice(0, -"/tune".length) : name);
  switch (method) {
    case "GET": {
      const mount = mounts.find(path);
      if (mount === undefined) throw badRequest(`No ${kind === "auth" ? "auth" : "secret"} engine at ${name}/`);
      return { data: describeMount(mount) };
    }
    case "POST":
    case "PUT":
      await (isTune ? mounts.tune(path, body) : mounts.add(path, body));
      return {};
    case "DELETE":
      await mounts.remove(path);
      return {};
    default:
      throw unsupportedOperation();
  }
}

function describeMount(mount: Mount): Record<string, JsonValue> {
  return {
    accessor: mount.accessor,
    config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
    description: mount.description,
    external_entropy_access: false,
    local: false,
    options: Object.keys(mount.options).length === 0 ? null : { ...mount.options },
    seal_wrap: false,
    type: mount.type,
    uuid: mount.uuid,
  };
}

async function servePolicies(
  { method, body, core, below }: SysRequest,
  name: string,
  field: "rules" | "policy",
): Promise<ApiAnswer> {
  const isList = name === "" && (method === "LIST" || method === "GET");
  if (isList) {
    const names = ["default", ...core.map.keys("policy/").map((key) => key.slice("policy/".length)), "root"];
    const keys = [...new Set(names)];
    return { data: below.startsWith("policy") && field === "rules" ? { keys, policies: keys } : { keys } };
  }
  if (name === "" || name === "root") throw badRequest(`cannot update "${name}" policy`);
  switch (method) {
    case "GET": {
      const text = policyText(core.map, name);
      if (text === undefined) throw notFound();
      return { data: { name, [field]: text } };
    }
    case "POST":
    case "PUT": {
      const text = textField(body, "policy") || textField(body, "rules");
      parsePolicy(text);
      await core.map.write([[`policy/${name}`, text]]);
      return {};
    }
    case "DELETE":
      if (name === "default") throw badRequest("cannot delete default policy");
      await core.map.write([[`policy/${name}`, undefined]]);
      return {};
    default:
      throw unsupportedOperation();
  }
}

/** The rules of a token's policies; names of policies that do not exist grant nothing. */
export function rulesOf(map: DurableMap, policies: readonly string[]): PathRule[] {
  return policies.flatMap((name) => parseOnce(policyText(map, name) ?? ""));
}

/** Policies that are parsed once and used for every request; there are few of them. */
const parsed = new Map<string, PathRule[]>();
const PARSED_MAX = 1000;

function parseOnce(text: string): PathRule[] {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  if (parsed.size >= PARSED_MAX) parsed.clear();
  const rules = parsePolicy(text);
  parsed.set(text, rules);
  return rules;
}

function policyText(map: DurableMap, name: string): string | undefined {
  const text = map.get(`policy/${name}`);
  return typeof text === "string" ? text : name === "default" ? DEFAULT_POLICY : undefined;
}

function capabilities({ body, core }: SysRequest, policies: readonly string[]): ApiAnswer {
  const paths = [...listField(body, "paths"), ...listField(body, "path")];
  const rules = rulesOf(core.map, policies);
  const granted = paths.map((path) => {
    const on = policies.includes("root") ? ["root"] : [...capabilitiesOn(rules, path)].sort();
    return [path, on.length === 0 ? ["deny"] : on] as const;
  });
  return { data: { ...Object.fromEntries(granted), capabilities: granted[0]?.[1] ?? [] } };
}

/** What the CLI asks before it reads or writes: which engine is at this path? */
function serveInternal({ core, caller }: SysRequest, name: string, mounts: MountTable): ApiAnswer {
  const policies = caller?.entry.policies ?? [];
  const rules = rulesOf(core.map, policies);
  const sees = (mount: Mount) =>
    policies.includes("root") ||
    rules.some(({ pattern }) => pattern.startsWith(mount.path) || mount.path.startsWith(pattern.replace(/\*$/, "")));
  const describe = (mount: Mount) => ({ ...describeMount(mount), path: mount.path });
  if (name === "ui/mounts") {
    const visible = (kind: "auth" | "secret") => {
      const prefix = kind === "auth" ? "auth/".length : 0;
      return Object.fromEntries(
        mounts
          .list(kind)
          .filter(sees)
          .map((mount) => [mount.path.slice(prefix), describe(mount)]),
      );
    };
    return { data: { secret: visible("secret"), auth: visible("auth") } };
  }
  if (!name.startsWith("ui/mounts/")) throw permissionDenied();
  const path = name.slice("ui/mounts/".length);
  const mount = mounts.find(path);
  if (mount === undefined || !sees(mount)) {
    throw new ApiRefusal(403, [
      `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`,
    ]);
  }
  return { data: describe(mount) };
}
