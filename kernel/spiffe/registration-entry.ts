import { asTegataError, TegataError } from "@tegata/errors";
import { quoted } from "./quoted.ts";
import { formatSelector, type Selector, selector, selectorSet } from "./selector.ts";
import { parseSpiffeId, parseTrustDomainOrId, type SpiffeId } from "./spiffe-id.ts";
import { checkMemberId, checkWorkloadId, serverSpiffeId } from "./spire-paths.ts";
import type { TrustDomain } from "./trust-domain.ts";

declare const entryIdBrand: unique symbol;

/** Identifies a registration entry: 1 to 255 letters, digits, dots, dashes and underscores; a UUID if the server chose it. */
export type EntryId = string & { readonly [entryIdBrand]: true };

/** Who gets which SPIFFE ID. What the server adds (revision number, time of creation) is not part of it. */
export interface RegistrationEntry {
  /** Absent: the server will choose one. */
  readonly id?: EntryId;
  readonly spiffeId: SpiffeId;
  /** The agent that may fetch SVIDs for it; the server's own ID makes it an alias for nodes. */
  readonly parentId: SpiffeId;
  /** A set, in SPIRE's order; one at least. */
  readonly selectors: readonly Selector[];
  /** 0: the server's default. */
  readonly x509SvidTtlSeconds: number;
  /** 0: the server's default. */
  readonly jwtSvidTtlSeconds: number;
  readonly federatesWith: readonly TrustDomain[];
  /** In their order: the first one becomes the common name. */
  readonly dnsNames: readonly string[];
  /** May use the server's API as an administrator. */
  readonly admin: boolean;
  /** May get a CA certificate for a server below this one. */
  readonly downstream: boolean;
  /** The SVID is put into a store rather than handed to the workload. */
  readonly storeSvid: boolean;
  /** Unix time in seconds after which the entry is removed; 0: never. */
  readonly expiresAtSeconds: number;
  /** Tells a workload with several SVIDs what this one is for; may be empty. */
  readonly hint: string;
  readonly disableX509SvidPrefetch: boolean;
  readonly jwtSvidIncludeJti: boolean;
}

/** An entry as it comes from outside; what is absent is empty, zero or false. */
export interface RegistrationEntryInput
  extends Partial<Omit<RegistrationEntry, "id" | "spiffeId" | "parentId" | "selectors" | "federatesWith">> {
  readonly id?: string;
  readonly spiffeId: string;
  readonly parentId: string;
  readonly selectors: readonly { readonly type: string; readonly value: string }[];
  /** Names of trust domains, or IDs in them. */
  readonly federatesWith?: readonly string[];
}

/** Longest hint, in characters. */
export const MAX_HINT_LENGTH = 1024;

const ENTRY_ID = /^[a-zA-Z0-9._-]+$/;
const MAX_ENTRY_ID_LENGTH = 255;
const MAX_TTL_SECONDS = 2 ** 31 - 1;
const DNS_LABEL = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/;
const MAX_DNS_NAME_LENGTH = 253;

/**
 * Checks an entry by the rules of SPIRE's `BatchCreateEntry`. Whether federated bundles and similar entries exist is the
 * datastore's to say.
 *
 * @param trustDomain - of the server: both IDs must be in it.
 * @throws TegataError `REGISTRATION_ENTRY_INVALID`; the reason is in SPIRE's words.
 */
export function parseRegistrationEntry(input: RegistrationEntryInput, trustDomain: TrustDomain): RegistrationEntry {
  const entry: RegistrationEntry = {
    ...(input.id === undefined || input.id === "" ? {} : { id: parseEntryId(input.id) }),
    parentId: part("invalid parent ID: ", () => parseParentId(input.parentId, trustDomain)),
    spiffeId: part("invalid spiffe ID: ", () => parseEntrySpiffeId(input.spiffeId, trustDomain)),
    selectors: part("", () => selectorSet(input.selectors.map(({ type, value }) => selector(type, value)))),
    dnsNames: [...new Set(input.dnsNames ?? [])],
    federatesWith: [
      ...new Set(
        (input.federatesWith ?? []).map((name) =>
          part("invalid federated trust domain: ", () => parseTrustDomainOrId(name)),
        ),
      ),
    ],
    x509SvidTtlSeconds: input.x509SvidTtlSeconds ?? 0,
    jwtSvidTtlSeconds: input.jwtSvidTtlSeconds ?? 0,
    admin: input.admin ?? false,
    downstream: input.downstream ?? false,
    storeSvid: input.storeSvid ?? false,
    expiresAtSeconds: input.expiresAtSeconds ?? 0,
    hint: input.hint ?? "",
    disableX509SvidPrefetch: input.disableX509SvidPrefetch ?? false,
    jwtSvidIncludeJti: input.jwtSvidIncludeJti ?? false,
  };
  checkEntry(entry);
  return entry;
}

/** @throws TegataError `REGISTRATION_ENTRY_INVALID` */
export function parseEntryId(text: string): EntryId {
  if (text.length > MAX_ENTRY_ID_LENGTH) throw invalid("invalid registration entry: entry ID too long");
  if (!ENTRY_ID.test(text)) throw invalid("invalid registration entry: entry ID contains invalid characters");
  return text as EntryId;
}

/**
 * What no two entries have in common: SPIFFE ID, parent and the set of selectors. A second such entry is answered by
 * "similar entry already exists".
 */
export function entryKey({ spiffeId, parentId, selectors }: RegistrationEntry): string {
  return JSON.stringify([spiffeId, parentId, ...selectors.map(formatSelector)]);
}

/** Whether an entry gives an ID to nodes (whose selectors include its own), not to workloads. */
export function isNodeAlias({ parentId }: RegistrationEntry, trustDomain: TrustDomain): boolean {
  return parentId === serverSpiffeId(trustDomain);
}

function parseParentId(text: string, trustDomain: TrustDomain): SpiffeId {
  const id = parseSpiffeId(text);
  checkMemberId(id, trustDomain);
  return id;
}

function parseEntrySpiffeId(text: string, trustDomain: TrustDomain): SpiffeId {
  const id = parseSpiffeId(text);
  checkWorkloadId(id, trustDomain);
  return id;
}

function checkEntry(entry: RegistrationEntry): void {
  const { selectors, storeSvid } = entry;
  if (selectors.length === 0) throw invalid("selector list is empty");
  for (const name of entry.dnsNames) {
    const why = dnsNameProblem(name);
    if (why !== undefined) throw invalid(`invalid DNS name: ${quoted(name)} ${why}`);
  }
  if (entry.hint.length > MAX_HINT_LENGTH)
    throw invalid(`hint is too long, max length is ${MAX_HINT_LENGTH} characters`);
  checkTtl("X.509-SVID", entry.x509SvidTtlSeconds);
  checkTtl("JWT-SVID", entry.jwtSvidTtlSeconds);
  if (!Number.isSafeInteger(entry.expiresAtSeconds) || entry.expiresAtSeconds < 0)
    throw invalid("the time of expiry is not a whole number of seconds from 0");
  // A plugin of one type stores the SVID, and its selectors say where.
  if (storeSvid && selectors.some(({ type }) => type !== selectors[0]?.type))
    throw invalid("invalid registration entry: selector types must be the same when store SVID is enabled");
  if (storeSvid && entry.disableX509SvidPrefetch)
    throw invalid("specifying cache behaviour is incompatible with storable SVIDs");
}

function checkTtl(what: string, ttlSeconds: number): void {
  if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 0 || ttlSeconds > MAX_TTL_SECONDS)
    throw invalid(`the ${what} TTL is not a whole number of seconds from 0 to ${MAX_TTL_SECONDS}`);
}

/** Why a text is not a DNS name, maybe with a wildcard as its whole first label; `undefined` if it is one. */
function dnsNameProblem(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.length > MAX_DNS_NAME_LENGTH) return `is longer than ${MAX_DNS_NAME_LENGTH} characters`;
  const labels = name.replace(/^\*\./, "").split(".");
  const bad = labels.find((label) => !DNS_LABEL.test(label));
  return bad === undefined ? undefined : `has the label ${quoted(bad)}`;
}

/** Says of which field a failure is. */
function part<T>(prefix: string, read: () => T): T {
  try {
    return read();
  } catch (thrown) {
    const error = asTegataError(thrown);
    throw error === undefined ? thrown : invalid(prefix + error.message, error);
  }
}

function invalid(message: string, cause?: unknown): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "REGISTRATION_ENTRY_INVALID",
    message,
    remedy: "Correct the registration entry.",
    ...(cause === undefined ? {} : { cause }),
  });
}
