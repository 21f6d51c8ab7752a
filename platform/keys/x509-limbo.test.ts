import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { asTegataError } from "@tegata/errors";
import {
  parseCertificate,
  parseCertificatePem,
  parseCertificateRevocationList,
  parsePem,
  type PathOptions,
  type PathProfile,
  type PeerName,
  validateCertificatePath,
} from "@tegata/pki";
import { nodeVerifier } from "./node-verifier.ts";

// C2SP/x509-limbo, self-contained cases. They lie beside the repository and are not part of it.
const FILE = new URL("../../../shared/vectors/x509-limbo.json", import.meta.url);

/** Cases in which we differ from the suite, each with the reason. */
const COMMON_NAME = "its common name is no SAN, for which the suite's own webpki::cn cases want refusal";
const DEVIATIONS: Readonly<Record<string, string>> = {
  "webpki::nc::nc-permits-dns-san-pattern": COMMON_NAME,
  "webpki::san::exact-localhost-ip-san": COMMON_NAME,
  "webpki::san::leftmost-wildcard-san": COMMON_NAME,
};

interface Peer {
  readonly kind: "DNS" | "IP" | "RFC822";
  readonly value: string;
}

interface LimboCase {
  readonly id: string;
  readonly validation_kind: "SERVER" | "CLIENT";
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly extended_key_usage: readonly ("serverAuth" | "clientAuth")[];
  readonly expected_result: "SUCCESS" | "FAILURE";
  readonly expected_peer_name: Peer | null;
  readonly expected_peer_names: readonly Peer[];
  readonly max_chain_depth: number | null;
  readonly crls: readonly string[];
}

const PEER_TYPES = { DNS: "dns", IP: "ip", RFC822: "email" } as const;

function optionsOf(limbo: LimboCase): PathOptions {
  const peers = limbo.validation_kind === "SERVER" ? [limbo.expected_peer_name] : limbo.expected_peer_names;
  const peerNames = peers.flatMap((peer): PeerName[] =>
    peer === null ? [] : [{ type: PEER_TYPES[peer.kind], value: peer.value }],
  );
  const certificates = (pems: readonly string[]) => pems.flatMap(parseCertificatePem).map(parseCertificate);
  const [usage = limbo.validation_kind === "SERVER" ? "serverAuth" : "clientAuth"] = limbo.extended_key_usage;
  return {
    trustAnchors: certificates(limbo.trusted_certs),
    intermediates: certificates(limbo.untrusted_intermediates),
    // Cases without a time were made to be valid for decades.
    now: new Date(limbo.validation_time ?? "2025-06-01T00:00:00Z"),
    verifier: nodeVerifier,
    profile: profileOf(limbo.id),
    usage,
    peerNames,
    ...(limbo.max_chain_depth === null ? {} : { maxIntermediates: limbo.max_chain_depth }),
    crls: limbo.crls.flatMap(parsePem).map(({ bytes }) => parseCertificateRevocationList(bytes)),
  };
}

/** The suite's groups beside the two that are named after a profile are about path validation alone. */
function profileOf(id: string): PathProfile {
  const [group] = id.split("::");
  return group === "webpki" || group === "rfc5280" ? group : "compatible";
}

/** @returns why it was refused, or nothing. */
function judge(limbo: LimboCase): string | undefined {
  try {
    const [leaf] = parseCertificatePem(limbo.peer_certificate);
    assert.ok(leaf);
    validateCertificatePath(parseCertificate(leaf), optionsOf(limbo));
    return undefined;
  } catch (error) {
    const refusal = asTegataError(error);
    // Anything else is a crash, and no verdict.
    if (refusal === undefined) throw error;
    return refusal.message;
  }
}

describe("path validation against x509-limbo", {
  skip: existsSync(FILE) ? false : "x509-limbo.json is not here",
}, () => {
  const { testcases } = existsSync(FILE)
    ? (JSON.parse(readFileSync(FILE, "utf8")) as { testcases: LimboCase[] })
    : { testcases: [] };
  for (const limbo of testcases) {
    const deviation = DEVIATIONS[limbo.id];
    it(`${limbo.expected_result === "SUCCESS" ? "accepts" : "refuses"} ${limbo.id}${deviation === undefined ? "" : ` (differs: ${deviation})`}`, () => {
      const refusal = judge(limbo);
      const agrees = (refusal === undefined) === (limbo.expected_result === "SUCCESS");
      assert.equal(agrees, deviation === undefined, refusal ?? "it was accepted");
    });
  }
});
