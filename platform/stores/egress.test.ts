import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { denyLinkLocal } from "./egress.ts";

describe("the default egress policy", () => {
  for (const address of [
    "169.254.169.254",
    "169.254.170.2",
    "0.0.0.0",
    "0.1.2.3",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "not an address",
    "",
  ]) {
    it(`refuses ${JSON.stringify(address)}`, () => assert.equal(denyLinkLocal(address), false));
  }
  for (const address of [
    "127.0.0.1",
    "10.0.0.1",
    "192.168.1.1",
    "203.0.113.7",
    "::1",
    "fd00::1",
    "2001:db8::1",
    "::ffff:10.0.0.1",
  ]) {
    it(`allows ${address}`, () => assert.equal(denyLinkLocal(address), true));
  }
});
