import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  authorityKeyIdOf,
  type Certificate,
  type CertificateTemplate,
  distinguishedName,
  type Extensions,
  type GeneralName,
  intermediateTemplate,
  leafTemplate,
  type NameConstraint,
  parseCertificate,
  type PathOptions,
  type PeerName,
  rootTemplate,
  signCertificate,
  type Signer,
  validateCertificatePath,
} from "@tegata/pki";
import { generateSigner, nodeVerifier } from "./index.ts";

const NOW = new Date("2026-05-01T12:00:00Z");
const HOUR_MS = 3_600_000;

interface Authority {
  readonly signer: Signer;
  readonly certificate: Certificate;
}

let lastSerialNumber = 0n;

async function sign(
  template: CertificateTemplate,
  signer: Signer,
  extensions: Partial<Extensions> = {},
): Promise<Certificate> {
  const changed = { ...template, extensions: { ...template.extensions, ...extensions } };
  return parseCertificate(await signCertificate(changed, signer));
}

function request(name: string, signer: Signer) {
  lastSerialNumber += 1n;
  const subject = distinguishedName([["commonName", name]]);
  return { subject, serialNumber: lastSerialNumber, publicKeySpki: signer.publicKeySpki, lifetimeMs: HOUR_MS };
}

async function root(name: string, extensions: Partial<Extensions> = {}): Promise<Authority> {
  const signer = await generateSigner("ec-p256");
  return { signer, certificate: await sign(rootTemplate(request(name, signer), NOW), signer, extensions) };
}

async function below(
  issuer: Authority,
  name: string,
  extensions: Partial<Extensions> = {},
  key?: Signer,
): Promise<Authority> {
  const signer = key ?? (await generateSigner("ec-p256"));
  const template = intermediateTemplate({ ...request(name, signer), issuer: issuer.certificate }, NOW);
  return { signer, certificate: await sign(template, issuer.signer, extensions) };
}

async function leaf(
  issuer: Authority,
  subjectAltNames: readonly GeneralName[] = [],
  usages = ["serverAuth"] as ("serverAuth" | "clientAuth")[],
) {
  const signer = await generateSigner("ec-p256");
  const template = leafTemplate(
    { ...request("leaf", signer), issuer: issuer.certificate, usages, subjectAltNames },
    NOW,
  );
  return sign(template, issuer.signer);
}

function validate(
  certificate: Certificate,
  anchors: readonly Authority[],
  rest: Partial<PathOptions> = {},
): readonly Certificate[] {
  const trustAnchors = anchors.map((anchor) => anchor.certificate);
  return validateCertificatePath(certificate, {
    trustAnchors,
    intermediates: [],
    now: NOW,
    verifier: nodeVerifier,
    ...rest,
  });
}

function refused(why: RegExp) {
  return { code: "CERTIFICATE_PATH_INVALID", kind: "integrity", message: why };
}

describe("certificate paths", () => {
  it("lead over intermediates, whatever their order", async () => {
    const top = await root("root");
    const [one, two] = await Promise.all([below(top, "one"), below(top, "unrelated")]);
    const three = await below(one, "three");
    const web = await leaf(three);
    const intermediates = [two, three, one].map(({ certificate }) => certificate);
    assert.deepEqual(validate(web, [top], { intermediates }), [
      web,
      three.certificate,
      one.certificate,
      top.certificate,
    ]);
  });

  it("tell CAs of one name apart, as during a rotation", async () => {
    const [before, after] = [await root("same name"), await root("same name")];
    for (const signing of [before, after]) {
      const path = validate(await leaf(signing), [before, after]);
      assert.equal(path[1], signing.certificate);
    }
    const old = await leaf(before);
    assert.throws(() => validate(old, [after]), refused(/./));
  });

  it("lead to the old root over a cross-signed new one", async () => {
    const [before, after] = [await root("ca v1"), await root("ca v2")];
    const bridge = await below(before, "ca v2", {}, after.signer);
    const web = await leaf(after);
    assert.equal(validate(web, [after]).length, 2);
    assert.equal(validate(web, [before], { intermediates: [bridge.certificate] }).length, 3);
  });

  it("end at an anchor that is not self-signed", async () => {
    const top = await root("root");
    const middle = await below(top, "middle");
    assert.equal(validate(await leaf(middle), [middle]).length, 2);
  });

  const wrong: Record<string, () => Promise<readonly [() => unknown, RegExp]>> = {
    "nobody trusted issued": async () => {
      const web = await leaf(await root("one"));
      const other = await root("two");
      return [() => validate(web, [other]), /is not trusted: no trust anchor issued it$/];
    },
    "another key signed": async () => {
      const [real, fake] = [await root("ca"), await root("ca")];
      const web = await leaf(fake);
      return [() => validate(web, [real]), /its signature, or that of a CA above it, is wrong$/];
    },
    "a leaf issued": async () => {
      const top = await root("root");
      const signer = await generateSigner("ec-p256");
      const middle = await sign(
        leafTemplate({ ...request("middle", signer), issuer: top.certificate, usages: ["serverAuth"] }, NOW),
        top.signer,
      );
      const web = await leaf({ signer, certificate: middle });
      return [() => validate(web, [top], { intermediates: [middle] }), /it is not a CA, but it issued another$/];
    },
    "a CA without the right to sign issued": async () => {
      const top = await root("root");
      const middle = await below(top, "middle", { keyUsage: ["cRLSign"] });
      const web = await leaf(middle);
      return [
        () => validate(web, [top], { intermediates: [middle.certificate] }),
        /does not allow it to sign certificates$/,
      ];
    },
    "too many CAs issued": async () => {
      const top = await root("root", { basicConstraints: { ca: true, pathLength: 0 } });
      const middle = await below(top, "middle");
      const web = await leaf(middle);
      return [() => validate(web, [top], { intermediates: [middle.certificate] }), /allows fewer CAs below itself$/];
    },
    "is for clients": async () => {
      const top = await root("root");
      const web = await leaf(top, [], ["clientAuth"]);
      return [() => validate(web, [top], { usage: "serverAuth" }), /may not be used for serverAuth$/];
    },
    "is of another host": async () => {
      const top = await root("root");
      const web = await leaf(top, [{ type: "dns", value: "a.example.org" }]);
      return [
        () => validate(web, [top], { peerNames: [{ type: "dns", value: "b.example.org" }] }),
        /it does not name "b\.example\.org"$/,
      ];
    },
    "has expired": async () => {
      const top = await root("root");
      const web = await leaf(top);
      return [
        () => validate(web, [top], { now: new Date(NOW.getTime() + 2 * HOUR_MS) }),
        /expired at 2026-05-01T13:00:00\.000Z$/,
      ];
    },
    "is not valid yet": async () => {
      const top = await root("root");
      const web = await leaf(top);
      return [() => validate(web, [top], { now: new Date(NOW.getTime() - HOUR_MS) }), /not valid before/];
    },
  };
  for (const [what, prepare] of Object.entries(wrong))
    it(`do not lead from a certificate that ${what}`, async () => {
      const [attempt, why] = await prepare();
      assert.throws(attempt, refused(why));
    });

  const names: readonly GeneralName[] = [
    { type: "dns", value: "a.example.org" },
    { type: "dns", value: "b.example.org" },
    { type: "dns", value: "127.0.0.1" },
    { type: "ip", value: "2001:db8::1" },
    { type: "uri", value: "spiffe://c.example.org/web" },
    { type: "email", value: "d@example.org" },
  ];
  const asked: readonly (readonly [PeerName, boolean])[] = [
    [{ type: "dns", value: "a.example.org" }, true],
    [{ type: "dns", value: "B.example.org." }, true],
    [{ type: "dns", value: "c.example.org" }, false],
    [{ type: "dns", value: "spiffe://c.example.org/web" }, false],
    [{ type: "dns", value: "127.0.0.1" }, false],
    [{ type: "ip", value: "127.0.0.1" }, false],
    [{ type: "ip", value: "2001:DB8:0::1" }, true],
    [{ type: "ip", value: "2001:db8::2" }, false],
    [{ type: "ip", value: "a.example.org" }, false],
    [{ type: "email", value: "d@example.org" }, true],
    [{ type: "email", value: "a.example.org" }, false],
  ];
  for (const [name, isNamed] of asked)
    it(`${isNamed ? "find" : "do not find"} ${name.type} "${name.value}" among several names`, async () => {
      const top = await root("root");
      const web = await leaf(top, names);
      const attempt = () => validate(web, [top], { peerNames: [name] });
      if (isNamed) attempt();
      else assert.throws(attempt, refused(/it does not name/));
    });

  it("want all of the names that are asked for", async () => {
    const top = await root("root");
    const web = await leaf(top, names);
    const peerNames: PeerName[] = [
      { type: "dns", value: "a.example.org" },
      { type: "dns", value: "z.example.org" },
    ];
    assert.throws(() => validate(web, [top], { peerNames }), refused(/it does not name "z\.example\.org"$/));
  });

  it("give up on a maze of certificates after a few signature checks", async () => {
    const trusted = await root("maze");
    const walls = await Promise.all(Array.from({ length: 60 }, () => below(trusted, "maze")));
    const outside = await root("maze");
    const web = await leaf(await below(outside, "maze"));
    let checks = 0;
    const verifier = {
      verify: (asked: Parameters<typeof nodeVerifier.verify>[0]) => ((checks += 1), nodeVerifier.verify(asked)),
    };
    const intermediates = walls.map(({ certificate }) => certificate);
    assert.throws(() => validate(web, [trusted], { intermediates, verifier }), refused(/./));
    assert.ok(checks <= 32, `${checks} checks`);
  });
});

describe("name constraints", () => {
  type Case = readonly [
    permitted: readonly NameConstraint[],
    excluded: readonly NameConstraint[],
    name: GeneralName,
    allowed: boolean,
  ];
  const uri = (value: string) => ({ type: "uri", value }) as const;
  const dns = (value: string) => ({ type: "dns", value }) as const;
  const email = (value: string) => ({ type: "email", value }) as const;
  const ip = (address: number[], mask: number[]) =>
    ({ type: "ip", address: Uint8Array.from(address), mask: Uint8Array.from(mask) }) as const;
  const cases: Record<string, Case> = {
    "a SPIFFE ID of the permitted trust domain": [[uri("example.org")], [], uri("spiffe://example.org/web"), true],
    "a SPIFFE ID of another trust domain": [[uri("example.org")], [], uri("spiffe://example.com/web"), false],
    "a SPIFFE ID below the permitted trust domain": [
      [uri("example.org")],
      [],
      uri("spiffe://a.example.org/web"),
      false,
    ],
    "a SPIFFE ID below a permitted suffix": [[uri(".example.org")], [], uri("spiffe://a.example.org/web"), true],
    "a URI with a user before the host": [[uri("example.org")], [], uri("https://example.org@evil.com/"), false],
    "a URI without a host": [[uri("example.org")], [], uri("urn:x"), false],
    "a URI of an address": [[], [uri("example.org")], uri("https://10.0.0.1/"), false],
    "a name below a suffix with a leading period": [[dns(".example.org")], [], dns("a.example.org"), true],
    "a name beside an excluded one": [[], [dns("bad.example.org")], dns("good.example.org"), true],
    "a wildcard that covers an excluded name": [[], [dns("bad.example.org")], dns("*.example.org"), false],
    "a name that only ends alike": [[dns("example.org")], [], dns("badexample.org"), false],
    "an address within the range": [[ip([10, 0, 0, 0], [255, 0, 0, 0])], [], { type: "ip", value: "10.1.2.3" }, true],
    "an address of the other family": [[ip([10, 0, 0, 0], [255, 0, 0, 0])], [], { type: "ip", value: "::1" }, false],
    "a wildcard below a suffix with a leading period": [[dns(".example.org")], [], dns("*.example.org"), true],
    "a wildcard above a suffix with a leading period": [[dns(".a.example.org")], [], dns("*.example.org"), false],
    "everything, by the empty base": [[dns("")], [], dns("a.example.org"), true],
    "a mailbox of a permitted host": [[email("example.org")], [], email("a@Example.org"), true],
    "a mailbox below a permitted host": [[email("example.org")], [], email("a@mail.example.org"), false],
    "a mailbox below a permitted suffix": [[email(".example.org")], [], email("a@mail.example.org"), true],
    "another mailbox than the permitted one": [[email("a@example.org")], [], email("A@example.org"), false],
    "a name of the second of two permitted domains": [
      [dns("example.com"), dns("example.org")],
      [],
      dns("a.example.org"),
      true,
    ],
    "a URI of an IPv6 address": [[], [uri("example.org")], uri("https://[::1]/"), false],
    "a mailbox without a host": [[], [email("example.org")], email("a@"), false],
    "a mailbox without a local part": [[], [email("example.org")], email("@example.com"), false],
    "a kind of name that is not constrained": [[dns("example.org")], [], uri("spiffe://example.com/x"), true],
  };
  for (const [what, [permitted, excluded, name, allowed]] of Object.entries(cases))
    it(`${allowed ? "let" : "do not let"} a CA issue ${what}`, async () => {
      const top = await root("root");
      const middle = await below(top, "middle", { nameConstraints: { permitted, excluded } });
      const web = await leaf(middle, [name]);
      const attempt = () => validate(web, [top], { intermediates: [middle.certificate] });
      if (allowed) attempt();
      else assert.throws(attempt, refused(/./));
    });
});

describe("name constraints on a subject", () => {
  it("hold for its e-mail address where there is no other, and for the whole of it", async () => {
    const top = await root("root");
    const signer = await generateSigner("ec-p256");
    const directory = { type: "directory", value: distinguishedName([["organizationName", "Shop"]]) } as const;
    const issue = async (
      excluded: NameConstraint[],
      permitted: NameConstraint[],
      organization: string,
      mailbox: string,
    ) => {
      const middle = await below(top, "middle", { nameConstraints: { permitted, excluded } });
      const subject = distinguishedName([
        ["organizationName", organization],
        ["emailAddress", mailbox],
      ]);
      const template = leafTemplate(
        { ...request("x", signer), subject, issuer: middle.certificate, usages: ["serverAuth"] },
        NOW,
      );
      const web = await sign(template, middle.signer);
      return () => validate(web, [top], { intermediates: [middle.certificate] });
    };
    const bad: NameConstraint[] = [{ type: "email", value: "bad.example" }];
    (await issue(bad, [], "Shop", "a@good.example"))();
    assert.throws(await issue(bad, [], "Shop", "a@bad.example"), refused(/excluded/));
    (await issue([], [directory], "  shop ", "a@x.example"))();
    assert.throws(await issue([], [directory], "Bank", "a@x.example"), refused(/not permitted/));
    const both = {
      type: "directory",
      value: distinguishedName([
        ["organizationName", "Shop"],
        ["commonName", "x"],
      ]),
    } as const;
    assert.throws(await issue([], [both], "Shop", "a@x.example"), refused(/not permitted/));
    const unit = { type: "directory", value: distinguishedName([["organizationalUnitName", "Shop"]]) } as const;
    assert.throws(await issue([], [unit], "Shop", "a@x.example"), refused(/not permitted/));
  });
});

describe("authority key identifiers", () => {
  it("are the issuer's subject key identifier, or what that would be", async () => {
    const { certificate } = await root("ca");
    const { subjectKeyId: _own, ...extensions } = certificate.extensions;
    assert.deepEqual(authorityKeyIdOf(certificate), authorityKeyIdOf({ ...certificate, extensions }));
  });
});
