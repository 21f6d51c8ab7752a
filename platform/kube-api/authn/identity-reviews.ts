import type { JsonObject, KubeObject } from "@tegata/kube-types";
import { formatStrings } from "../authz/rule-coverage.ts";
import type { SubresourceRequest, UserInfo } from "../registry/types.ts";
import { authenticated } from "./service-account-user.ts";
import { type TokenAuthenticator, TokenError } from "./token-authenticator.ts";

type Review = (request: SubresourceRequest) => Promise<KubeObject>;

/** Answers `SelfSubjectReview`: who am I? */
export async function selfSubjectReview({ body, user }: SubresourceRequest): Promise<KubeObject> {
  return answer(body, { userInfo: userJson(user) });
}

/**
 * Answers `TokenReview`: whom does this token stand for?
 *
 * @param audiences - `aud` of tokens that are meant for this API server; asked for if the review names none.
 */
export function tokenReview(tokens: readonly TokenAuthenticator[], audiences: readonly string[]): Review {
  return async ({ body }) => {
    const spec = (body?.["spec"] ?? {}) as { token?: string; audiences?: string[] };
    const wanted = (spec.audiences ?? []).length === 0 ? audiences : (spec.audiences ?? []);
    try {
      for (const authenticator of tokens) {
        const identity = await authenticator.authenticateToken(spec.token ?? "");
        if (identity === undefined) continue;
        const meant = identity.audiences.length === 0 ? audiences : identity.audiences;
        const agreed = wanted.filter((audience) => meant.includes(audience));
        if (agreed.length === 0)
          throw new TokenError(
            `token audiences ${formatStrings(meant)} is invalid for the target audiences ${formatStrings(wanted)}`,
          );
        return answer(body, {
          authenticated: true,
          user: userJson(authenticated(identity.user)),
          audiences: agreed,
        });
      }
      return answer(body, { authenticated: false, error: "invalid bearer token" });
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return answer(body, { authenticated: false, error: `[invalid bearer token, ${error.message}]` });
    }
  };
}

function answer(body: JsonObject | undefined, status: JsonObject): KubeObject {
  return { metadata: {}, ...body, status } as unknown as KubeObject;
}

function userJson({ username, uid, groups, extra = {} }: UserInfo): JsonObject {
  return {
    username,
    ...(uid === undefined ? {} : { uid }),
    groups: [...groups],
    ...(Object.keys(extra).length === 0
      ? {}
      : { extra: Object.fromEntries(Object.entries(extra).map(([key, items]) => [key, [...items]])) }),
  };
}
