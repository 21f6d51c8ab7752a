import { TegataError } from "@tegata/errors";
import type { KubeClient } from "../client-types.ts";

/**
 * A client whose writes are refused once leadership is no longer sure.
 *
 * Why: a frozen process (SIGSTOP, a paused VM) that is woken after its lease has run out goes on where it stood, perhaps in
 * the middle of a reconcile, before any timer or answer can tell it that another one leads. The monotonic clock tells it at
 * once. What remains is the instant between this look and the bytes leaving the machine; writes that carry a
 * `resourceVersion` are refused by the API server then, because the new leader has written since.
 *
 * @param isHeld - see `Leadership.isHeld`.
 */
export function fencedClient(client: KubeClient, isHeld: () => boolean): KubeClient {
  const fenced =
    <A extends readonly unknown[], R>(write: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      if (!isHeld()) throw notLeader();
      return write(...args);
    };
  return {
    server: client.server,
    get: client.get.bind(client),
    list: client.list.bind(client),
    listChunks: client.listChunks.bind(client),
    watch: client.watch.bind(client),
    getRaw: client.getRaw.bind(client),
    close: client.close.bind(client),
    create: fenced(client.create.bind(client)),
    update: fenced(client.update.bind(client)),
    patch: fenced(client.patch.bind(client)),
    apply: fenced(client.apply.bind(client)),
    delete: fenced(client.delete.bind(client)),
    // Answered and not stored: there is nothing that a former leader could spoil.
    post: client.post.bind(client),
  };
}

function notLeader(): TegataError {
  return new TegataError({
    kind: "unavailable",
    code: "NOT_LEADER",
    message: "a write was held back because this process may no longer lead",
    remedy: "Nothing to do: whoever leads now does it.",
  });
}
