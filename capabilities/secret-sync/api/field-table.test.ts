// docs/crds holds the fields of each kind as the CustomResourceDefinitions have them. After a change of a schema:
//   UPDATE_DOCS=1 node --test capabilities/secret-sync/api/field-table.test.ts
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import type { Schema } from "@tegata/kube-types/schema";
import { secretSyncCrds } from "./crds.ts";
import { fieldTable } from "./field-table.ts";

const PAGES = join(import.meta.dirname, "..", "..", "..", "docs", "crds");
/** Told on the pages of docs/stores. */
const LEAVES = ["provider"];

interface Crd {
  readonly spec: {
    readonly names: { readonly singular: string; readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

for (const { spec } of secretSyncCrds() as unknown as Crd[]) {
  it(`the page of ${spec.names.kind} tells every field`, () => {
    const file = join(PAGES, `${spec.names.singular}.md`);
    const page = readFileSync(file, "utf8");
    const schema = spec.versions.find(({ name }) => name === "v1")?.schema.openAPIV3Schema;
    let wanted = page;
    for (const part of ["spec", "status"]) {
      const fields = schema?.properties?.[part];
      assert.ok(fields !== undefined);
      const block = new RegExp(`(<!-- fields of ${part} -->\n)[^]*?(\n<!-- end -->)`);
      assert.match(page, block);
      wanted = wanted.replace(
        block,
        (_, begin: string, end: string) => `${begin}\n${fieldTable(fields, LEAVES)}\n${end}`,
      );
    }
    if (process.env["UPDATE_DOCS"] !== undefined) writeFileSync(file, wanted);
    assert.equal(readFileSync(file, "utf8"), wanted);
  });
}
