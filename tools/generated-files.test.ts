import assert from "node:assert/strict";
import { it } from "node:test";
import { checkTiers } from "./check-tiers.ts";
import { outdatedCrdFiles } from "./generate-crds.ts";

it("deploy/crds is what the sources say (npm run crds)", () => assert.deepEqual(outdatedCrdFiles("deploy/crds"), []));
it("imports go down the tiers only", () => assert.deepEqual(checkTiers("."), []));
