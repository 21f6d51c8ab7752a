export { DEFAULT_BUDGET, type RenderBudget } from "./budget.ts";
export { FUNCTIONS } from "./functions/library.ts";
export type { FunctionMap, TemplateFunction } from "./functions/define.ts";
export type {
  CertificateAndKey,
  CertificateRequest,
  Pkcs12Content,
  ScryptCost,
  TemplateCrypto,
  TemplateHost,
} from "./host.ts";
export { type ExecuteOptions, type ParseOptions, parseTemplate, type Template } from "./template.ts";
export { TemplateError, type TemplateErrorCode, type TemplatePosition } from "./template-error.ts";
export type { TemplateData } from "./values/input.ts";
