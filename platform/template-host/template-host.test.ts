import assert from "node:assert/strict";
import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  publicEncrypt,
  X509Certificate,
} from "node:crypto";
import { describe, it } from "node:test";
import { parseTemplate } from "@tegata/template";
import { createTemplateHost } from "./index.ts";

const NOW = new Date("2026-11-22T00:00:00Z");
const host = createTemplateHost(() => NOW);

function render(text: string, data: Record<string, string | Uint8Array> = {}): string {
  return parseTemplate("test", text).executeToText(data, { host });
}

/** Renders certificates, set apart by a line `=====`. */
function certificates(text: string): X509Certificate[] {
  return render(text)
    .split("=====\n")
    .filter((pem) => pem !== "")
    .map((pem) => new X509Certificate(pem));
}

describe("certificates made by templates", () => {
  it("signs a server's certificate with a CA of the same template", () => {
    const [ca, leaf] = certificates(
      '{{ $ca := genCA "My CA" 365 }}{{ $c := genSignedCert "web" (list "10.0.0.1") (list "web.example.org") 30 $ca }}{{ $ca.Cert }}=====\n{{ $c.Cert }}',
    );
    assert.ok(ca !== undefined && leaf !== undefined);
    assert.ok(ca.ca && !leaf.ca);
    assert.ok(leaf.verify(ca.publicKey) && leaf.checkIssued(ca));
    assert.equal(leaf.subject, "CN=web");
    assert.equal(leaf.subjectAltName, "DNS:web.example.org, IP Address:10.0.0.1");
    assert.deepEqual([leaf.validFromDate, leaf.validToDate], [NOW, new Date("2026-12-22T00:00:00Z")]);
  });

  for (const kind of ["ecdsa", "ed25519"]) {
    it(`certifies a given ${kind} key`, () => {
      const pem = render(
        `{{ $c := genSelfSignedCertWithKey "self" nil (list "a.example.org") 1 (genPrivateKey "${kind}") }}{{ $c.Cert }}{{ $c.Key }}`,
      );
      const certificate = new X509Certificate(pem);
      assert.ok(certificate.verify(certificate.publicKey));
      assert.ok(certificate.checkPrivateKey(createPrivateKey(pem.slice(pem.lastIndexOf("-----BEGIN")))));
    });
  }

  it("makes RSA keys in the form of PKCS#1", () => {
    assert.match(render('{{ (genSelfSignedCert "x" nil nil 1).Key }}'), /^-----BEGIN RSA PRIVATE KEY-----\n/);
  });

  it("refuses an issuer's key that is not its certificate's, without showing it", () => {
    const text =
      '{{ $a := genCA "A" 1 }}{{ $b := genCA "B" 1 }}{{ $x := buildCustomCert (b64enc $a.Cert) (b64enc $b.Key) }}{{ (genSignedCert "w" nil nil 1 $x).Cert }}';
    assert.throws(() => render(text), {
      code: "TEMPLATE_EXECUTE",
      message: /not the key of the issuer's certificate$/,
    });
  });
});

describe("keys", () => {
  it("makes DSA keys in OpenSSL's old form", () => {
    const pem = host.crypto.generatePrivateKey("dsa");
    assert.match(pem, /^-----BEGIN DSA PRIVATE KEY-----\n/);
    assert.equal(createPrivateKey(pem).asymmetricKeyType, "dsa");
  });

  it("decrypts RSA-OAEP", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const text = '{{ rsaDecrypt "RSA-OAEP" "SHA256" .text .key }}';
    const data = {
      text: publicEncrypt({ key: publicKey, padding, oaepHash: "sha256" }, Buffer.from("péarl")),
      key: privateKey.export({ format: "pem", type: "pkcs1" }),
    };
    assert.equal(render(text, data), "péarl");
    assert.throws(() => render(text, { ...data, text: "no ciphertext" }), { code: "TEMPLATE_EXECUTE" });
  });

  for (const [kind, options] of [
    ["ec", { namedCurve: "P-521" }],
    ["rsa", { modulusLength: 2048 }],
    ["ed25519", {}],
  ] as const) {
    it(`converts JSON Web Keys of kind ${kind}`, () => {
      const { publicKey, privateKey } = generateKeyPairSync(kind as "ec", options as { namedCurve: string });
      const data = {
        public: JSON.stringify(publicKey.export({ format: "jwk" })),
        private: JSON.stringify(privateKey.export({ format: "jwk" })),
      };
      assert.equal(render("{{ jwkPublicKeyPem .public }}", data), publicKey.export({ format: "pem", type: "spki" }));
      assert.equal(
        render("{{ jwkPrivateKeyPem .private }}", data),
        privateKey.export({ format: "pem", type: "pkcs8" }),
      );
      assert.equal(createPublicKey(render("{{ jwkPrivateKeyPem .private }}", data)).asymmetricKeyType, kind);
    });
  }

  it("derives the passwords that sprig derives", () => {
    const derive = (type: string): string => render(`{{ derivePassword 1 "${type}" "pässword" "user" "example.com" }}`);
    assert.deepEqual(["maximum", "long", "medium", "short", "basic", "pin"].map(derive), [
      "gOVUwgMk(LL#OlUgmO6-",
      "DusoJiguKajn9!",
      "DusCod5#",
      "Dus8",
      "gCt88OWt",
      "1988",
    ]);
  });

  it("never quotes a malformed key", () => {
    for (const call of [
      "jwkPrivateKeyPem .k",
      "jwkPublicKeyPem .k",
      'rsaDecrypt "RSA-OAEP" "" "x" .k',
      'genCAWithKey "x" 1 .k',
      "pkcs12key .k",
    ]) {
      assert.throws(
        () => render(`{{ ${call} }}`, { k: "hunter2-hunter2" }),
        (error: Error) => !`${error.message} ${error.stack}`.includes("hunter2"),
      );
    }
  });
});
