import type { BudgetMeter } from "../budget.ts";
import type { TemplateHost } from "../host.ts";
import type { GoDuration } from "../time/duration.ts";
import type { GoTime } from "../time/go-time.ts";
import type { GoMap, GoSlice, GoValue, ParameterType, SizedInteger } from "../values/value.ts";
import type { GoCertificate } from "./certificate-value.ts";

/** What a function may use besides its arguments. */
export interface CallContext {
  readonly budget: BudgetMeter;
  readonly host: TemplateHost;
}

/** A function that templates can call. Its parameters' types are Go's: arguments of other types are refused. */
export interface TemplateFunction {
  /** The fixed parameters. */
  readonly parameters: readonly ParameterType[];
  /** The type of any further arguments, if there may be some. */
  readonly variadic: ParameterType | undefined;
  readonly call: (context: CallContext, args: readonly GoValue[]) => GoValue;
  /** How many bytes of its texts it handles in the time of one step. @defaultValue {@link BYTES_PER_STEP} */
  readonly bytesPerStep?: number;
  /** For `and` and `or`: the truth at which they look no further. */
  readonly shortCircuits?: boolean;
}

/** What a function handles in the time of one step if it uses nothing but the engine's own search and joining. */
export const BYTES_PER_STEP = 16;
/** The same for a function that looks at every byte or character. */
const BYTES_PER_STEP_BYTEWISE = 4;

/** Marks functions that look at every byte or character of their texts. @param bytesPerStep - see {@link TemplateFunction}. */
export function bytewise(
  functions: Readonly<Record<string, TemplateFunction>>,
  bytesPerStep = BYTES_PER_STEP_BYTEWISE,
): Record<string, TemplateFunction> {
  return Object.fromEntries(Object.entries(functions).map(([name, callee]) => [name, { ...callee, bytesPerStep }]));
}

/** Functions by name. */
export type FunctionMap = ReadonlyMap<string, TemplateFunction>;

interface ArgumentOf {
  any: GoValue;
  string: string;
  bool: boolean;
  int: bigint;
  uint32: SizedInteger;
  float64: number;
  map: GoMap;
  "[]any": GoSlice | null;
  "time.Time": GoTime;
  "time.Duration": GoDuration;
  certificate: GoCertificate;
}

/** A parameter list: types, of which the last may be variadic (`...any`). */
type Signature = readonly (ParameterType | `...${ParameterType}`)[];

type Arguments<S extends Signature> = S extends readonly [infer Head, ...infer Rest extends Signature]
  ? Head extends `...${infer Item extends ParameterType}`
    ? ArgumentOf[Item][]
    : Head extends ParameterType
      ? [ArgumentOf[Head], ...Arguments<Rest>]
      : never
  : [];

/** Defines a function of its arguments alone. The caller has checked their types against the signature. */
export function define<const S extends Signature>(
  signature: S,
  call: (...args: Arguments<S>) => GoValue,
): TemplateFunction {
  return defineWithContext(signature, (_, ...args) => call(...args));
}

/** Defines a function that also needs the {@link CallContext}. */
export function defineWithContext<const S extends Signature>(
  signature: S,
  call: (context: CallContext, ...args: Arguments<S>) => GoValue,
): TemplateFunction {
  const last = signature.at(-1);
  const isVariadic = last?.startsWith("...") ?? false;
  return {
    parameters: (isVariadic ? signature.slice(0, -1) : signature) as ParameterType[],
    variadic: isVariadic ? (last?.slice(3) as ParameterType) : undefined,
    // The interpreter checks each argument against the signature before the call.
    call: (context, args) => call(context, ...(args as Arguments<S>)),
  };
}
