const DECIMAL = /^(?:0|[1-9]\d*)$/;

/**
 * Whether `a` is an older resourceVersion than `b`. Both are of the same resource of the same server.
 *
 * @returns false also if one of them is not a decimal number: then nothing can be said. KEP-5504.
 */
export function isOlderVersion(a: string, b: string): boolean {
  if (!DECIMAL.test(a) || !DECIMAL.test(b)) return false;
  return a.length === b.length ? a < b : a.length < b.length;
}
