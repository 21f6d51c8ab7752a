import { TegataError } from "@tegata/errors";
import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { externalSecretProblems } from "./admission.ts";
import type { ExternalSecret, SecretStoreObject } from "./api/external-secret.ts";
import { PROVIDERS_WITHOUT_STORE } from "./api/secret-store-schema.ts";
import { specProblem } from "./stores/spec-problem.ts";

/** The paths of External Secrets' validating webhooks, by resource. reference: eso.md section 2.9 */
export const ADMISSION_PATHS: Readonly<Record<string, string>> = {
  externalsecrets: "/validate-external-secrets-io-v1-externalsecret",
  secretstores: "/validate-external-secrets-io-v1-secretstore",
  clustersecretstores: "/validate-external-secrets-io-v1-clustersecretstore",
};

/**
 * Answers an `admission.k8s.io/v1` AdmissionReview for an ExternalSecret, SecretStore or ClusterSecretStore.
 *
 * @param review - the parsed request body.
 * @returns the AdmissionReview to answer with: allowed, or refused with one text for each problem.
 * @throws TegataError `ADMISSION_REVIEW_INVALID` if the body is none.
 */
export async function answerAdmissionReview(review: unknown): Promise<JsonObject> {
  const { uid, operation, object } = parseReview(review);
  // A deletion has no object, and nothing about it can be wrong.
  const { problems, warnings } =
    operation === "DELETE" || object === undefined ? { problems: [], warnings: [] } : await judge(object);
  return {
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: {
      uid,
      allowed: problems.length === 0,
      ...(problems.length === 0
        ? {}
        : { status: { status: "Failure", code: 403, reason: "Forbidden", message: problems.join("\n") } }),
      ...(warnings.length === 0 ? {} : { warnings }),
    },
  };
}

async function judge(object: KubeObject): Promise<{ problems: string[]; warnings: string[] }> {
  if (object.kind === "ExternalSecret")
    return { problems: externalSecretProblems(object as ExternalSecret), warnings: [] };
  if (object.kind !== "SecretStore" && object.kind !== "ClusterSecretStore") return { problems: [], warnings: [] };
  const store = object as SecretStoreObject;
  const provider = Object.keys(store.spec.provider)[0] ?? "";
  // Such a store is another controller's business, or a migration's: it is stored, and its condition says the rest.
  if ((PROVIDERS_WITHOUT_STORE as readonly string[]).includes(provider)) {
    return { problems: [], warnings: [`this version of Tegata has no store for provider "${provider}"`] };
  }
  const problem = await specProblem(store);
  return { problems: problem === undefined ? [] : [problem.text], warnings: [] };
}

interface Request {
  readonly uid: string;
  readonly operation: string;
  readonly object: KubeObject | undefined;
}

function parseReview(review: unknown): Request {
  const request = isRecord(review) ? review["request"] : undefined;
  if (!isRecord(request) || typeof request["uid"] !== "string" || typeof request["operation"] !== "string") {
    throw new TegataError({
      kind: "invalid-input",
      code: "ADMISSION_REVIEW_INVALID",
      message: "the body is no admission.k8s.io/v1 AdmissionReview with a request",
      remedy: "Only the Kubernetes API server calls this address.",
    });
  }
  const { object } = request;
  return { uid: request["uid"], operation: request["operation"], object: isKubeObject(object) ? object : undefined };
}

function isKubeObject(value: unknown): value is KubeObject {
  return isRecord(value) && typeof value["kind"] === "string" && isRecord(value["spec"]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
