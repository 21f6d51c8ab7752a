import type { KubeObject } from "@tegata/kube-types";
import type { AdmissionAttributes, AdmissionController } from "./types.ts";

/** One link of the chain; it may do either or both. */
export type AdmissionPlugin = Partial<AdmissionController>;

/** Asks several plugins in order; each sees the object as the one before left it. */
export function admissionChain(plugins: readonly AdmissionPlugin[]): AdmissionController {
  return {
    async mutate(attributes, signal) {
      const warnings: string[] = [];
      let object: KubeObject | undefined = attributes.object;
      for (const plugin of plugins) {
        const mutation = await plugin.mutate?.({ ...attributes, object }, signal);
        if (mutation === undefined) continue;
        object = mutation.object;
        warnings.push(...mutation.warnings);
      }
      return { object, warnings };
    },
    async validate(attributes: AdmissionAttributes, signal: AbortSignal) {
      const warnings: string[] = [];
      for (const plugin of plugins) warnings.push(...((await plugin.validate?.(attributes, signal)) ?? []));
      return warnings;
    },
  };
}
