import { TegataError } from "@tegata/errors";

/** A CA or JWT key of this server, as far as its life cycle goes. */
export interface LocalAuthority {
  /** Hex of the subject key identifier for a CA, `kid` for a JWT key. */
  readonly authorityId: string;
  readonly issuedAt: Date;
  readonly notAfter: Date;
}

/** An authority that signs no more. */
export interface OldAuthority extends LocalAuthority {
  /** What it signed is to be replaced at once. */
  readonly tainted: boolean;
}

/**
 * The authorities of one kind of one server. All of them are in the trust bundle, and only the active one signs:
 *
 * ```
 * (new) --prepare--> prepared --activate--> active --(next one activated)--> old --taint--> old, tainted --revoke--> (gone)
 * ```
 *
 * A prepared authority that is prepared anew becomes old without having been active, since others may have seen it.
 */
export interface LocalAuthorities {
  readonly prepared?: LocalAuthority;
  /** Absent only before the first activation. */
  readonly active?: LocalAuthority;
  /** Latest first. */
  readonly old: readonly OldAuthority[];
}

/** A server that has never had an authority. */
export const NO_AUTHORITIES: LocalAuthorities = { old: [] };

/** How long an expired authority stays in the bundle, in milliseconds, for peers whose clock is behind. */
export const EXPIRED_AUTHORITY_KEPT_MS = 24 * 3600 * 1000;

/**
 * Adds an authority that is to be active next. Its key goes into the bundle now, so that everyone knows it in time.
 *
 * @throws TegataError `AUTHORITY_TRANSITION_INVALID` if its ID is empty or taken, or it ends before it begins.
 */
export function prepareAuthority(state: LocalAuthorities, next: LocalAuthority): LocalAuthorities {
  const { authorityId, issuedAt, notAfter } = next;
  if (authorityId === "") throw refused("no authority ID provided");
  if (publishedAuthorities(state).some((one) => one.authorityId === authorityId))
    throw refused(`authority "${authorityId}" exists already`);
  if (!(issuedAt.getTime() < notAfter.getTime())) throw refused(`authority "${authorityId}" ends before it begins`);
  const old = state.prepared === undefined ? state.old : [retired(state.prepared), ...state.old];
  return { ...state, prepared: next, old };
}

/**
 * Makes the prepared authority the active one, and the active one old.
 *
 * @throws TegataError `AUTHORITY_TRANSITION_INVALID` if it is not the prepared one, or has expired.
 */
export function activateAuthority(state: LocalAuthorities, authorityId: string, now: Date): LocalAuthorities {
  const { prepared, active } = state;
  if (authorityId === "") throw refused("no authority ID provided");
  if (prepared === undefined || prepared.authorityId !== authorityId)
    throw refused(`only Prepared authorities can be activated: "${authorityId}" is ${statusOf(state, authorityId)}`);
  if (hasExpired(prepared, now)) throw refused(`the prepared authority "${authorityId}" has expired`);
  const old = active === undefined ? state.old : [retired(active), ...state.old];
  return { active: prepared, old };
}

/**
 * Marks an old authority as one whose key may be known to others: agents replace at once what it signed.
 *
 * @throws TegataError `AUTHORITY_TRANSITION_INVALID` if it is not old, or tainted already. Rotate an active one first.
 */
export function taintAuthority(state: LocalAuthorities, authorityId: string): LocalAuthorities {
  const one = requireOld(state, authorityId, "taint");
  if (one.tainted) throw refused(`authority "${authorityId}" is already tainted`);
  return { ...state, old: state.old.map((other) => (other === one ? { ...one, tainted: true } : other)) };
}

/**
 * Removes a tainted authority, and thereby its key from the bundle: whatever it signed is refused from now on.
 *
 * @throws TegataError `AUTHORITY_TRANSITION_INVALID` if it is not old and tainted.
 */
export function revokeAuthority(state: LocalAuthorities, authorityId: string): LocalAuthorities {
  const one = requireOld(state, authorityId, "revoke");
  if (!one.tainted) throw refused(`authority "${authorityId}" is not tainted: it is not possible to revoke it`);
  return { ...state, old: state.old.filter((other) => other !== one) };
}

/** Removes old authorities that expired more than {@link EXPIRED_AUTHORITY_KEPT_MS} ago. @returns the same if none did. */
export function pruneAuthorities(state: LocalAuthorities, now: Date): LocalAuthorities {
  const limit = now.getTime() - EXPIRED_AUTHORITY_KEPT_MS;
  const old = state.old.filter(({ notAfter }) => notAfter.getTime() >= limit);
  return old.length === state.old.length ? state : { ...state, old };
}

/** All whose keys belong into the trust bundle: active, prepared, old. */
export function publishedAuthorities({ active, prepared, old }: LocalAuthorities): readonly LocalAuthority[] {
  return [active, prepared, ...old].filter((one) => one !== undefined);
}

/** Whether an authority may sign no more. */
export function hasExpired({ notAfter }: LocalAuthority, now: Date): boolean {
  return notAfter.getTime() <= now.getTime();
}

function requireOld(state: LocalAuthorities, authorityId: string, verb: "taint" | "revoke"): OldAuthority {
  if (authorityId === "") throw refused("no authority ID provided");
  if (state.active?.authorityId === authorityId) throw refused(`unable to ${verb} current local authority`);
  const one = state.old.find((other) => other.authorityId === authorityId);
  if (one !== undefined) return one;
  const done = verb === "taint" ? "tainted" : "revoked";
  throw refused(`only Old local authorities can be ${done}: "${authorityId}" is ${statusOf(state, authorityId)}`);
}

function statusOf({ prepared, active, old }: LocalAuthorities, authorityId: string): string {
  if (active?.authorityId === authorityId) return "the active one";
  if (prepared?.authorityId === authorityId) return "the prepared one";
  return old.some((one) => one.authorityId === authorityId) ? "an old one" : "not known";
}

function retired({ authorityId, issuedAt, notAfter }: LocalAuthority): OldAuthority {
  return { authorityId, issuedAt, notAfter, tainted: false };
}

function refused(message: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "AUTHORITY_TRANSITION_INVALID",
    message,
    remedy: "Keep to the order: prepare, activate, taint the old authority, revoke it.",
  });
}
