import { EVENT, POD } from "../manifests.ts";
import type { Scenario } from "../scenario.ts";

/** Events, and how they show up elsewhere. */
export const EVENTS: Scenario = {
  name: "events",
  steps: [
    { run: "create -f -", stdin: POD, prints: "pod/one created" },
    { run: "create -f -", stdin: EVENT, prints: "event/one.1 created" },
    { run: "get events", prints: /^\S+ +Normal +Pulled +pod\/one +the image is there$/m },
    { run: "get events -o wide", prints: /kubelet +the image is there +\S+ +3 +one\.1$/m },
    { run: "events", prints: /Normal +Pulled +Pod\/one +the image is there/ },
    { run: "events --for=pod/one", prints: "the image is there" },
    { run: "events --watch", until: /the image is there/ },
    { run: "get events.v1.events.k8s.io one.1 -o jsonpath='{.note}'", prints: "the image is there" },
    { run: "events --types=Warning", complains: "No events found" },
    { run: "get events --field-selector=involvedObject.name=one,type=Normal -o name", prints: "event/one.1" },
    { run: "get events --field-selector=reason=Other", complains: "No resources found" },
    { run: "get events --sort-by=.lastTimestamp", prints: "Pulled" },
    {
      run: "create -f -",
      stdin: EVENT.replace("one.1, namespace: events", "one.2, namespace: events").replace(
        "one, namespace: events",
        "one, namespace: other",
      ),
      exitCode: 1,
      complains: "does not match event.namespace",
    },
    { run: "delete events --all", prints: 'event "one.1" deleted' },
  ],
};
