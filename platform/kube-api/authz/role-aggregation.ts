import { labelRequirements, matchesLabels } from "@tegata/kube-types/selectors";
import type { Logger } from "@tegata/telemetry";
import { type Revision, StaleVersionError, type Store } from "../store/index.ts";
import { type PolicyRule, RBAC_COLLECTIONS, type Role } from "./rbac-objects.ts";

/** A controller that runs until it is stopped. */
export interface RunningController {
  /** Resolves when what it was doing is done. */
  stop(): Promise<void>;
}

/**
 * Keeps the rules of every ClusterRole with an aggregation rule equal to the union of the rules that it selects.
 * reference: k8s.io/kubernetes `clusterroleaggregation`
 */
export function startRoleAggregation(
  store: Pick<Store, "list" | "watch" | "commit" | "version">,
  logger: Logger,
): RunningController {
  const collection = RBAC_COLLECTIONS.clusterRoles;
  let running = Promise.resolve();
  let queued = false;
  const wake = (): void => {
    if (queued) return;
    queued = true;
    running = running.then(async () => {
      queued = false;
      await reconcile(store, logger);
    });
  };
  const stopWatching = store.watch({ collection, prefix: "", fromVersion: store.version }, wake);
  wake();
  return {
    async stop() {
      stopWatching();
      await running;
    },
  };
}

/** One pass. A role whose rules change wakes the next one, so roles that aggregate aggregated roles settle, too. */
async function reconcile(store: Pick<Store, "list" | "commit">, logger: Logger): Promise<void> {
  const { revisions } = store.list({ collection: RBAC_COLLECTIONS.clusterRoles, prefix: "" });
  for (const revision of revisions) {
    try {
      await aggregate(revision, revisions, store);
    } catch (error) {
      // Stale: somebody else wrote it, and the watch tells of that write.
      if (!(error instanceof StaleVersionError))
        logger.error("the rules of a ClusterRole could not be aggregated", { clusterRole: revision.key, error });
    }
  }
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
