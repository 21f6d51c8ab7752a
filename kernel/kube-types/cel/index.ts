export { compileProgram, type Evaluation, MAX_EVALUATION_COST, type Program } from "./program.ts";
export { CelCompileError } from "./syntax.ts";
export { CelCostError, CelError, type CelValue } from "./values.ts";
