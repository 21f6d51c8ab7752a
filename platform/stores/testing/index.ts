export { describeSecretStore, type StoreFeatures, type StoreUnderTest } from "./describe-secret-store.ts";
export { staticReferences } from "./static-references.ts";
