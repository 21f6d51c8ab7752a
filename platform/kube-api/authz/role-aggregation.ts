import { labelRequirements, matchesLabels } from "@tegata/kube-types/selectors";
import type { Logger } from "@tegata/telemetry";
import { KeyQueue } from "../controllers/key-queue.ts";
import type { RunningController } from "../controllers/types.ts";
import { type Revision, StaleVersionError, type Store } from "../store/index.ts";
import { type PolicyRule, RBAC_COLLECTIONS, type Role } from "./rbac-objects.ts";

/** All roles are looked at together: one change may concern many. */
const ALL_ROLES = "*";

/**
 * Keeps the rules of every ClusterRole with an aggregation rule equal to the union of the rules that it selects.
 * reference: k8s.io/kubernetes `clusterroleaggregation`
 */
export function startRoleAggregation(
  store: Pick<Store, "list" | "watch" | "commit" | "version">,
  logger: Logger | undefined,
): RunningController {
  const queue = new KeyQueue(() => reconcile(store), { name: "role-aggregation", concurrency: 1, logger });
  const range = { collection: RBAC_COLLECTIONS.clusterRoles, prefix: "", fromVersion: store.version };
  const stopWatching = store.watch(range, () => queue.add(ALL_ROLES));
  queue.add(ALL_ROLES);
  return {
    async stop() {
      stopWatching();
      await queue.stop();
    },
  };
}

/** One pass. A role whose rules change wakes the next one, so roles that aggregate aggregated roles settle, too. */
async function reconcile(store: Pick<Store, "list" | "commit">): Promise<void> {
  const { revisions } = store.list({ collection: RBAC_COLLECTIONS.clusterRoles, prefix: "" });
  const failures: unknown[] = [];
  for (const revision of revisions) {
    try {
      await aggregate(revision, revisions, store);
    } catch (error) {
      // Stale: somebody else wrote it, and the watch tells of that write. One bad selector must not stop the others.
      if (!(error instanceof StaleVersionError)) failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, "some ClusterRoles could not be aggregated");
}

async function aggregate(revision: Revision, all: readonly Revision[], store: Pick<Store, "commit">): Promise<void> {
  const rules = aggregatedRules(revision.object, all);
  if (rules === undefined || JSON.stringify(rules) === JSON.stringify((revision.object as Role).rules ?? [])) return;
  const { collection, key, version } = revision;
  await store.commit({ collection, key, expectedVersion: version, object: { ...revision.copy(), rules } as Role });
}

/** The rules that an aggregating role must have, without repetitions; `undefined` if it does not aggregate. */
function aggregatedRules(role: Role, all: readonly Revision[]): PolicyRule[] | undefined {
  if (role.aggregationRule === undefined) return undefined;
  const selectors = (role.aggregationRule.clusterRoleSelectors ?? []).map(labelRequirements);
  const selected = all
    .map(({ object }) => object as Role)
    .filter(({ metadata }) => metadata.name !== role.metadata.name)
    .filter(({ metadata }) => selectors.some((selector) => matchesLabels(selector, metadata.labels ?? {})));
  const distinct = new Map(selected.flatMap(({ rules }) => rules ?? []).map((rule) => [JSON.stringify(rule), rule]));
  return [...distinct.values()];
}
