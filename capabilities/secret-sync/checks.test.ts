import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ExternalSecret, ExternalSecretSpec } from "./api/external-secret.ts";
import { effectiveIntervalMs, type RefreshQuestion, refreshCause, untilNextRefreshMs } from "./checks.ts";
import { syncedResourceVersion } from "./object-hash.ts";
import { syncWindowsPermit } from "./sync-windows.ts";

const NOW = new Date("2026-11-22T12:00:00Z");
const minutesAgo = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);

function question(spec: ExternalSecretSpec, overrides: Partial<RefreshQuestion> = {}): RefreshQuestion {
  const metadata = { name: "a", namespace: "b", generation: 1, uid: "c" };
  const externalSecret: ExternalSecret = {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata,
    spec,
    status: { syncedResourceVersion: syncedResourceVersion(metadata) },
  };
  return { externalSecret, lastRefresh: minutesAgo(5), target: "valid", inputsChanged: false, now: NOW, ...overrides };
}

const table: [string, RefreshQuestion, string | undefined][] = [
  ["nothing is due within the interval", question({ refreshInterval: "1h" }), undefined],
  ["an object that was never synced", question({}, { lastRefresh: undefined }), "FirstSync"],
  ["the interval has passed", question({ refreshInterval: "1h" }, { lastRefresh: minutesAgo(61) }), "IntervalElapsed"],
  ["a store or template changed", question({}, { inputsChanged: true }), "InputsChanged"],
  ["the Secret is missing", question({}, { target: "missing" }), "TargetMissing"],
  ["the Secret was changed", question({}, { target: "changed" }), "TargetChanged"],
  ["the last refresh lies in the future", question({}, { lastRefresh: minutesAgo(-10) }), "ClockWentBack"],
  [
    "CreatedOnce ignores the interval",
    question({ refreshPolicy: "CreatedOnce" }, { lastRefresh: minutesAgo(9999) }),
    undefined,
  ],
  [
    "CreatedOnce makes a deleted Secret again",
    question({ refreshPolicy: "CreatedOnce" }, { target: "missing" }),
    "TargetMissing",
  ],
  [
    "OnChange ignores the interval",
    question({ refreshPolicy: "OnChange" }, { lastRefresh: minutesAgo(9999) }),
    undefined,
  ],
  ["an interval of 0 reads once", question({ refreshInterval: "0" }, { lastRefresh: minutesAgo(9999) }), undefined],
  [
    "a deny window holds a periodic refresh back",
    question(
      { refreshInterval: "1h", syncWindows: { kind: "deny", windows: [{ schedule: "@every 1h", duration: "1h" }] } },
      { lastRefresh: minutesAgo(61) },
    ),
    undefined,
  ],
];
describe("refresh", () => {
  for (const [when, asked, expected] of table) {
    it(`${expected === undefined ? "waits" : `is due (${expected})`}: ${when}`, () =>
      assert.equal(refreshCause(asked)?.reason, expected));
  }

  for (const policy of ["Periodic", "OnChange"] as const) {
    for (const refreshInterval of ["1h", "0"]) {
      it(`any change of an annotation refreshes at once with ${policy} and interval ${refreshInterval}`, () => {
        const asked = question({ refreshPolicy: policy, refreshInterval });
        asked.externalSecret.metadata = {
          ...asked.externalSecret.metadata,
          annotations: { "force-sync": "1700000000" },
        };
        assert.equal(refreshCause(asked)?.reason, "Changed");
      });
    }
  }

  const wanting = (key: string): number =>
    effectiveIntervalMs({
      spec: { refreshInterval: "10m", data: [{ secretKey: "a", remoteRef: { key } }] },
      metadata: {},
    });

  it("comes early by a share of the interval, and never so late that a shared value is older than the interval", () => {
    const intervals = ["k1", "k2", "k3", "k4"].map(wanting);
    for (const interval of intervals) assert.ok(interval >= 525_000 && interval <= 585_000, String(interval));
    assert.ok(new Set(intervals).size > 1);
  });

  it("comes at the same time for all that want the same secret", () => assert.equal(wanting("k1"), wanting("k1")));

  it("has no next periodic refresh with interval 0", () => {
    assert.equal(untilNextRefreshMs(question({ refreshInterval: "0" }).externalSecret, NOW, NOW), undefined);
  });
});

describe("sync windows", () => {
  const at = (text: string): Date => new Date(text);
  const nightly = { schedule: "0 2 * * *", duration: "1h" };
  const cases: [string, "allow" | "deny", string, boolean][] = [
    ["at its opening", "allow", "2026-11-22T02:00:00Z", true],
    ["at its end", "allow", "2026-11-22T03:00:00Z", true],
    ["after its end", "allow", "2026-11-22T03:00:01Z", false],
    ["before its opening", "allow", "2026-11-22T01:59:59Z", false],
    ["within", "deny", "2026-11-22T02:30:00Z", false],
    ["outside", "deny", "2026-11-22T12:00:00Z", true],
  ];
  for (const [when, kind, instant, permitted] of cases) {
    it(`${permitted ? "permit" : "hold back"} a refresh ${when} of a window that ${kind}s`, () => {
      assert.equal(syncWindowsPermit({ kind, windows: [nightly] }, at(instant)), permitted);
    });
  }

  it("pass over a schedule that is none", () => {
    assert.equal(syncWindowsPermit({ kind: "deny", windows: [{ schedule: "nonsense", duration: "1h" }] }, NOW), true);
  });
});
