import type { Logger } from "@tegata/telemetry";
import type { RestServices } from "../registry/context.ts";

/** What the server's own controllers work with. They run in its process, on the store's watch. */
export interface ControllerOptions {
  readonly services: RestServices;
  readonly now: () => Date;
  readonly logger: Logger | undefined;
}

/** A controller that runs. */
export interface RunningController {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}
