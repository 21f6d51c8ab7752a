/**
 * The fields that an endpoint resets, whoever writes them: of a kind with a `status` subresource, the object's own endpoint
 * resets `status`, and the subresource resets `spec`.
 */
export function resetFieldsOf(subresource: string, hasStatus: boolean): readonly (readonly string[])[] {
  if (subresource === "status") return [["spec"]];
  return subresource === "" && hasStatus ? [["status"]] : [];
}
