import { resolve } from "node:path";
import { TegataError } from "@tegata/errors";
import { type CredentialText, constantText, fileText } from "./credential-text.ts";
import { type KubeconfigDocument, kubeconfigInvalid } from "./kubeconfig-document.ts";

type Fields = Readonly<Record<string, unknown>>;

/** One cluster, user or context of a kubeconfig, or a mapping inside of it, read field by field. */
export class KubeconfigEntryReader {
  readonly #origin: string;
  readonly #where: string;
  readonly #baseDir: string;
  readonly #fields: Fields;

  constructor(place: { readonly origin: string; readonly where: string; readonly baseDir: string }, fields: Fields) {
    this.#origin = place.origin;
    this.#where = place.where;
    this.#baseDir = place.baseDir;
    this.#fields = fields;
  }

  /** @returns the text, or "" if the field is absent. @throws TegataError `KUBECONFIG_INVALID` */
  text(field: string): string {
    const value = this.#fields[field] ?? "";
    if (typeof value === "string") return value;
    throw this.invalid(`${field} is not a text`);
  }

  flag(field: string): boolean {
    return this.#fields[field] === true;
  }

  /** @returns the items, or none if the field is absent or no list. */
  list(field: string): readonly unknown[] {
    const value = this.#fields[field];
    return Array.isArray(value) ? value : [];
  }

  has(field: string): boolean {
    return (this.#fields[field] ?? null) !== null;
  }

  /** @throws TegataError `KUBECONFIG_INVALID` if the field is no mapping. */
  mapping(field: string): KubeconfigEntryReader {
    const value = this.#fields[field];
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw this.invalid(`${field} is not a mapping`);
    const place = { origin: this.#origin, where: `${this.#where}: ${field}`, baseDir: this.#baseDir };
    return new KubeconfigEntryReader(place, value as Fields);
  }

  /** A path as seen from the file that names it. */
  path(text: string): string {
    return resolve(this.#baseDir, text);
  }

  /** PEM from `FIELD-data` (base64) or from the file that FIELD names; the data win, as in client-go. */
  pem(field: string, nowMs: () => number): CredentialText | undefined {
    const data = this.text(`${field}-data`);
    if (data !== "") return constantText(Buffer.from(data, "base64").toString("utf8"));
    const path = this.text(field);
    return path === "" ? undefined : fileText(this.path(path), nowMs);
  }

  invalid(why: string): TegataError {
    return kubeconfigInvalid(this.#origin, `${this.#where}: ${why}`);
  }

  unsupported(why: string, remedy: string): TegataError {
    return new TegataError({
      kind: "invalid-input",
      code: "KUBECONFIG_UNSUPPORTED",
      message: `kubeconfig "${this.#origin}": ${this.#where}: ${why}`,
      remedy,
    });
  }
}

const KINDS = { clusters: "cluster", users: "user", contexts: "context" } as const;

/** @throws TegataError `KUBECONFIG_INVALID` if there is no such entry. */
export function findEntry(
  document: KubeconfigDocument,
  list: "clusters" | "users" | "contexts",
  name: string,
): KubeconfigEntryReader {
  const entry = document[list].get(name);
  if (entry !== undefined) {
    const place = { origin: document.origin, where: `${KINDS[list]} "${name}"`, baseDir: entry.baseDir };
    return new KubeconfigEntryReader(place, entry.fields);
  }
  const known = [...document[list].keys()].map((key) => `"${key}"`).join(", ");
  const others = known === "" ? "" : `; there are ${known}`;
  throw kubeconfigInvalid(document.origin, `${list} has no entry "${name}"${others}`);
}
