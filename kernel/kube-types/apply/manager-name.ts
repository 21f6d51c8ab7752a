/** Most bytes of a manager's name, and of a User-Agent that stands in for one. */
export const MAX_MANAGER_BYTES = 128;

/**
 * The manager's name of a request: `fieldManager`, else the User-Agent up to its first slash, without what cannot be
 * printed and cut to {@link MAX_MANAGER_BYTES}. May be empty, which is recorded as `unknown`.
 */
export function managerOf(fieldManager: string | undefined, userAgent: string): string {
  if (fieldManager !== undefined && fieldManager !== "") return fieldManager;
  const [product = ""] = userAgent.split("/", 1);
  let name = "";
  let bytes = 0;
  for (const character of product) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) continue;
    bytes += new TextEncoder().encode(character).length;
    if (bytes > MAX_MANAGER_BYTES) break;
    name += character;
  }
  return name;
}
