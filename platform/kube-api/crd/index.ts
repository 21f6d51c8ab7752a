export { startCrdController } from "./controller.ts";
