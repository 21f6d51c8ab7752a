import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asTegataError } from "@tegata/errors";
import fc from "fast-check";
import {
  activateAuthority,
  activationTime,
  EXPIRED_AUTHORITY_KEPT_MS,
  hasExpired,
  type LocalAuthorities,
  type LocalAuthority,
  longestGuaranteedTtlMs,
  NO_AUTHORITIES,
  planRotation,
  prepareAuthority,
  preparationTime,
  pruneAuthorities,
  publishedAuthorities,
  revokeAuthority,
  taintAuthority,
} from "./index.ts";

const START = new Date("2026-05-01T00:00:00Z");
const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const REFUSED = { code: "AUTHORITY_TRANSITION_INVALID" };

function at(ms: number): Date {
  return new Date(START.getTime() + ms);
}

function authority(authorityId: string, fromMs = 0, lifetimeMs = DAY_MS): LocalAuthority {
  return { authorityId, issuedAt: at(fromMs), notAfter: at(fromMs + lifetimeMs) };
}

/** "a" is old, "b" active, "c" prepared. */
function threeAuthorities(): LocalAuthorities {
  let state = prepareAuthority(NO_AUTHORITIES, authority("a"));
  state = activateAuthority(state, "a", at(0));
  state = activateAuthority(prepareAuthority(state, authority("b", HOUR_MS)), "b", at(HOUR_MS));
  return prepareAuthority(state, authority("c", 2 * HOUR_MS));
}

function ids(list: readonly LocalAuthority[]): string[] {
  return list.map(({ authorityId }) => authorityId);
}

describe("authorities", () => {
  it("go from prepared to active to old", () => {
    const { prepared, active, old } = threeAuthorities();
    assert.deepEqual([prepared?.authorityId, active?.authorityId, ids(old)], ["c", "b", ["a"]]);
  });

  it("are all in the bundle", () => assert.deepEqual(ids(publishedAuthorities(threeAuthorities())), ["b", "c", "a"]));

  it("that were prepared and never used stay in the bundle", () => {
    const state = prepareAuthority(threeAuthorities(), authority("d", 3 * HOUR_MS));
    assert.deepEqual([state.prepared?.authorityId, ids(state.old)], ["d", ["c", "a"]]);
  });

  it("leave the bundle when they are tainted, then revoked", () => {
    const tainted = taintAuthority(threeAuthorities(), "a");
    assert.deepEqual(tainted.old, [{ ...authority("a"), tainted: true }]);
    assert.deepEqual(ids(publishedAuthorities(revokeAuthority(tainted, "a"))), ["b", "c"]);
  });

  it("leave the bundle a day after they have expired", () => {
    const state = threeAuthorities();
    assert.equal(pruneAuthorities(state, at(DAY_MS + EXPIRED_AUTHORITY_KEPT_MS)), state);
    assert.deepEqual(pruneAuthorities(state, at(DAY_MS + EXPIRED_AUTHORITY_KEPT_MS + 1)).old, []);
  });

  const refused: Readonly<Record<string, readonly [(state: LocalAuthorities) => unknown, RegExp]>> = {
    "preparing without an ID": [(state) => prepareAuthority(state, authority("", DAY_MS)), /no authority ID/],
    "preparing one that is active": [(state) => prepareAuthority(state, authority("b", DAY_MS)), /exists already/],
    "preparing one that is old": [(state) => prepareAuthority(state, authority("a", DAY_MS)), /exists already/],
    "preparing one that ends before it begins": [
      (state) => prepareAuthority(state, authority("d", DAY_MS, 0)),
      /ends before/,
    ],
    "activating without an ID": [(state) => activateAuthority(state, "", at(0)), /no authority ID/],
    "activating one that is not known": [(state) => activateAuthority(state, "x", at(0)), /"x" is not known$/],
    "activating the active one": [(state) => activateAuthority(state, "b", at(0)), /"b" is the active one$/],
    "activating an old one": [(state) => activateAuthority(state, "a", at(0)), /"a" is an old one$/],
    "activating one that has expired": [(state) => activateAuthority(state, "c", at(2 * DAY_MS)), /has expired$/],
    "tainting without an ID": [(state) => taintAuthority(state, ""), /no authority ID/],
    "tainting the active one": [(state) => taintAuthority(state, "b"), /^unable to taint current local authority$/],
    "tainting the prepared one": [
      (state) => taintAuthority(state, "c"),
      /^only Old local authorities can be tainted: /,
    ],
    "tainting one that is not known": [(state) => taintAuthority(state, "x"), /"x" is not known$/],
    "tainting twice": [(state) => taintAuthority(taintAuthority(state, "a"), "a"), /already tainted$/],
    "revoking the active one": [(state) => revokeAuthority(state, "b"), /^unable to revoke current local authority$/],
    "revoking the prepared one": [
      (state) => revokeAuthority(state, "c"),
      /^only Old local authorities can be revoked: /,
    ],
    "revoking what is not tainted": [(state) => revokeAuthority(state, "a"), /not tainted/],
  };
  for (const [what, [run, message]] of Object.entries(refused))
    it(`refuse ${what}`, () => assert.throws(() => run(threeAuthorities()), { ...REFUSED, message }));
});

describe("planRotation", () => {
  const day = authority("a");

  it("prepares at half of a life, and activates at a sixth before its end", () => {
    assert.deepEqual(preparationTime(day), at(12 * HOUR_MS));
    assert.deepEqual(activationTime(day), at(20 * HOUR_MS));
    assert.equal(longestGuaranteedTtlMs(DAY_MS), 4 * HOUR_MS);
  });

  it("prepares at most 30 days, and activates at most 7 days before the end", () => {
    const year = authority("a", 0, 365 * DAY_MS);
    assert.deepEqual(preparationTime(year), at(335 * DAY_MS));
    assert.deepEqual(activationTime(year), at(358 * DAY_MS));
    assert.equal(longestGuaranteedTtlMs(365 * DAY_MS), 7 * DAY_MS);
  });

  const active: LocalAuthorities = { active: day, old: [] };
  const ready: LocalAuthorities = { ...active, prepared: authority("b", 12 * HOUR_MS) };
  const steps: readonly (readonly [string, LocalAuthorities, number, ReturnType<typeof planRotation>])[] = [
    ["prepares at the very first", NO_AUTHORITIES, 0, { action: "prepare", reason: "no-active-authority" }],
    [
      "activates at once what is the first",
      { prepared: day, old: [] },
      0,
      { action: "activate", reason: "no-active-authority", authorityId: "a" },
    ],
    ["waits for the time to prepare", active, 12 * HOUR_MS - 1, { action: "wait", at: at(12 * HOUR_MS) }],
    ["prepares when it is due", active, 12 * HOUR_MS, { action: "prepare", reason: "preparation-due" }],
    ["waits for the time to activate", ready, 20 * HOUR_MS - 1, { action: "wait", at: at(20 * HOUR_MS) }],
    [
      "activates when it is due",
      ready,
      20 * HOUR_MS,
      { action: "activate", reason: "activation-due", authorityId: "b" },
    ],
    [
      "activates early what lives shorter than the active one",
      { ...active, prepared: authority("b", 12 * HOUR_MS, HOUR_MS) },
      12 * HOUR_MS + 50 * 60_000,
      { action: "activate", reason: "activation-due", authorityId: "b" },
    ],
    [
      "lets a new authority become known first",
      { ...active, prepared: authority("b", 21 * HOUR_MS) },
      21 * HOUR_MS + 1,
      { action: "wait", at: at(21 * HOUR_MS + 15 * 60_000) },
    ],
    [
      "activates after a long sleep",
      ready,
      25 * HOUR_MS,
      { action: "activate", reason: "active-expired", authorityId: "b" },
    ],
    ["prepares anew after a longer one", ready, 36 * HOUR_MS, { action: "prepare", reason: "active-expired" }],
    ["prepares after a long sleep", active, DAY_MS, { action: "prepare", reason: "active-expired" }],
  ];
  for (const [what, state, now, step] of steps) it(what, () => assert.deepEqual(planRotation(state, at(now)), step));
});

describe("a rotating server", () => {
  type Command =
    | { readonly type: "tick" | "fail" | "prepare" | "activate"; readonly ms: number }
    | { readonly type: "taint" | "revoke"; readonly pick: number };
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc.record({
      type: fc.constantFrom("tick", "tick", "fail", "prepare", "activate"),
      ms: fc.integer({ min: -2 * HOUR_MS, max: 30 * HOUR_MS }),
    }),
    fc.record({ type: fc.constantFrom("taint", "revoke"), pick: fc.nat(5) }),
  );

  /** A server in miniature. Its clock may go back; what it has done must not. */
  class Server {
    state: LocalAuthorities = NO_AUTHORITIES;
    now = 0;
    #count = 0;
    /** An operator may change it. */
    lifetimeMs: number;

    constructor(lifetimeMs: number) {
      this.lifetimeMs = lifetimeMs;
    }

    next(): LocalAuthority {
      return authority(`k${this.#count++}`, this.now, this.lifetimeMs);
    }

    /** Does what is due; with `failing`, its key store is down, and nothing can be prepared. */
    rotate(failing: boolean): void {
      for (let i = 0; i < 5; i++) {
        const step = planRotation(this.state, at(this.now));
        if (step.action === "wait") return;
        if (step.action === "activate") this.state = activateAuthority(this.state, step.authorityId, at(this.now));
        else if (failing) return;
        else this.state = prepareAuthority(this.state, this.next());
      }
      assert.fail("the plan never comes to rest");
    }

    run(one: Command): void {
      if ("pick" in one) {
        const [picked] = this.state.old.slice(one.pick);
        const change = one.type === "taint" ? taintAuthority : revokeAuthority;
        this.state = change(this.state, picked?.authorityId ?? "unknown");
        return;
      }
      this.now += one.ms;
      if (one.type === "prepare") this.state = prepareAuthority(this.state, this.next());
      else if (one.type === "activate")
        this.state = activateAuthority(this.state, this.state.prepared?.authorityId ?? "unknown", at(this.now));
      else this.rotate(one.type === "fail");
      this.state = pruneAuthorities(this.state, at(this.now));
    }
  }

  /** Runs commands as operators and clocks give them; what is refused changes nothing. */
  function tryRun(server: Server, one: Command): void {
    const before = server.state;
    try {
      server.run(one);
    } catch (thrown) {
      assert.equal(asTegataError(thrown)?.code, REFUSED.code, String(thrown));
      if (one.type !== "tick" && one.type !== "fail") assert.equal(server.state, before);
    }
  }

  it("keeps every promise, whatever happens", () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 60 }),
        fc.constantFrom(HOUR_MS, DAY_MS, 90 * DAY_MS),
        (commands, lifetimeMs) => {
          const server = new Server(lifetimeMs);
          server.rotate(false);
          const wasActive: string[] = [];
          for (const one of commands) {
            const before = server.state;
            if ("pick" in one) server.lifetimeMs = (1 + one.pick) * lifetimeMs;
            tryRun(server, one);
            const { active, prepared, old } = server.state;
            assert.ok(active, "there is always an active authority");
            const published = ids(publishedAuthorities(server.state));
            assert.ok(published.includes(active.authorityId), "the active authority is in the bundle");
            assert.ok(prepared === undefined || published.includes(prepared.authorityId));
            assert.equal(new Set(published).size, published.length, "no authority is there twice");
            for (const { authorityId, notAfter } of publishedAuthorities(before)) {
              const isGone = !published.includes(authorityId);
              const isPruned = notAfter.getTime() < at(server.now).getTime() - EXPIRED_AUTHORITY_KEPT_MS;
              assert.ok(
                !isGone || one.type === "revoke" || isPruned,
                "only revoked or long expired authorities leave the bundle",
              );
            }
            for (const taintedOne of before.old.filter(({ tainted }) => tainted))
              assert.ok(
                old.every(({ authorityId, tainted }) => authorityId !== taintedOne.authorityId || tainted),
                "a taint stays",
              );
            if (before.active !== undefined && before.active !== active && !hasExpired(before.active, at(server.now)))
              assert.equal(active, before.prepared, "what takes over was known before");
            if (wasActive.at(-1) !== active.authorityId) {
              assert.ok(!wasActive.includes(active.authorityId), "an old authority never signs again");
              wasActive.push(active.authorityId);
            }
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("always has an authority that has not expired after a tick, if keys can be made", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(40 * HOUR_MS), { maxLength: 40 }), (pauses) => {
        const server = new Server(DAY_MS);
        for (const pause of [0, ...pauses]) {
          server.run({ type: "tick", ms: pause });
          assert.ok(server.state.active && !hasExpired(server.state.active, at(server.now)));
        }
      }),
    );
  });

  it("gives every authority a third of its life to become known, if it ticks often", () => {
    const server = new Server(DAY_MS);
    const seenAt = new Map<string, number>();
    for (let tick = 0; tick < 24 * 60; tick++) {
      const before = server.state.active?.authorityId;
      server.run({ type: "tick", ms: 10 * 60_000 });
      for (const id of ids(publishedAuthorities(server.state))) if (!seenAt.has(id)) seenAt.set(id, server.now);
      const active = server.state.active?.authorityId ?? "";
      if (before !== undefined && before !== active)
        assert.ok(server.now - (seenAt.get(active) ?? 0) >= DAY_MS / 3 - 20 * 60_000);
    }
    assert.ok(seenAt.size >= 12);
  });
});
