export { type Up, type UpOptions, startUp } from "./up.ts";
