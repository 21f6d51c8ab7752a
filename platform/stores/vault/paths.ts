import { TegataError } from "@tegata/errors";
import type { VaultSpec } from "./spec.ts";

type Mount = Pick<VaultSpec, "mount" | "kvVersion">;

/**
 * The path of a secret's data. A key may or may not begin with the mount (and, in version 2, with `data/` after it).
 * Without a mount, version 2 has `data` put in after the first segment, unless the key has a `/data/` already.
 *
 * @throws TegataError `STORE_KEY_INVALID` if the key would leave its mount
 */
export function dataPath({ mount, kvVersion }: Mount, rawKey: string): string {
  const key = parseKey(rawKey);
  if (mount !== "") {
    const below = belowMount({ mount, kvVersion }, key);
    return kvVersion === 2 ? `${mount}/data/${below}` : `${mount}/${below}`;
  }
  if (kvVersion === 1 || key.includes("/data/")) return key;
  const [first = "", ...rest] = key.split("/");
  return [first, "data", ...rest].join("/");
}

/**
 * The path of a secret's metadata (version 2), of a folder to list, or, in version 1, of the secret itself.
 *
 * @throws TegataError `STORE_KEY_INVALID`
 */
export function metadataPath({ mount, kvVersion }: Mount, rawKey: string): string {
  const key = parseKey(rawKey);
  if (mount !== "") {
    const below = belowMount({ mount, kvVersion }, key);
    return kvVersion === 2 ? `${mount}/metadata/${below}` : `${mount}/${below}`;
  }
  if (kvVersion === 1) return key;
  return dataPath({ mount, kvVersion }, key).replace("/data/", "/metadata/");
}

function belowMount({ mount, kvVersion }: Mount, key: string): string {
  if (!key.startsWith(`${mount}/`)) return key;
  const below = key.slice(mount.length + 1);
  return kvVersion === 2 && below.startsWith("data/") ? below.slice("data/".length) : below;
}

/**
 * Slashes before a key and doubled ones are dropped, as Vault's own redirect does. A server or proxy that resolves dot
 * segments would take `data/../../sys/x` for a path outside of the mount.
 */
function parseKey(rawKey: string): string {
  const key = rawKey.replace(/\/{2,}/g, "/").replace(/^\//, "");
  if (key !== "" && !key.split("/").some((segment) => segment === "." || segment === "..")) return key;
  throw new TegataError({
    kind: "invalid-input",
    code: "STORE_KEY_INVALID",
    message: `remoteRef.key ${JSON.stringify(rawKey)} is ${key === "" ? "empty" : "a path with a dot segment"}`,
    remedy: "Write the secret's path below the mount",
  });
}
