import type { Backend, MountRequest } from "../core.ts";
import { flagField, mapField, secondsField, textField } from "../fields.ts";
import { type ApiAnswer, ApiRefusal, badRequest, permissionDenied } from "../protocol.ts";
import { authBlock, parseTokenTerms, type TokenEntry, tokenKey } from "../tokens.ts";
import { requireCaller } from "./roles.ts";

/** `auth/token`: makes, shows, renews and revokes tokens. */
export const tokenAuth: Backend = {
  isLogin: () => false,
  exists: () => true,
  handle: (request): Promise<ApiAnswer> | ApiAnswer => {
    const { below, method, core } = request;
    if (below === "accessors" || below === "accessors/") return { data: { keys: core.tokens.accessors() } };
    if (below === "create" || below === "create-orphan") return create(request);
    const [verb = "", of] = below.split("-");
    const isRead = method === "GET" && verb === "lookup";
    if (!isRead && method !== "POST" && method !== "PUT")
      throw new ApiRefusal(405, ["1 error occurred:\n\t* unsupported operation\n\n"]);
    const target = findTarget(request, of);
    if (verb === "lookup") return { data: describe(request, target) };
    if (verb === "renew") return renew(request, target);
    if (verb === "revoke") return core.tokens.revoke(target.key, target.entry).then(() => ({}));
    throw new ApiRefusal(404, [`no handler for route "auth/token/${below}". route entry not found.`]);
  },
};

interface Target {
  readonly key: string;
  readonly entry: TokenEntry;
  /** Not known when the token was named by its accessor. */
  readonly id: string;
}

function findTarget(request: MountRequest, of: string | undefined): Target {
  const { core, body, query } = request;
  if (of === "self") {
    const { id, entry } = requireCaller(request);
    return { key: tokenKey(id), entry, id };
  }
  if (of === "accessor") {
    const key = core.tokens.keyOfAccessor(textField(body, "accessor"));
    const entry = key === undefined ? undefined : core.tokens.entryOfKey(key);
    if (key === undefined || entry === undefined) throw new ApiRefusal(403, ["invalid accessor"]);
    return { key, entry, id: "" };
  }
  const id = textField(body, "token") || (query.get("token") ?? "");
  if (id === "") throw badRequest("missing token ID");
  const entry = core.tokens.get(id);
  if (entry === undefined) throw new ApiRefusal(403, ["bad token"]);
  return { key: tokenKey(id), entry, id };
}

async function create(request: MountRequest): Promise<ApiAnswer> {
  const { core, body, below } = request;
  const parent = requireCaller(request).entry;
  const isRoot = parent.policies.includes("root");
  const asked = parseTokenTerms(body);
  const policies = asked.policies.length > 0 ? asked.policies : parent.policies;
  if (!isRoot && policies.some((policy) => policy !== "default" && !parent.policies.includes(policy))) {
    throw badRequest("child policies must be subset of parent");
  }
  const chosen = textField(body, "id");
  if (chosen !== "" && !isRoot) throw permissionDenied();
  const terms = {
    ...asked,
    policies,
    maxTtlSeconds: secondsField(body, "explicit_max_ttl"),
    noDefaultPolicy: flagField(body, "no_default_policy"),
    renewable: body.renewable !== false,
  };
  const isOrphan = below === "create-orphan" || (isRoot && flagField(body, "no_parent"));
  const about = {
    path: `auth/token/${below}`,
    displayName: `token${textField(body, "display_name") === "" ? "" : `-${textField(body, "display_name")}`}`,
    meta: mapField(body, "meta"),
    ...(isOrphan ? {} : { parentKey: tokenKey(requireCaller(request).id) }),
  };
  const { id, entry } = await core.tokens.create(terms, about, ...(chosen === "" ? [] : [chosen]));
  return { auth: authBlock(id, entry, core.tokens.ttlSeconds(entry)) };
}

async function renew(request: MountRequest, { key, entry, id }: Target): Promise<ApiAnswer> {
  const { core, body } = request;
  if (!entry.renewable) throw badRequest("lease is not renewable");
  const renewed = await core.tokens.renew(key, entry, secondsField(body, "increment"));
  return { auth: authBlock(id, renewed, core.tokens.ttlSeconds(renewed)) };
}

function describe(
  { core }: MountRequest,
  { entry, id }: Target,
): Record<string, never> | NonNullable<ApiAnswer["data"]> {
  const created = Math.floor(entry.createdMs / 1000);
  return {
    accessor: entry.accessor,
    creation_time: created,
    creation_ttl: entry.ttlSeconds,
    display_name: entry.displayName,
    entity_id: "",
    expire_time: entry.expiresMs === 0 ? null : new Date(entry.expiresMs).toISOString(),
    explicit_max_ttl: 0,
    id,
    issue_time: new Date(entry.createdMs).toISOString(),
    meta: { ...entry.meta },
    num_uses: entry.usesLeft,
    orphan: entry.orphan,
    path: entry.path,
    ...(entry.periodSeconds === 0 ? {} : { period: entry.periodSeconds }),
    policies: [...entry.policies],
    renewable: entry.renewable,
    ttl: core.tokens.ttlSeconds(entry),
    type: entry.type,
  };
}
