export { createTemplateHost } from "./template-host.ts";
