export { Discovery, type DiscoveryAnswer, type DiscoveryRequest } from "./discovery.ts";
