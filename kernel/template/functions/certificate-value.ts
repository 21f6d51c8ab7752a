import { GoObject, type GoValue } from "../values/value.ts";

/** What `genCA` and its siblings return: a struct with the fields `Cert` and `Key`, PEM. */
export class GoCertificate extends GoObject {
  override readonly type = "sprig.certificate";
  override readonly kind = "struct";
  readonly certificatePem: string;
  readonly privateKeyPem: string;

  constructor(certificatePem: string, privateKeyPem: string) {
    super();
    this.certificatePem = certificatePem;
    this.privateKeyPem = privateKeyPem;
  }

  override member(name: string): GoValue | undefined {
    if (name === "Cert") return this.certificatePem;
    return name === "Key" ? this.privateKeyPem : undefined;
  }

  override toGoString(): string {
    return `{${this.certificatePem} ${this.privateKeyPem}}`;
  }
}
