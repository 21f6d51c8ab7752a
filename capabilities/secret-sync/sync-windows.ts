import { Cron } from "croner";
import type { SyncWindows } from "./api/external-secret.ts";
import { parseGoDurationMs } from "./duration.ts";

const MACROS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Whether `spec.syncWindows` lets a periodic refresh happen now. Windows are in UTC and include both of their ends; a
 * window that does not parse is passed over.
 *
 * @see reference eso.md section 1.1 (`syncWindows`)
 */
export function syncWindowsPermit(windows: SyncWindows | undefined, now: Date): boolean {
  if (windows === undefined) return true;
  const isOpen = (windows.windows ?? []).some(({ schedule, duration }) => isWithin(schedule, duration, now));
  return windows.kind === "allow" ? isOpen : !isOpen;
}

function isWithin(schedule: string, duration: string, now: Date): boolean {
  try {
    const lengthMs = parseGoDurationMs(duration);
    if (schedule.startsWith("@every ")) {
      const everyMs = parseGoDurationMs(schedule.slice("@every ".length).trim());
      return everyMs > 0 && now.getTime() % everyMs <= lengthMs;
    }
    const cron = new Cron(MACROS[schedule] ?? schedule, { timezone: "UTC", paused: true, mode: "5-part" });
    // The window is open if it began within its length before now; croner looks strictly after the instant it is given.
    const opened = cron.nextRun(new Date(now.getTime() - lengthMs - 1));
    return opened !== null && opened.getTime() <= now.getTime();
  } catch {
    return false;
  }
}
