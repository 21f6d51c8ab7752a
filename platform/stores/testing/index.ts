export { describeSecretStore, type StoreFeatures, type StoreUnderTest } from "./describe-secret-store.ts";
export { type StaticObjects, staticReferences } from "./static-references.ts";
