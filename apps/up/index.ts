export { exampleObjects, prepareDevStore } from "./examples.ts";
export { applyObjects, readManifest } from "./manifests.ts";
export { type Up, type UpOptions, startUp } from "./up.ts";
