import type { AdmissionController } from "../admission/types.ts";

/** Admits everything as it is. */
export const ADMIT_ALL: AdmissionController = {
  mutate: async ({ object }) => ({ object, warnings: [] }),
  validate: async () => [],
};
