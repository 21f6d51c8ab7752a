import { TegataError } from "@tegata/errors";
import { member, text } from "./api.ts";
import type { VaultStore } from "./vault-store.ts";

/**
 * Logs in, and compares the mount with what the store's spec says of it. A token that may not look at its own mount is
 * no reason to refuse the store.
 *
 * @throws TegataError `STORE_MOUNT_WRONG`, and as a login does
 */
export async function checkMount({ spec, session, displayName }: VaultStore, signal: AbortSignal): Promise<void> {
  const path = spec.mount === "" ? "auth/token/lookup-self" : `sys/internal/ui/mounts/${spec.mount}`;
  const answer = await session.call("LookupSelf", { method: "GET", path }, signal);
  const data = member(answer.json, "data");
  if (spec.mount === "" || answer.status !== 200 || data === undefined) return;
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
