import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { formatAge, formatDuration } from "./age.ts";

const S = 1000;
const M = 60 * S;
const H = 60 * M;
const D = 24 * H;

describe("formatDuration", () => {
  // The expectations are those of k8s.io/apimachinery's duration.HumanDuration.
  const printed: readonly (readonly [milliseconds: number, text: string])[] = [
    [-2 * S, "<invalid>"],
    [-1 * S, "0s"],
    [0, "0s"],
    [999, "0s"],
    [119 * S, "119s"],
    [2 * M, "2m"],
    [9 * M + 59 * S, "9m59s"],
    [10 * M + 30 * S, "10m"],
    [179 * M, "179m"],
    [3 * H, "3h"],
    [7 * H + 59 * M, "7h59m"],
    [8 * H + 59 * M, "8h"],
    [47 * H, "47h"],
    [48 * H, "2d"],
    [2 * D + 5 * H, "2d5h"],
    [8 * D + 5 * H, "8d"],
    [729 * D, "729d"],
    [730 * D, "2y"],
    [3 * 365 * D + 10 * D, "3y10d"],
    [8 * 365 * D + 10 * D, "8y"],
  ];
  for (const [milliseconds, text] of printed) {
    it(`prints ${milliseconds} ms as ${text}`, () => assert.equal(formatDuration(milliseconds), text));
  }
});

describe("formatAge", () => {
  it("counts from the instant to now", () => {
    assert.equal(formatAge("2024-01-01T00:00:00Z", new Date("2024-01-01T00:03:05Z")), "3m5s");
  });

  it("does not guess an age where there is no instant", () => {
    assert.equal(formatAge(null, new Date()), "<unknown>");
    assert.equal(formatAge("soon", new Date()), "<unknown>");
  });
});
