export { Discovery, type DiscoveryAnswer } from "./discovery.ts";
