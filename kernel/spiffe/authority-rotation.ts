import { hasExpired, type LocalAuthorities, type LocalAuthority } from "./authority-lifecycle.ts";

const DAY_MS = 24 * 3600 * 1000;

/** Part of an authority's life, cut to a cap in milliseconds. */
interface LifePart {
  readonly fraction: number;
  readonly capMs: number;
}

/** The next authority is prepared when this part of the active one's life is left, but no more than the cap. */
export const PREPARATION = { fraction: 1 / 2, capMs: 30 * DAY_MS } as const satisfies LifePart;
/** The next authority is activated when this part of the active one's life is left, but no more than the cap. */
export const ACTIVATION = { fraction: 1 / 6, capMs: 7 * DAY_MS } as const satisfies LifePart;

/**
 * How long a new authority is known before it signs, while the active one still can: three times SPIRE's refresh hint, but
 * no more than this part of its own life.
 */
export const PUBLICATION = { fraction: 1 / 6, capMs: 15 * 60 * 1000 } as const satisfies LifePart;

/** What to do next for the rotation of an authority, and why. */
export type RotationStep =
  | { readonly action: "prepare"; readonly reason: "no-active-authority" | "active-expired" | "preparation-due" }
  | {
      readonly action: "activate";
      readonly reason: "no-active-authority" | "active-expired" | "activation-due";
      readonly authorityId: string;
    }
  /** `at`: the next instant at which there is something to do. */
  | { readonly action: "wait"; readonly at: Date };

/**
 * Decides the next step of a rotation. Carry it out and ask again until it says to wait: a server without a usable
 * authority so prepares and activates at once, and any other leaves time for the new one to become known.
 */
export function planRotation(state: LocalAuthorities, now: Date): RotationStep {
  const { active } = state;
  const prepared = state.prepared !== undefined && !hasExpired(state.prepared, now) ? state.prepared : undefined;
  if (active === undefined || hasExpired(active, now)) {
    const reason = active === undefined ? "no-active-authority" : "active-expired";
    return prepared === undefined
      ? { action: "prepare", reason }
      : { action: "activate", reason, authorityId: prepared.authorityId };
  }
  if (prepared === undefined) {
    const at = preparationTime(active);
    return isDue(at, now) ? { action: "prepare", reason: "preparation-due" } : { action: "wait", at };
  }
  const at = handoverTime(active, prepared);
  return isDue(at, now)
    ? { action: "activate", reason: "activation-due", authorityId: prepared.authorityId }
    : { action: "wait", at };
}

/** From when on the authority after this one is prepared. */
export function preparationTime(authority: LocalAuthority): Date {
  return beforeEnd(authority, PREPARATION);
}

/** From when on the authority after this one is active. */
export function activationTime(authority: LocalAuthority): Date {
  return beforeEnd(authority, ACTIVATION);
}

/**
 * The longest that something signed is sure to live in full, in milliseconds: just before the next authority is activated,
 * the active one has no more left than this.
 *
 * @param authorityLifetimeMs - of every authority.
 */
export function longestGuaranteedTtlMs(authorityLifetimeMs: number): number {
  return Math.min(authorityLifetimeMs * ACTIVATION.fraction, ACTIVATION.capMs);
}

function handoverTime(active: LocalAuthority, prepared: LocalAuthority): Date {
  // An operator may have shortened the lifetime: what was prepared must not expire while the active one lives on.
  const due = Math.min(activationTime(active).getTime(), activationTime(prepared).getTime());
  const known = prepared.issuedAt.getTime() + partOfLife(prepared, PUBLICATION);
  return new Date(Math.min(Math.max(due, known), active.notAfter.getTime()));
}

function beforeEnd(authority: LocalAuthority, part: LifePart): Date {
  return new Date(authority.notAfter.getTime() - partOfLife(authority, part));
}

function partOfLife({ issuedAt, notAfter }: LocalAuthority, { fraction, capMs }: LifePart): number {
  return Math.floor(Math.min((notAfter.getTime() - issuedAt.getTime()) * fraction, capMs));
}

function isDue(instant: Date, now: Date): boolean {
  return now.getTime() >= instant.getTime();
}
