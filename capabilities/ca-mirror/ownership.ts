import { controllerOf, isOwnedBy } from "@tegata/kube";
import type { KubeObject, Secret } from "@tegata/kube-types";

/**
 * Who else a Secret belongs to; `undefined` if it is the control plane's own. A Secret that nobody owns was made by hand,
 * and what was made by hand is not overwritten.
 */
export function foreignOwnerOf(secret: Secret, controlPlane: KubeObject): string | undefined {
  const controller = controllerOf(secret);
  if (controller === undefined) return isOwnedBy(secret, controlPlane) ? undefined : "nobody: it was made by hand";
  const { kind, metadata } = controlPlane;
  if (controller.uid === metadata.uid) return undefined;
  return controller.kind === kind && controller.name === metadata.name
    ? `a former ${kind} of this name, and goes as soon as the garbage collector has seen to it`
    : `${controller.kind} "${controller.name}"`;
}
