export { caMirrorCrds } from "./api/crds.ts";
export type {
  CaptControlPlane,
  CaptControlPlaneSpec,
  CaptControlPlaneStatus,
  MirroredCertificate,
  MirrorStatus,
  WorkspaceTemplateApply,
} from "./api/capt.ts";
export { type CaMirrorDependencies, createCaMirror, hasCaMirrorKinds } from "./ca-mirror.ts";
export { checkClusterAuthorities, type ClusterAuthorities } from "./checks.ts";
export { type CaMirrorOptions, EXPIRY_WARNING_DAYS } from "./config.ts";
export { captControlPlanes, workspaceTemplateApplies } from "./resources.ts";
export { watchWorld, type World } from "./world.ts";
