const VERSION = /^v(\d+)(?:(alpha|beta)(\d+))?$/;
const STAGES: Readonly<Record<string, number>> = { alpha: 1, beta: 2 };

/**
 * Compares two API versions, most preferred first: `v2`, `v1`, `v1beta1`, `v1alpha1`, then anything else by name.
 *
 * @see Kubernetes documentation, "Versions in CustomResourceDefinitions", version priority
 */
export function compareVersions(one: string, other: string): number {
  const left = rank(one);
  const right = rank(other);
  for (const [index, value] of left.entries()) {
    const difference = (right[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return one < other ? -1 : Number(one > other);
}

function rank(version: string): [stage: number, major: number, minor: number] {
  const match = VERSION.exec(version);
  if (match === null) return [0, 0, 0];
  const [, major, stage, minor] = match;
  return [stage === undefined ? 3 : (STAGES[stage] ?? 0), Number(major), Number(minor ?? 0)];
}
