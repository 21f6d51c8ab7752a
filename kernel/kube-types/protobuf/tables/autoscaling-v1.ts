import type { MessagePackage } from "../message-package.ts";

/** The kinds of `autoscaling/v1`. Read {@link MessagePackage.table} for the notation. */
export const AUTOSCALING_V1: MessagePackage = {
  definitions: "io.k8s.api.autoscaling.v1",
  group: "autoscaling",
  version: "v1",
  table: `
HorizontalPodAutoscaler kind # Scales a workload by its CPU use.
  1 metadata ObjectMeta
  2 spec HorizontalPodAutoscalerSpec
  3 status HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec
  1 scaleTargetRef CrossVersionObjectReference!
  2 minReplicas *int32 default=1
  3 maxReplicas int32!
  4 targetCPUUtilizationPercentage *int32
CrossVersionObjectReference atomic
  1 kind string!
  2 name string!
  3 apiVersion string
HorizontalPodAutoscalerStatus
  1 observedGeneration *int64
  2 lastScaleTime *Time
  3 currentReplicas int32!
  4 desiredReplicas int32!
  5 currentCPUUtilizationPercentage *int32
Scale kind
  1 metadata ObjectMeta
  2 spec ScaleSpec
  3 status ScaleStatus
ScaleSpec
  1 replicas int32
ScaleStatus
  1 replicas int32!
  2 selector string
`,
};
