import { TegataError } from "@tegata/errors";
import { member, text, type VaultAnswer } from "./api.ts";
import type { VaultStore } from "./vault-store.ts";

const LOOKUP_SELF = "auth/token/lookup-self";

/**
 * Logs in, and compares the mount with what the store's spec says of it. A token that may not look at its own mount is
 * no reason to refuse the store; one that Vault does not know is. Only a token that came of no login is asked about.
 *
 * @throws TegataError `STORE_MOUNT_WRONG`, `STORE_ACCESS_DENIED`, and as a login does
 */
export async function checkMount(store: VaultStore, signal: AbortSignal): Promise<void> {
  const { spec, session, api, displayName } = store;
  const look = (path: string): Promise<VaultAnswer> => session.call("LookupSelf", { method: "GET", path }, signal);
  const mount = spec.mount === "" ? undefined : await look(`sys/internal/ui/mounts/${spec.mount}`);
  if (mount === undefined || (mount.status === 403 && spec.auth.method === "token")) {
    const token = await look(LOOKUP_SELF);
    if (token.status !== 200)
      throw api.refusal(token, "looking up the token", "Check that it is right and has not expired");
    return;
  }
  if (mount.status >= 500) throw api.refusal(mount, "looking up the mount", "Check that Vault is unsealed and well");
  const data = member(mount.json, "data");
  if (mount.status !== 200 || data === undefined) return;
  const type = text(member(data, "type")) ?? "";
  const version = text(member(member(data, "options"), "version")) === "2" ? 2 : 1;
  if (type === "kv" && version === spec.kvVersion) return;
  const is = type === "kv" ? `a kv secrets engine of version ${version}` : `a secrets engine of type ${type}`;
  throw new TegataError({
    kind: "invalid-input",
    code: "STORE_MOUNT_WRONG",
    message: `${displayName}: "${spec.mount}" at ${spec.server.origin} is ${is}, and the store says version v${spec.kvVersion}`,
    remedy: "Correct spec.provider.vault.path or version",
  });
}
