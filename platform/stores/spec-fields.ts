import { decodeBase64 } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { JsonObject, JsonValue } from "@tegata/kube-types";
import type { CaProvider, SecretKeySelector, ServiceAccountSelector } from "./references.ts";

/** The refusal of a store's spec. Code `STORE_SPEC_INVALID`. */
export function specInvalid(path: string, why: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "STORE_SPEC_INVALID",
    message: `${path} ${why}`,
    remedy: "Correct the store's manifest",
  });
}

/**
 * Reads the fields of one object of a store's spec into domain types. Every method throws TegataError
 * `STORE_SPEC_INVALID` that names the field's path, e.g. `spec.provider.vault.auth.kubernetes.role`.
 */
export class SpecFields {
  readonly #object: JsonObject;
  readonly path: string;

  constructor(object: JsonObject, path: string) {
    this.#object = object;
    this.path = path;
  }

  /** The refusal of one field. */
  invalid(name: string, why: string): TegataError {
    return specInvalid(`${this.path}.${name}`, why);
  }

  text(name: string): string | undefined {
    const value = this.#field(name);
    if (value === undefined || typeof value === "string") return value;
    throw this.invalid(name, "must be a string");
  }

  requiredText(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw this.invalid(name, "is required");
    return value;
  }

  flag(name: string): boolean {
    const value = this.#field(name) ?? false;
    if (typeof value !== "boolean") throw this.invalid(name, "must be true or false");
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.#field(name);
    if (value === undefined || (typeof value === "number" && Number.isInteger(value))) return value;
    throw this.invalid(name, "must be an integer");
  }

  /** A duration as Go writes it, e.g. `1m30s`, in milliseconds. */
  durationMs(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^(\d+(\.\d+)?(h|m|s|ms))+$/.test(text)) throw this.invalid(name, "must be a duration such as 10s");
    const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
    let ms = 0;
    for (const [, amount, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g))
      ms += Number(amount) * (units[unit] ?? 0);
    return ms;
  }

  /** PEM certificates in base64, as every `[]byte` of a Kubernetes object is. */
  pem(name: string): Uint8Array | undefined {
    const text = this.text(name) ?? "";
    if (text === "") return undefined;
    const pem = decodeBase64(text);
    if (pem === undefined) throw this.invalid(name, "must be base64 of PEM certificates");
    return pem;
  }

  texts(name: string): string[] {
    const value = this.#field(name) ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    throw this.invalid(name, "must be a list of strings");
  }

  /** A map of strings. */
  textMap(name: string): Record<string, string> {
    const map = this.object(name);
    if (map === undefined) return {};
    return Object.fromEntries(Object.keys(map.#object).map((key) => [key, map.text(key) ?? ""]));
  }

  object(name: string): SpecFields | undefined {
    const value = this.#field(name);
    if (value === undefined) return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.invalid(name, "must be an object");
    return new SpecFields(value, `${this.path}.${name}`);
  }

  requiredObject(name: string): SpecFields {
    const object = this.object(name);
    if (object === undefined) throw this.invalid(name, "is required");
    return object;
  }

  objects(name: string): SpecFields[] {
    const value = this.#field(name) ?? [];
    if (!Array.isArray(value)) throw this.invalid(name, "must be a list");
    return value.map((item, i) => {
      if (typeof item !== "object" || item === null || Array.isArray(item)) {
        throw this.invalid(`${name}[${i}]`, "must be an object");
      }
      return new SpecFields(item, `${this.path}.${name}[${i}]`);
    });
  }

  /** Which of these fields are present. */
  present<T extends string>(names: readonly T[]): T[] {
    return names.filter((name) => this.#field(name) !== undefined);
  }

  /** A `SecretKeySelector`. @param defaultKey - taken when the manifest names no key; without one, it must. */
  secretKey(name: string, defaultKey?: string): SecretKeySelector | undefined {
    const object = this.object(name);
    if (object === undefined) return undefined;
    const key = object.text("key") || defaultKey;
    if (key === undefined) throw object.invalid("key", "is required");
    return { name: object.requiredText("name"), namespace: object.text("namespace") ?? "", key };
  }

  requiredSecretKey(name: string, defaultKey?: string): SecretKeySelector {
    const selector = this.secretKey(name, defaultKey);
    if (selector === undefined) throw this.invalid(name, "is required");
    return selector;
  }

  serviceAccount(name: string): ServiceAccountSelector | undefined {
    const object = this.object(name);
    if (object === undefined) return undefined;
    return {
      name: object.requiredText("name"),
      namespace: object.text("namespace") ?? "",
      audiences: object.texts("audiences"),
    };
  }

  caProvider(name: string): CaProvider | undefined {
    const object = this.object(name);
    if (object === undefined) return undefined;
    const type = object.requiredText("type");
    if (type !== "Secret" && type !== "ConfigMap") throw object.invalid("type", "must be Secret or ConfigMap");
    const key = object.text("key") || "ca.crt";
    return { type, name: object.requiredText("name"), namespace: object.text("namespace") ?? "", key };
  }

  /** An absolute `https:` or `http:` URL without user information, query or fragment. */
  requiredUrl(name: string): URL {
    const text = this.requiredText(name);
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
      throw this.invalid(name, "must be an https:// or http:// URL");
    }
    if (url.username !== "" || url.password !== "") throw this.invalid(name, "must not hold a user name or password");
    return url;
  }

  #field(name: string): JsonValue | undefined {
    const value = Object.hasOwn(this.#object, name) ? this.#object[name] : undefined;
    return value === null ? undefined : value;
  }
}
