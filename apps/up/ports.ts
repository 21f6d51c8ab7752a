import { createServer } from "node:net";
import { TegataError } from "@tegata/errors";

/** A port that a part listens on. */
export interface PortWish {
  /** For messages, e.g. `Kubernetes API`. */
  readonly part: string;
  /** The flag that sets it, e.g. `--port`. */
  readonly flag: string;
  /** What the flag says, or what this folder used before: it must be this one. `undefined`: any will do. */
  readonly required: number | undefined;
  /** Tried first when nothing is required. */
  readonly preferred: number;
}

/** Ports above the preferred one that are tried when it is taken. */
const PORTS_TO_TRY = 20;

/**
 * Finds a free port on the loopback interface. A folder keeps its ports: kubectl remembers a server by host and port.
 *
 * @throws TegataError `PORT_TAKEN` naming the flag that chooses another.
 */
export async function choosePort(wish: PortWish, host: string): Promise<number> {
  if (wish.required !== undefined) {
    if (wish.required === 0 || (await isFree(wish.required, host))) return wish.required;
    throw portTaken(wish, wish.required, host);
  }
  for (let port = wish.preferred; port < wish.preferred + PORTS_TO_TRY; port++)
    if (await isFree(port, host)) return port;
  throw portTaken(wish, wish.preferred, host);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function portTaken({ part, flag }: PortWish, port: number, host: string): TegataError {
  return new TegataError({
    kind: "invalid-input",
    code: "PORT_TAKEN",
    message: `${part}: port ${port} on ${host} is taken by another program`,
    remedy: `End that program (\`ss -ltnp 'sport = :${port}'\` names it), or choose another port with ${flag}.`,
  });
}
