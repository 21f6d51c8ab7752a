import type { KubeObject } from "@tegata/kube-types";
import type { ResourceDefinition, UserInfo } from "../registry/types.ts";

export type AdmissionOperation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** One write on its way into the store. */
export interface AdmissionAttributes {
  readonly operation: AdmissionOperation;
  readonly resource: ResourceDefinition;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
  /** Absent for DELETE. */
  readonly object: KubeObject | undefined;
  /** Absent for CREATE. */
  readonly oldObject: KubeObject | undefined;
  readonly options: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  readonly user: UserInfo;
}

/** Decides on writes. Mutation runs before schema validation, validation after it. */
export interface AdmissionController {
  /** @returns the object to go on with, and warnings. @throws ApiError to refuse. */
  mutate(
    attributes: AdmissionAttributes,
    signal: AbortSignal,
  ): Promise<{ object: KubeObject | undefined; warnings: string[] }>;
  /** @returns warnings. @throws ApiError to refuse. */
  validate(attributes: AdmissionAttributes, signal: AbortSignal): Promise<string[]>;
}
