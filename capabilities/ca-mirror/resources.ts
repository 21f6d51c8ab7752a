import { defineResource, type Resource } from "@tegata/kube";
import type { CaptControlPlane, WorkspaceTemplateApply } from "./api/capt.ts";

/** `controlplane.cluster.x-k8s.io/v1beta1` CAPTControlPlane. */
export const captControlPlanes: Resource<CaptControlPlane> = defineResource({
  apiVersion: "controlplane.cluster.x-k8s.io/v1beta1",
  kind: "CAPTControlPlane",
  plural: "captcontrolplanes",
});

/** `infrastructure.cluster.x-k8s.io/v1beta1` WorkspaceTemplateApply. */
export const workspaceTemplateApplies: Resource<WorkspaceTemplateApply> = defineResource({
  apiVersion: "infrastructure.cluster.x-k8s.io/v1beta1",
  kind: "WorkspaceTemplateApply",
  plural: "workspacetemplateapplies",
});
