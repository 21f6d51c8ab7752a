import { createHash, randomBytes } from "node:crypto";
import type { Change, DurableMap } from "./storage/durable-map.ts";
import { isJsonObject } from "./storage/exact-json.ts";
import { type Fields, flagField, listField, mapField, numberField, secondsField, textField } from "./fields.ts";

/** Life of a token when nothing says otherwise, in seconds: 32 days. Also the longest that a renewal gives. */
const SYSTEM_MAX_TTL_SECONDS = 32 * 86_400;

/** A token as it is stored. Its id is not: only a hash of it. Instants are milliseconds since 1970. */
export interface TokenEntry {
  readonly accessor: string;
  readonly policies: readonly string[];
  readonly type: "service" | "batch";
  readonly path: string;
  readonly displayName: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly createdMs: number;
  /** 0: it does not end. */
  readonly expiresMs: number;
  /** Latest end that a renewal can give; 0: none. */
  readonly maxExpiresMs: number;
  readonly periodSeconds: number;
  readonly ttlSeconds: number;
  readonly renewable: boolean;
  readonly orphan: boolean;
  /** Key of the token that made it, with which it goes; empty for an orphan. */
  readonly parentKey: string;
  /** 0: any number. */
  readonly usesLeft: number;
}

/** What a role or a request says of the tokens to make. */
export interface TokenTerms {
  readonly policies: readonly string[];
  readonly ttlSeconds: number;
  readonly maxTtlSeconds: number;
  readonly periodSeconds: number;
  readonly uses: number;
  readonly type: "service" | "batch";
  readonly renewable: boolean;
  readonly noDefaultPolicy: boolean;
}

/** Reads the `token_*` fields that all auth methods' roles have, and their older names. */
export function parseTokenTerms(fields: Fields): TokenTerms {
  const either = (name: string, old: string) => (Object.hasOwn(fields, name) ? name : old);
  return {
    policies: listField(fields, either("token_policies", "policies")),
    ttlSeconds: secondsField(fields, either("token_ttl", "ttl")),
    maxTtlSeconds: secondsField(fields, either("token_max_ttl", "max_ttl")),
    periodSeconds: secondsField(fields, either("token_period", "period")),
    uses: numberField(fields, either("token_num_uses", "num_uses")) ?? 0,
    type: textField(fields, either("token_type", "type")) === "batch" ? "batch" : "service",
    renewable: true,
    noDefaultPolicy: flagField(fields, "token_no_default_policy"),
  };
}

/** The tokens that are good, by the hash of their id. */
export class TokenStore {
  readonly #map: DurableMap;
  readonly #nowMs: () => number;

  constructor(map: DurableMap, nowMs: () => number) {
    this.#map = map;
    this.#nowMs = nowMs;
  }

  /** @returns `undefined` if there is no such token or it has ended. */
  get(id: string): TokenEntry | undefined {
    const entry = parseEntry(this.#map.get(tokenKey(id)));
    return entry === undefined || (entry.expiresMs !== 0 && entry.expiresMs <= this.#nowMs()) ? undefined : entry;
  }

  /** @returns the id of the token with this accessor's key, for lookups by accessor. */
  keyOfAccessor(accessor: string): string | undefined {
    const key = this.#map.get(`accessor/${accessor}`);
    return typeof key === "string" ? key : undefined;
  }

  entryOfKey(key: string): TokenEntry | undefined {
    return parseEntry(this.#map.get(key));
  }

  accessors(): string[] {
    return this.#map.keys("accessor/").map((key) => key.slice("accessor/".length));
  }

  /** Makes a token. @param id - chosen by the caller, for the root token. */
  async create(
    terms: TokenTerms,
    about: {
      readonly path: string;
      readonly displayName: string;
      readonly meta?: Readonly<Record<string, string>>;
      /** Absent for an orphan. */
      readonly parentKey?: string;
    },
    id = randomTokenId(terms.type),
  ): Promise<{ id: string; entry: TokenEntry }> {
    const createdMs = this.#nowMs();
    const isRoot = terms.policies.includes("root");
    const limit =
      terms.maxTtlSeconds === 0 ? SYSTEM_MAX_TTL_SECONDS : Math.min(terms.maxTtlSeconds, SYSTEM_MAX_TTL_SECONDS);
    const wanted = terms.periodSeconds || terms.ttlSeconds || (isRoot ? 0 : SYSTEM_MAX_TTL_SECONDS);
    const ttlSeconds = Math.min(wanted, terms.periodSeconds === 0 ? limit : wanted);
    const policies = isRoot
      ? ["root"]
      : [...new Set([...(terms.noDefaultPolicy ? [] : ["default"]), ...terms.policies])].sort();
    const entry: TokenEntry = {
      accessor: terms.type === "batch" ? "" : randomBytes(18).toString("base64url"),
      policies,
      type: terms.type,
      path: about.path,
      displayName: about.displayName,
      meta: about.meta ?? {},
      createdMs,
      expiresMs: ttlSeconds === 0 ? 0 : createdMs + ttlSeconds * 1000,
      maxExpiresMs: terms.periodSeconds > 0 || ttlSeconds === 0 ? 0 : createdMs + limit * 1000,
      periodSeconds: terms.periodSeconds,
      ttlSeconds,
      renewable: terms.renewable && terms.type === "service" && ttlSeconds > 0,
      orphan: about.parentKey === undefined,
      parentKey: about.parentKey ?? "",
      usesLeft: terms.uses,
    };
    await this.#map.write(this.#put(tokenKey(id), entry));
    return { id, entry };
  }

  /** Extends a token's life from now. @returns the entry as it is then */
  async renew(key: string, entry: TokenEntry, incrementSeconds: number): Promise<TokenEntry> {
    const now = this.#nowMs();
    const wanted = now + (entry.periodSeconds || incrementSeconds || entry.ttlSeconds) * 1000;
    const expiresMs = entry.maxExpiresMs === 0 ? wanted : Math.min(wanted, entry.maxExpiresMs);
    const renewed = { ...entry, expiresMs };
    await this.#map.write(this.#put(key, renewed));
    return renewed;
  }

  /** Takes one use of a token that has only so many. */
  async use(id: string, entry: TokenEntry): Promise<void> {
    if (entry.usesLeft === 0) return;
    if (entry.usesLeft === 1) await this.revoke(tokenKey(id), entry);
    else await this.#map.write(this.#put(tokenKey(id), { ...entry, usesLeft: entry.usesLeft - 1 }));
  }

  /** Revokes a token with all that were made by it. */
  async revoke(key: string, entry: TokenEntry): Promise<void> {
    await this.#map.write(
      this.#family(key, entry).flatMap(([member, { accessor, parentKey }]): Change[] => [
        [member, undefined],
        [`accessor/${accessor}`, undefined],
        [childKey(parentKey, member), undefined],
      ]),
    );
  }

  #family(key: string, entry: TokenEntry): [key: string, entry: TokenEntry][] {
    const prefix = childKey(key, "");
    const children = this.#map.keys(prefix).flatMap((child) => {
      const member = child.slice(prefix.length);
      const found = this.entryOfKey(member);
      return found === undefined ? [] : this.#family(member, found);
    });
    return [[key, entry], ...children];
  }

  /** Removes tokens that have ended. */
  async sweep(): Promise<void> {
    const now = this.#nowMs();
    for (const key of this.#map.keys("token/")) {
      const entry = parseEntry(this.#map.get(key));
      if (entry !== undefined && entry.expiresMs !== 0 && entry.expiresMs <= now) await this.revoke(key, entry);
    }
  }

  /** Remaining life in whole seconds; 0 for a token that does not end. */
  ttlSeconds(entry: TokenEntry): number {
    return entry.expiresMs === 0 ? 0 : Math.max(0, Math.ceil((entry.expiresMs - this.#nowMs()) / 1000));
  }

  #put(key: string, entry: TokenEntry): Change[] {
    const changes: Change[] = [[key, { ...entry, policies: [...entry.policies], meta: { ...entry.meta } }]];
    if (entry.accessor !== "") changes.push([`accessor/${entry.accessor}`, key]);
    if (entry.parentKey !== "") changes.push([childKey(entry.parentKey, key), true]);
    return changes;
  }
}

function childKey(parentKey: string, key: string): string {
  return `child/${parentKey}/${key}`;
}

/** Where a token is stored. A copy of the files does not hold a usable token. */
export function tokenKey(id: string): string {
  return `token/${createHash("sha256").update(id).digest("hex")}`;
}

function randomTokenId(type: TokenTerms["type"]): string {
  return `${type === "batch" ? "hvb" : "hvs"}.${randomBytes(24).toString("base64url")}`;
}

function parseEntry(value: unknown): TokenEntry | undefined {
  if (!isJsonObject(value)) return undefined;
  return {
    accessor: textField(value, "accessor"),
    policies: listField(value, "policies"),
    type: value.type === "batch" ? "batch" : "service",
    path: textField(value, "path"),
    displayName: textField(value, "displayName"),
    meta: mapField(value, "meta"),
    createdMs: numberField(value, "createdMs") ?? 0,
    expiresMs: numberField(value, "expiresMs") ?? 0,
    maxExpiresMs: numberField(value, "maxExpiresMs") ?? 0,
    periodSeconds: numberField(value, "periodSeconds") ?? 0,
    ttlSeconds: numberField(value, "ttlSeconds") ?? 0,
    renewable: flagField(value, "renewable"),
    orphan: flagField(value, "orphan"),
    parentKey: textField(value, "parentKey"),
    usesLeft: numberField(value, "usesLeft") ?? 0,
  };
}

/** `auth` of a login's answer. */
export function authBlock(id: string, entry: TokenEntry, leaseSeconds: number): Record<string, never> | Fields {
  return {
    client_token: id,
    accessor: entry.accessor,
    policies: [...entry.policies],
    token_policies: [...entry.policies],
    metadata: { ...entry.meta },
    lease_duration: leaseSeconds,
    renewable: entry.renewable,
    entity_id: "",
    token_type: entry.type,
    orphan: entry.orphan,
    mfa_requirement: null,
    num_uses: entry.usesLeft,
  };
}
