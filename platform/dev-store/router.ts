import { rulesOf, isPublicSysPath, serveSys } from "./sys.ts";
import type { Caller, Core, Mount, MountRequest } from "./core.ts";
import { backendOf, type MountTable } from "./mounts.ts";
import { type Capability, capabilitiesOn } from "./policy.ts";
import { type ApiAnswer, ApiRefusal, type ApiRequest, badRequest, permissionDenied } from "./protocol.ts";

/** Paths that need `sudo` beside the capability itself. */
const SUDO_PATHS = ["auth/token/accessors", "auth/token/create-orphan"];

/** Answers one request: who asks, may they, and what serves it. */
export class Router {
  readonly #core: Core;
  readonly #mounts: MountTable;

  constructor(core: Core, mounts: MountTable) {
    this.#core = core;
    this.#mounts = mounts;
  }

  /** Who a token belongs to, for the log. */
  identify(token: string): Caller | undefined {
    const entry = token === "" ? undefined : this.#core.tokens.get(token);
    return entry === undefined ? undefined : { id: token, entry };
  }

  /** @throws ApiRefusal */
  async answer(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    const { path } = request;
    if (path.split("/").includes("..")) throw badRequest("path cannot contain parent references");
    const caller = this.identify(request.token);
    if (path.startsWith("sys/")) return this.#answerSys(request, caller, signal);
    const mount = this.#mounts.find(path);
    const backend = mount === undefined ? undefined : backendOf(mount);
    const below = path.slice(mount?.path.length ?? 0);
    if (mount !== undefined && backend?.isLogin(below) === true) {
      return backend.handle(this.#mountRequest(request, mount, undefined, signal));
    }
    const known = requireKnown(caller, request);
    if (mount === undefined || backend === undefined) {
      this.#authorize(request, known, () => true);
      throw new ApiRefusal(404, [`no handler for route "${path}". route entry not found.`]);
    }
    const mountRequest = this.#mountRequest(request, mount, known, signal);
    this.#authorize(request, known, () => backend.exists(mountRequest));
    await this.#core.tokens.use(known.id, known.entry);
    return backend.handle(mountRequest);
  }

  async #answerSys(request: ApiRequest, caller: Caller | undefined, signal: AbortSignal): Promise<ApiAnswer> {
    const below = request.path.slice("sys/".length);
    const sysRequest = { ...request, core: this.#core, below, caller, signal };
    if (!isPublicSysPath(below)) {
      const known = requireKnown(caller, request);
      // It looks at the caller's policies itself.
      if (!below.startsWith("internal/ui/")) this.#authorize(request, known, () => true);
    }
    return serveSys(sysRequest, this.#mounts);
  }

  #mountRequest(request: ApiRequest, mount: Mount, caller: Caller | undefined, signal: AbortSignal): MountRequest {
    return { ...request, core: this.#core, mount, below: request.path.slice(mount.path.length), caller, signal };
  }

  #authorize({ method, path }: ApiRequest, { entry }: Caller, exists: () => boolean): void {
    if (entry.policies.includes("root")) return;
    const granted = capabilitiesOn(rulesOf(this.#core.map, entry.policies), path);
    if (!granted.has(neededCapability(method, exists))) throw permissionDenied();
    if (SUDO_PATHS.includes(path.replace(/\/$/, "")) && !granted.has("sudo")) throw permissionDenied();
  }
}

function requireKnown(caller: Caller | undefined, { token }: ApiRequest): Caller {
  if (caller !== undefined) return caller;
  throw new ApiRefusal(
    403,
    token === "" ? ["permission denied"] : ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"],
  );
}

function neededCapability(method: string, exists: () => boolean): Capability {
  switch (method) {
    case "GET":
      return "read";
    case "LIST":
      return "list";
    case "DELETE":
      return "delete";
    case "PATCH":
      return "patch";
    default:
      return exists() ? "update" : "create";
  }
}
