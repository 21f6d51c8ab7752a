import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import type { ExtractOutcome, ReadOutcome, RemoteSecret } from "../contract.ts";
import { getPath } from "../gjson/index.ts";
import { parseJson } from "./json-node.ts";
import { extractNode, notAnObject } from "./json-secret.ts";

/** A secret that is any bytes; if they are JSON, a property is a gjson path into them. */
export class TextSecret implements RemoteSecret {
  readonly version: string;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, version: string) {
    this.#bytes = bytes;
    this.version = version;
  }

  read(property: string): ReadOutcome {
    const bytes = property === "" ? this.#bytes : getPath(this.#bytes, encodeUtf8(property))?.text;
    return bytes === undefined
      ? { kind: "absent" }
      : { kind: "found", bytes: new SecretBytes(bytes.slice()), version: this.version };
  }

  extract(property: string): ExtractOutcome {
    if (property !== "") return extractNode(getPath(this.#bytes, encodeUtf8(property))?.node);
    const node = parseJson(this.#bytes);
    if (node === undefined) throw notAnObject();
    return extractNode(node);
  }
}
