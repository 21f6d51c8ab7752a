import { cbc } from "@noble/ciphers/aes.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, decodeBase64, encodeBase64, encodeUtf8, tryDecodeUtf8 } from "@tegata/bytes";
import { encodeBase64 as encodeBcryptSalt, hashSync } from "bcryptjs";
import type { TemplateHost } from "../host.ts";
import { CallError } from "../template-error.ts";
import { byteStringOfBytes, bytesOf, textOf } from "../values/byte-string.ts";
import { type CallContext, defineWithContext, type TemplateFunction } from "./define.ts";
import { PASSWORD_CHARACTERS, PASSWORD_TEMPLATES } from "./password-templates.ts";

const BCRYPT_COST = 10;
const BCRYPT_SALT_BYTES = 16;
const BCRYPT_MAX_BYTES = 72;
const AES_KEY_BYTES = 32;
const AES_BLOCK_BYTES = 16;

/** Passwords, private keys and symmetric encryption. */
export const KEY_FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  bcrypt: defineWithContext(["string"], (context, password) => hashBcrypt(password, context)),
  htpasswd: defineWithContext(["string", "string", "string"], (context, user, password, algorithm) => {
    if (user.includes(":")) return `invalid username: ${user}`;
    const hash = algorithm === "sha" ? `{SHA}${encodeBase64(sha1(bytesOf(password)))}` : hashBcrypt(password, context);
    return `${user}:${hash}`;
  }),
  derivePassword: defineWithContext(
    ["uint32", "string", "string", "string", "string"],
    ({ budget, host }, counter, type, password, user, site) => {
      budget.keyOperation();
      return derivePassword({ counter: Number(counter.value), type, password, user, site }, host);
    },
  ),
  genPrivateKey: defineWithContext(["string"], ({ budget, host }, type) => {
    const kind = type === "" ? "rsa" : type;
    if (kind !== "rsa" && kind !== "dsa" && kind !== "ecdsa" && kind !== "ed25519") return `Unknown type ${type}`;
    budget.keyOperation();
    return host.crypto.generatePrivateKey(kind);
  }),
  encryptAES: defineWithContext(["string", "string"], ({ host }, password, text) => {
    return text === "" ? "" : encryptAes(password, text, host);
  }),
  decryptAES: defineWithContext(["string", "string"], (_, password, encrypted) => {
    return encrypted === "" ? "" : decryptAes(password, encrypted);
  }),
  rsaDecrypt: defineWithContext(
    ["string", "string", "string", "string"],
    ({ budget, host }, scheme, hash, ciphertext, privateKey) => {
      if (scheme === "None") return ciphertext;
      if (scheme !== "RSA-OAEP") throw new CallError("decryption scheme is not supported", scheme);
      budget.keyOperation();
      const algorithm = hash === "SHA1" ? "sha1" : hash === "SHA512" ? "sha512" : "sha256";
      const plain = host.crypto.decryptRsaOaep(algorithm, bytesOf(ciphertext), textOf(privateKey));
      return byteStringOfBytes(plain);
    },
  ),
};

function hashBcrypt(password: string, { budget, host }: CallContext): string {
  if (password.length > BCRYPT_MAX_BYTES) {
    return "failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes";
  }
  const text = tryDecodeUtf8(bytesOf(password));
  if (text === undefined) throw new CallError("the password is not UTF-8");
  budget.keyOperation();
  const salt = encodeBcryptSalt([...host.randomBytes(BCRYPT_SALT_BYTES)], BCRYPT_SALT_BYTES);
  return hashSync(text, `$2a$${BCRYPT_COST}$${salt}`);
}

/** What {@link derivePassword} derives from. */
interface PasswordRequest {
  readonly counter: number;
  readonly type: string;
  readonly password: string;
  readonly user: string;
  readonly site: string;
}

const SEED = encodeUtf8("com.lyndir.masterpassword");

/** The Master Password algorithm, version 3, as sprig has it. */
function derivePassword({ counter, type, password, user, site }: PasswordRequest, host: TemplateHost): string {
  const templates = PASSWORD_TEMPLATES.get(type);
  if (templates === undefined) return `cannot find password template ${type}`;
  const salt = concatBytes(SEED, uint32(user.length), bytesOf(user));
  const key = host.crypto.scrypt(bytesOf(password), salt, { n: 32768, r: 8, p: 2 });
  const seed = hmac(sha256, key, concatBytes(SEED, uint32(site.length), bytesOf(site), uint32(counter)));
  const template = templates[(seed[0] ?? 0) % templates.length] ?? "";
  return Array.from(template, (letter, i) => {
    const choices = PASSWORD_CHARACTERS.get(letter) ?? "";
    return choices.charAt((seed[i + 1] ?? 0) % choices.length);
  }).join("");
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** AES-256-CBC; the password's bytes are the key, cut or filled with zeros. */
function encryptAes(password: string, text: string, host: TemplateHost): string {
  const iv = host.randomBytes(AES_BLOCK_BYTES);
  return encodeBase64(concatBytes(iv, cbc(aesKey(password), iv).encrypt(bytesOf(text))));
}

function decryptAes(password: string, encrypted: string): string {
  const bytes = decodeBase64(encrypted);
  if (bytes === undefined) throw new CallError("illegal base64 data");
  const body = bytes.subarray(AES_BLOCK_BYTES);
  if (body.length === 0 || body.length % AES_BLOCK_BYTES !== 0) throw new CallError("input not full blocks");
  const cipher = cbc(aesKey(password), bytes.subarray(0, AES_BLOCK_BYTES), { disablePadding: true });
  const plain = cipher.decrypt(body);
  const padding = plain.at(-1) ?? 0;
  // sprig looks at the last byte only, so a wrong password may yield garbage rather than an error.
  if (padding > plain.length) throw new CallError("runtime error: slice bounds out of range");
  return byteStringOfBytes(plain.subarray(0, plain.length - padding));
}

function aesKey(password: string): Uint8Array {
  const key = new Uint8Array(AES_KEY_BYTES);
  key.set(bytesOf(password).subarray(0, AES_KEY_BYTES));
  return key;
}
