import { ACCESS } from "./scenarios/access.ts";
import { APPLYING } from "./scenarios/applying.ts";
import { CERTIFICATES } from "./scenarios/certificates.ts";
import { CREATING } from "./scenarios/creating.ts";
import { CUSTOM_RESOURCES } from "./scenarios/custom-resources.ts";
import { DELETING } from "./scenarios/deleting.ts";
import { DESCRIBING } from "./scenarios/describing.ts";
import { DISCOVERING } from "./scenarios/discovering.ts";
import { EVENTS } from "./scenarios/events.ts";
import { MODIFYING } from "./scenarios/modifying.ts";
import { READING } from "./scenarios/reading.ts";
import { SERVER_SIDE_APPLY } from "./scenarios/server-side-apply.ts";
import { WAITING } from "./scenarios/waiting.ts";
import type { Scenario } from "./scenario.ts";

/** Everything that kubectl is made to do. */
export const SCENARIOS: readonly Scenario[] = [
  DISCOVERING,
  CREATING,
  READING,
  APPLYING,
  SERVER_SIDE_APPLY,
  MODIFYING,
  DESCRIBING,
  WAITING,
  ACCESS,
  CERTIFICATES,
  CUSTOM_RESOURCES,
  EVENTS,
  DELETING,
];
