import type { FieldError, KubeObject } from "@tegata/kube-types";
import { invalidError } from "@tegata/kube-types/schema";
import { badRequest, invalid } from "../http-errors.ts";
import type { SubresourceRequest, UserInfo } from "../registry/types.ts";
import type { RbacAuthorizer } from "./rbac-authorizer.ts";
import type { AccessAttributes, Authorizer } from "./types.ts";

interface ResourceAttributes {
  namespace?: string;
  verb?: string;
  group?: string;
  version?: string;
  resource?: string;
  subresource?: string;
  name?: string;
}

interface AccessReviewSpec {
  resourceAttributes?: ResourceAttributes;
  nonResourceAttributes?: { path?: string; verb?: string };
  user?: string;
  groups?: string[];
  uid?: string;
  extra?: Record<string, string[]>;
}

interface AccessReview extends KubeObject {
  spec: AccessReviewSpec;
}

type Review = (request: SubresourceRequest) => Promise<KubeObject>;

/** The answers to "may they?": one handler for each kind of `authorization.k8s.io/v1`. */
export interface AccessReviews {
  readonly subjectAccessReview: Review;
  readonly localSubjectAccessReview: Review;
  readonly selfSubjectAccessReview: Review;
  readonly selfSubjectRulesReview: Review;
}

/** Makes the handlers of the access reviews. reference: k8s.io/kubernetes `pkg/registry/authorization` */
export function accessReviews(authorizer: RbacAuthorizer): AccessReviews {
  return {
    subjectAccessReview: async (request) => answer(authorizer, readReview(request, "SubjectAccessReview")),
    localSubjectAccessReview: async (request) => answer(authorizer, readLocalReview(request)),
    selfSubjectAccessReview: async (request) => {
      const review = readReview(request, "SelfSubjectAccessReview");
      return answer(authorizer, review, request.user);
    },
    selfSubjectRulesReview: async (request) => answerRules(authorizer, request),
  };
}

function answer(authorizer: Authorizer, review: AccessReview, user = userOf(review.spec)): KubeObject {
  const { allowed, reason } = authorizer.authorize(attributesOf(review.spec, user));
  const status = { allowed, ...(reason === "" ? {} : { reason }) };
  return { ...review, status } as KubeObject;
}

function answerRules(authorizer: RbacAuthorizer, { body, user }: SubresourceRequest): KubeObject {
  const review = (body ?? {}) as unknown as KubeObject & { spec?: { namespace?: string } };
  const namespace = review.spec?.namespace ?? "";
  if (namespace === "") throw badRequest("no namespace on request");
  const { rules, errors } = authorizer.rulesFor(user, namespace);
  const status = {
    resourceRules: rules
      .filter(({ resources = [] }) => resources.length > 0)
      .map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, resourceNames })),
    nonResourceRules: rules
      .filter(({ nonResourceURLs = [] }) => nonResourceURLs.length > 0)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
    incomplete: errors.length > 0,
    ...(errors.length === 0 ? {} : { evaluationError: errors.join(", ") }),
  };
  return { ...review, status } as KubeObject;
}

function readLocalReview(request: SubresourceRequest): AccessReview {
  const review = readReview(request, "LocalSubjectAccessReview");
  const { resourceAttributes } = review.spec;
  if (review.metadata.namespace !== undefined && review.metadata.namespace !== request.namespace)
    throw badRequest(`namespace on request does not match namespace on object`);
  if (resourceAttributes?.namespace !== request.namespace)
    throw invalidReview("LocalSubjectAccessReview", [
      invalidError(
        "spec.resourceAttributes.namespace",
        resourceAttributes?.namespace ?? "",
        "must match metadata.namespace",
      ),
    ]);
  return review;
}

function readReview({ body }: SubresourceRequest, kind: string): AccessReview {
  const review = { metadata: {}, ...body } as unknown as AccessReview;
  const spec: AccessReviewSpec = review.spec ?? {};
  const errors: FieldError[] = [];
  const hasResource = spec.resourceAttributes !== undefined;
  if (hasResource === (spec.nonResourceAttributes !== undefined))
    errors.push(
      hasResource
        ? specError("nonResourceAttributes", "cannot be specified in combination with resourceAttributes")
        : specError(
            "resourceAttributes",
            "exactly one of nonResourceAttributes or resourceAttributes must be specified",
          ),
    );
  const names = spec.user ?? "";
  if (kind !== "SelfSubjectAccessReview" && names === "" && (spec.groups ?? []).length === 0)
    errors.push(specError("user", "at least one of user or group must be specified"));
  if (errors.length > 0) throw invalidReview(kind, errors);
  return { ...review, spec };
}

function specError(field: string, why: string): FieldError {
  return invalidError(`spec.${field}`, null, why);
}

function invalidReview(kind: string, errors: FieldError[]): Error {
  return invalid({ group: "authorization.k8s.io", plural: "", kind }, "", errors);
}

function userOf(spec: AccessReviewSpec): UserInfo {
  return {
    username: spec.user ?? "",
    groups: spec.groups ?? [],
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.extra === undefined ? {} : { extra: spec.extra }),
  };
}

function attributesOf(
  { resourceAttributes, nonResourceAttributes }: AccessReviewSpec,
  user: UserInfo,
): AccessAttributes {
  if (resourceAttributes === undefined)
    return { kind: "path", user, verb: nonResourceAttributes?.verb ?? "", path: nonResourceAttributes?.path ?? "" };
  const {
    verb = "",
    group = "",
    version = "",
    resource = "",
    subresource = "",
    namespace = "",
    name = "",
  } = resourceAttributes;
  return { kind: "resource", user, verb, group, version, resource, subresource, namespace, name };
}
