import { encodeUtf8, SecretBytes } from "@tegata/bytes";
import { openStore } from "../open-store.ts";
import { describeSecretStore } from "../testing/describe-secret-store.ts";
import { staticReferences } from "../testing/static-references.ts";

describeSecretStore("the fake store", { findByName: true, textSecrets: true }, async () => {
  const store = await openStore({ fake: { data: [] } }, { displayName: "fake", references: staticReferences({}) });
  return {
    store,
    put: async (key, members) => {
      const ref = { key, property: "", version: "", what: "value" } as const;
      await store.writer?.write(
        ref,
        new SecretBytes(encodeUtf8(JSON.stringify(members))),
        new AbortController().signal,
      );
      return "";
    },
  };
});
