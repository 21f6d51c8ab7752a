import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { TegataError } from "@tegata/errors";
import type { ExtractOutcome, ReadOutcome, RemoteSecret } from "../contract.ts";
import { getPath } from "../gjson/index.ts";
import { encodeGoJson } from "./go-json.ts";
import { findMember, type JsonNode, parseJson, stringBytes } from "./json-node.ts";
import { plainNumberBytes, valueBytes } from "./value-bytes.ts";

/**
 * A secret that is a JSON object. A property is first the name of a member, to the letter; only if there is none, a gjson
 * path. External Secrets Operator, Vault provider.
 */
export class JsonSecret implements RemoteSecret {
  readonly version: string;
  readonly #object: JsonNode;
  #encoded: Uint8Array | undefined;

  constructor(object: JsonNode, version: string) {
    this.#object = object;
    this.version = version;
  }

  read(property: string): ReadOutcome {
    const bytes = property === "" ? this.#whole() : this.#property(property);
    // A copy: the caller may wipe what it is given, and this secret serves others.
    return bytes === undefined
      ? { kind: "absent" }
      : { kind: "found", bytes: new SecretBytes(bytes.slice()), version: this.version };
  }

  extract(property: string): ExtractOutcome {
    if (property === "") return { kind: "found", values: extractMembers(this.#object) };
    const path = encodeUtf8(property);
    const node = findMember(this.#object, path) ?? getPath(this.#whole(), path)?.node;
    return extractNode(node);
  }

  #property(property: string): Uint8Array | undefined {
    const path = encodeUtf8(property);
    const exact = findMember(this.#object, path);
    return exact === undefined ? getPath(this.#whole(), path)?.text : valueBytes(exact);
  }

  /** Paths are taken over the object as Go encodes it, as upstream does: its order decides what a wildcard finds first. */
  #whole(): Uint8Array {
    this.#encoded ??= encodeGoJson(this.#object);
    return this.#encoded;
  }
}

/** Extracts the members of an object node. @throws TegataError `SECRET_NOT_AN_OBJECT` */
export function extractNode(node: JsonNode | undefined): ExtractOutcome {
  if (node === undefined) return { kind: "absent" };
  // A string may hold an object: upstream decodes the text of a property again.
  const object = node.kind === "string" ? parseJson(stringBytes(node)) : node;
  if (object?.kind !== "object") throw notAnObject();
  return { kind: "found", values: extractMembers(object) };
}

/** The refusal to extract keys from what has none. */
export function notAnObject(): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "SECRET_NOT_AN_OBJECT",
    message: "the secret (or the property of it) is not a JSON object, so no keys can be extracted",
    remedy: "Use data[] with remoteRef for a single value",
  });
}

/** Key → value of each member, numbers without an exponent. */
function extractMembers(object: JsonNode): Map<string, SecretBytes> {
  return new Map(
    object.members.map(({ key, value }) => [
      Buffer.from(stringBytes(key)).toString("utf8"),
      new SecretBytes((value.kind === "number" ? plainNumberBytes(value) : valueBytes(value)).slice()),
    ]),
  );
}
