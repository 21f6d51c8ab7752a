// For tests only: a host without keys, whose time stands and whose bytes count up.
import { encodeHex } from "@tegata/bytes";
import type { RenderBudget } from "../budget.ts";
import type { TemplateHost } from "../host.ts";
import { parseTemplate } from "../template.ts";
import type { TemplateData } from "../values/input.ts";

function noKeys(): never {
  throw new Error("this host has no operations on keys");
}

/** @returns a host that answers every template alike, at noon of 22 November 2026. */
export function fixedHost(): TemplateHost {
  let next = 0;
  return {
    now: () => new Date("2026-11-22T12:00:00Z"),
    randomBytes: (length) => Uint8Array.from({ length }, () => (next = (next * 73 + 41) & 0xff)),
    crypto: {
      generatePrivateKey: noKeys,
      issueCertificate: noKeys,
      checkPrivateKey: noKeys,
      scrypt: noKeys,
      decryptRsaOaep: noKeys,
      decodePkcs12: noKeys,
      encodePkcs12: noKeys,
      encodePkcs12TrustStore: noKeys,
      privateKeyOfJwk: noKeys,
    },
  };
}

/** Renders a template called `t` to text. */
export function render(text: string, data: TemplateData = {}, budget: Partial<RenderBudget> = {}): string {
  return parseTemplate("t", text).executeToText(data, { host: fixedHost(), budget });
}

/** Renders a template called `t` to bytes, in hexadecimal. */
export function renderHex(text: string, data: TemplateData = {}): string {
  return encodeHex(parseTemplate("t", text).execute(data, { host: fixedHost() }));
}
